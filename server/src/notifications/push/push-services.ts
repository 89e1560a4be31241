/** Where browsers' vendors take push messages: a host, or `.domain` for all below it. */
const KNOWN = [
  'fcm.googleapis.com',
  'updates.push.services.mozilla.com',
  'push.services.mozilla.com',
  '.push.services.mozilla.com',
  '.push.apple.com',
  '.notify.windows.com',
] as const;

/**
 * May a push go there? An endpoint is an address that a browser sends us, so anybody can send us any. It is the name
 * that is compared, never the text of the address.
 * @param more origins that the hub's own settings allow
 */
export function isPushService(endpoint: string, more: readonly string[]): boolean {
  if (!URL.canParse(endpoint)) return false;
  const { protocol, hostname, port, origin, username, password } = new URL(endpoint);
  if (username !== '' || password !== '') return false;
  if (more.includes(origin)) return true;
  if (protocol !== 'https:' || port !== '') return false;
  return KNOWN.some((one) => (one.startsWith('.') ? hostname.endsWith(one) : hostname === one));
}
