/** Text that others chose, for a frame: without control and formatting characters, cut to its length. */
export const printable = (text: string, maxLength: number): string =>
  text
    .replace(/[\p{Cc}\p{Cf}]+/gu, '')
    .trim()
    .slice(0, maxLength);
