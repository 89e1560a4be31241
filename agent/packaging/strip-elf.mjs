const PT_LOAD = 1;
/** Offsets in the header and the program headers of a 64-bit little-endian ELF file. */
const HEADER = {
  magic: 0,
  class: 4,
  order: 5,
  phoff: 32,
  shoff: 40,
  phentsize: 54,
  phnum: 56,
  shnum: 60,
  shstrndx: 62,
};
const SEGMENT = { type: 0, offset: 8, filesz: 32 };

/**
 * An ELF program without what only debuggers and linkers read. It keeps every byte that the kernel and the
 * dynamic linker load, so the same code works for each architecture and needs no binutils.
 *
 * @param {Buffer} elf
 * @returns {Buffer}
 */
export function stripElf(elf) {
  if (elf.toString('latin1', 0, 4) !== '\x7fELF' || elf[HEADER.class] !== 2 || elf[HEADER.order] !== 1)
    throw new Error('not a 64-bit little-endian ELF file');
  const first = Number(elf.readBigUInt64LE(HEADER.phoff));
  const size = elf.readUInt16LE(HEADER.phentsize);
  const count = elf.readUInt16LE(HEADER.phnum);
  let end = first + size * count;
  for (let segment = first; segment < first + size * count; segment += size) {
    if (elf.readUInt32LE(segment + SEGMENT.type) !== PT_LOAD) continue;
    const offset = Number(elf.readBigUInt64LE(segment + SEGMENT.offset));
    end = Math.max(end, offset + Number(elf.readBigUInt64LE(segment + SEGMENT.filesz)));
  }
  const stripped = Buffer.from(elf.subarray(0, end));
  stripped.writeBigUInt64LE(0n, HEADER.shoff);
  stripped.writeUInt16LE(0, HEADER.shnum);
  stripped.writeUInt16LE(0, HEADER.shstrndx);
  return stripped;
}
