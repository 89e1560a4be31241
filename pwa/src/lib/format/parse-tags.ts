/** Tags as people type them, parted by spaces or commas; each one once. */
export const parseTags = (text: string): string[] => [
  ...new Set(
    text
      .toLowerCase()
      .split(/[\s,]+/)
      .filter(Boolean),
  ),
];
