import { toAddress } from './address.js';
import { toUserName } from './user-name.js';

/** Where a connection comes from. Older versions leave the port out of some messages. */
export interface Origin {
  address: string;
  port?: number;
}

/** What one message of sshd says. `from` is left out where the message names no address for certain. */
export type SingleEvent =
  /** An answer that was wrong. `valid`: the user may log in here. */
  | { kind: 'failed'; method: string; user: string; valid: boolean; from?: Origin }
  /** A user who may not log in has begun; what is tried with the name may follow. */
  | { kind: 'refused'; user: string; from?: Origin }
  /** The same wrong answer that `failed` tells of, said by sshd's PAM part just before. */
  | { kind: 'pam-failed'; user: string; from?: Origin }
  /** The same once more, said by the PAM module itself; `more` sums up what it kept back. */
  | { kind: 'module-failed'; times: number; more: boolean; user?: string; from?: Origin }
  | { kind: 'max-attempts'; user: string; from?: Origin }
  /** The connection is over and nobody was let in. */
  | { kind: 'ended'; user: string; from?: Origin }
  /** Not even listened to, because this address failed before. */
  | { kind: 'dropped'; from: Origin }
  | { kind: 'accepted'; method: string; user: string; from?: Origin };

/** `repeated`: rsyslog wrote the event once, and then only how many times it came again. */
export type SshEvent = SingleEvent | { kind: 'repeated'; times: number; event: SingleEvent };

/** sshd's own messages are cut at 1024 characters; those of PAM are not much longer. */
const LENGTH = 2_048;

/**
 * Reads one message of sshd 7.4 to 10, without its prefix of time, host and program. Messages that say
 * nothing about logging in are undefined: port scans, key exchange, sessions, helpers.
 *
 * User names are text that strangers choose, and so are some texts about keys. sshd escapes line ends in
 * them, but nothing else: `Invalid user x from 10.0.0.1 port 22 from 192.0.2.7 port 3` is a user called
 * `x from 10.0.0.1 port 22`. So each pattern is held to both ends, and takes the address from the end
 * that sshd writes last.
 */
export function parseMessage(message: string): SshEvent | undefined {
  if (message.length > LENGTH) return undefined;
  // Where sshd writes to a file itself, its lines end as on a terminal.
  const text = message.trimEnd();
  const [, times, repeated] = /^message repeated (\d{1,6}) times: \[ ?([^]*)\]$/.exec(text) ?? [];
  const event = parseOne(repeated?.trimEnd() ?? text);
  if (repeated === undefined || event === undefined) return event;
  return { kind: 'repeated', times: Number(times), event };
}

function parseOne(message: string): SingleEvent | undefined {
  const text = message.replace(/^(?:error|fatal): /, '');
  for (const [start, parse] of PARSERS) if (text.startsWith(start)) return parse(text);
  return undefined;
}

const PREAUTH = String.raw`(?: \[preauth\])?$`;
const REFUSED = new RegExp(
  String.raw`^User (.*) from (\S+) not allowed because (?:not )?(?:listed in |in any |a group is |none of )`,
);
const MAX_ATTEMPTS = new RegExp(
  String.raw`^maximum authentication attempts exceeded for (?:invalid user )?(.*) from (\S+) port (\d+) ssh2${PREAUTH}`,
);
const ENDED = new RegExp(
  String.raw`^(?:Connection (?:closed|reset) by|Disconnected from) (?:authenticating|invalid) user (.*) (\S+) port (\d+)${PREAUTH}`,
);
const BROKEN = new RegExp(
  String.raw`^(?:ssh_dispatch_run_fatal: )?Connection from (?:authenticating|invalid) user (.*) (\S+) port (\d+)(?: timed out|: [\w ,.'-]+)${PREAUTH}`,
);
// Somebody who tries many names in one connection. Text of the stranger follows, so the name, which is one
// of this host's, must be a plain one.
const OTHER_USER =
  /^Disconnecting authenticating user (\S+) (\S+) port (\d+): Change of username or service not allowed/;
const ROOT_REFUSED = new RegExp(String.raw`^ROOT LOGIN REFUSED FROM (\S+)(?: port (\d+))?${PREAUTH}`);
const DROPPED =
  /^drop connection #\d+ from \[([^\]]+)\]:(\d+) on \[[^\]]+\]:\d+ penalty: (?:failed authentication|attempted authentication by invalid user)$/;
const PAM_FAILED = /^PAM: [^:]*? for (?:illegal user |invalid user )?(.*) from (\S+)$/;
const MODULE_FAILED =
  /^(?:pam_unix\([\w-]+:auth\): authentication failure|PAM (\d{1,6}) more authentication failures?); logname=\S* uid=\S* euid=\S* tty=\S* ruser=\S* rhost=(\S*)(?:\s+user=([^]*))?/;

