import { crc32 } from 'node:zlib';

const CRC_LENGTH = 8;
const SPACE = 0x20;
const NEWLINE = 0x0a;

/** A frame as it goes on the wire and to disk. It is made into text once. */
export interface FrameText {
  seq: number;
  json: string;
}

/**
 * How a frame stands in a segment: `<crc-32 as 8 hex digits> <seq> <JSON>` and a newline, which JSON never
 * holds unescaped. So whatever happened to one line, the next is found again, and people can read the file.
 * The checksum also covers the start of the agent that the frame was numbered in, which the file's name tells.
 */
export function lineOf({ seq, json }: FrameText, seed: number): string {
  const content = `${seq} ${json}`;
  return `${crc32(content, seed).toString(16).padStart(CRC_LENGTH, '0')} ${content}\n`;
}

/** What the checksums of one start of the agent begin with. */
export const seedOf = (bootId: string): number => crc32(bootId);

export interface Line {
  /** Where the next line begins. */
  end: number;
  /** Nothing when the line is damaged. */
  seq?: number;
  /** Bytes of its JSON. */
  json: Buffer;
}

/** The complete lines of a piece of a segment that begins with a line. A piece of a line at its end is left. */
export function* linesOf(piece: Buffer, seed: number): Generator<Line> {
  for (let at = 0, newline; (newline = piece.indexOf(NEWLINE, at)) >= 0; at = newline + 1) {
    yield { end: newline + 1, ...parse(piece.subarray(at, newline), seed) };
  }
}

function parse(line: Buffer, seed: number): Pick<Line, 'seq' | 'json'> {
  const content = line.subarray(CRC_LENGTH + 1);
  const space = content.indexOf(SPACE);
  const json = content.subarray(space + 1);
  if (line[CRC_LENGTH] !== SPACE || space < 1) return { json };
  const sum = line.toString('latin1', 0, CRC_LENGTH);
  if (!/^[0-9a-f]+$/.test(sum) || parseInt(sum, 16) !== crc32(content, seed)) return { json };
  const seq = Number(content.toString('latin1', 0, space));
  return Number.isSafeInteger(seq) ? { seq, json } : { json };
}
