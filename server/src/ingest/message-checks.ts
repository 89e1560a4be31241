import { AgentFacts, Bye, checkFor, Frame, LIMITS, LiveFrame, type Refusal } from '@tocsin/shared';
import Type from 'typebox';

export const frameCheck = checkFor(Frame);
export const liveCheck = checkFor(LiveFrame);
export const factsCheck = checkFor(AgentFacts);
export const byeCheck = checkFor(Bye);
/** The frames of a batch are checked one by one: one that is wrong does not hold up the others. */
export const batchCheck = checkFor(
  Type.Object(
    {
      bootId: AgentFacts.properties.bootId,
      frames: Type.Array(Type.Unknown(), { minItems: 1, maxItems: LIMITS.batchFrames }),
    },
    { additionalProperties: false },
  ),
);

/** An unknown field's name may be as long as a message. */
const FIELD_LENGTH = 200;

/** @param within JSON pointer to the thing that was checked */
export function invalid(fault: { field: string; message: string }, within = ''): Refusal {
  const field = `${within}${fault.field}`.slice(0, FIELD_LENGTH);
  return { code: 'invalid', message: `${field === '' ? 'The message' : field} ${fault.message}.`, field };
}

/**
 * Whether a frame's time is one that the hub takes.
 * @param now the hub's clock, UTC ms
 * @param pastMs how far behind it the time may be
 */
export function refusedTime(
  t: number,
  now: number,
  pastMs: number,
): (Refusal & { field: string }) | undefined {
  if (t > now + LIMITS.futureMs) {
    const seconds = Math.round((t - now) / 1_000);
    return {
      code: 'future',
      message: `The frame's time lies ${seconds} s ahead of the hub's clock.`,
      field: '/t',
    };
  }
  if (t < now - pastMs) {
    const days = pastMs / 86_400_000;
    return { code: 'too_old', message: `The frame is older than ${days} days.`, field: '/t' };
  }
  return undefined;
}

/** A frame that is right by itself, and has no place in its minute. */
export const tooVaried: Refusal = {
  code: 'invalid',
  message:
    'The frames of this minute name more different disks, interfaces and services than a minute may hold.',
};

/** The number of a frame that was not checked yet. */
export function seqOf(input: unknown): number | undefined {
  const seq = (input as { seq?: unknown } | null | undefined)?.seq;
  return typeof seq === 'number' && Number.isSafeInteger(seq) ? seq : undefined;
}
