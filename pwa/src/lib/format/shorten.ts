/** A text that people wrote, for a place with little room. */
export const shorten = (text: string, most = 32): string =>
  [...text].length > most
    ? `${[...text]
        .slice(0, most - 1)
        .join('')
        .trimEnd()}…`
    : text;