const PARSERS: readonly (readonly [start: string, parse: (text: string) => SingleEvent | undefined])[] = [
  ['Failed ', parseFailed],
  ['Accepted ', parseAccepted],
  ['Invalid user ', (text) => from('refused', /^Invalid user (.*) from (\S+?)(?: port (\d+))?$/.exec(text))],
  ['User ', (text) => from('refused', REFUSED.exec(text))],
  ['ROOT LOGIN REFUSED ', parseRootRefused],
  ['Connection from ', (text) => from('ended', BROKEN.exec(text))],
  ['ssh_dispatch_run_fatal: ', (text) => from('ended', BROKEN.exec(text))],
  ['Connection ', (text) => from('ended', ENDED.exec(text))],
  ['Disconnected from ', (text) => from('ended', ENDED.exec(text))],
  ['Disconnecting ', (text) => from('ended', OTHER_USER.exec(text))],
  ['maximum authentication attempts ', (text) => from('max-attempts', MAX_ATTEMPTS.exec(text))],
  ['drop connection ', parseDropped],
  ['PAM: ', (text) => from('pam-failed', PAM_FAILED.exec(text))],
  ['pam_unix(', parseModuleFailed],
  ['PAM ', parseModuleFailed],
];

/** @param match of user, address and port */
function from(
  kind: 'refused' | 'ended' | 'max-attempts' | 'pam-failed',
  match: RegExpExecArray | null,
): SingleEvent | undefined {
  if (match === null) return undefined;
  const [, user = '', address = '', port] = match;
  return { kind, user: toUserName(user), ...origin(address, port) };
}

function origin(text: string, port?: string): { from?: Origin } {
  const address = toAddress(text);
  if (address === undefined) return {};
  return { from: { address, ...(port !== undefined && { port: Number(port) }) } };
}

function parseRootRefused(text: string): SingleEvent | undefined {
  const [, address, port] = ROOT_REFUSED.exec(text) ?? [];
  return address === undefined ? undefined : { kind: 'refused', user: 'root', ...origin(address, port) };
}

function parseDropped(text: string): SingleEvent | undefined {
  const [, address = '', port] = DROPPED.exec(text) ?? [];
  const { from } = origin(address, port);
  return from && { kind: 'dropped', from };
}

function parseModuleFailed(text: string): SingleEvent | undefined {
  const match = MODULE_FAILED.exec(text);
  if (match === null) return undefined;
  const [, more, address = '', user] = match;
  return {
    kind: 'module-failed',
    times: Number(more ?? 1),
    more: more !== undefined,
    ...(user !== undefined && { user: toUserName(user) }),
    ...origin(address),
  };
}

function parseFailed(text: string): SingleEvent | undefined {
  const [, method, invalid, rest] = /^Failed (\S+) for (invalid user )?(.*)$/.exec(text) ?? [];
  if (method === undefined || rest === undefined) return undefined;
  const valid = invalid === undefined;
  const who = whoAndWhere(method, rest, valid);
  return who && { kind: 'failed', method: method.slice(0, 64), valid, ...who };
}

function parseAccepted(text: string): SingleEvent | undefined {
  const [, method, rest] = /^Accepted (\S+) for (.*)$/.exec(text) ?? [];
  if (method === undefined || rest === undefined) return undefined;
  const who = whoAndWhere(method, rest, true);
  return who && { kind: 'accepted', method: method.slice(0, 64), ...who };
}

const KEYLESS = /^(?:password|none|keyboard-interactive|challenge-response)(?:\/|$)/;
// What follows is only looked at: the space in it may belong to the next place.
const PLACE = / from (\S+) port (\d+) ssh2(?=: |$)/g;
const KEY = /^: [A-Z0-9-]+ (?:SHA\d+:[\w+/]+|MD5:[\da-f:]+)$/;

/**
 * Reads `USER from ADDRESS port N ssh2[: KEY]`. A stranger chooses USER, and may have a word in KEY too: the
 * name of a certificate, of a client's host. Where both could hold an address, this line alone does not
 * tell which one is true.
 *
 * @param known the user is one of this host's, so the name holds no address
 */
function whoAndWhere(
  method: string,
  text: string,
  known: boolean,
): { user: string; from?: Origin } | undefined {
  const places = [...text.matchAll(PLACE)];
  const [first, last] = [places[0], places.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const behind = text.slice(last.index + last[0].length);
  if (behind !== '' && KEYLESS.test(method)) return undefined;
  // Nothing that a stranger wrote stands behind it, so it is the one that sshd wrote. (What is said of a
  // key or a certificate ends with a fingerprint or a quotation mark; only Kerberos names end as they like.)
  const lastIsTrue = first === last || KEY.test(behind) || (behind === '' && !method.startsWith('gssapi'));
  const place = lastIsTrue ? last : first;
  const user = toUserName(text.slice(0, place.index));
  return lastIsTrue || known ? { user, ...origin(place[1]!, place[2]) } : { user };
}
