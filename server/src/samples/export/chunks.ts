/** So many characters are handed on at a time: few enough that the hub does something else in between. */
const CHUNK = 65_536;

/** Puts lines together to larger texts, and makes no line before the ones ahead of it are taken. */
export function* chunksOf(lines: Iterable<string>): Generator<string> {
  let chunk = '';
  for (const line of lines) {
    chunk += line;
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}

/** The head comes together with the first text: whatever fails until then can still be answered with an error. */
export async function* withHead(head: string, texts: AsyncGenerator<string>): AsyncGenerator<string> {
  const first = await texts.next();
  const begin = head + (first.done === true ? '' : first.value);
  if (begin !== '') yield begin;
  yield* texts;
}
