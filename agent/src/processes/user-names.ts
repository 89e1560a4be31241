/** Names by the users' numbers, from the text of `/etc/passwd`. */
export function parseUserNames(passwd: string): Map<number, string> {
  const names = new Map<number, string>();
  for (const [, name, uid] of passwd.matchAll(/^([^:\n]+):[^:\n]*:(\d+):/gm))
    if (!names.has(Number(uid))) names.set(Number(uid), name!);
  return names;
}
