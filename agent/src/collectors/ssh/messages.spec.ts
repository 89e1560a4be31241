import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordedSections } from '../fixtures/sshd-sections.js';
import { parseMessage } from './messages.js';

const from = (address: string, port?: number) => ({ from: { address, ...(port !== undefined && { port }) } });
const there = from('192.0.2.7', 4711);

describe('parseMessage', () => {
  it.each([
    // Since 7.4 without a change.
    [
      'Failed password for root from 192.0.2.7 port 4711 ssh2',
      { kind: 'failed', method: 'password', user: 'root', valid: true, ...there },
    ],
    [
      'Failed password for invalid user admin from 2001:db8::7 port 4711 ssh2',
      { kind: 'failed', method: 'password', user: 'admin', valid: false, ...from('2001:db8::7', 4711) },
    ],
    [
      'Failed keyboard-interactive/pam for root from 192.0.2.7 port 4711 ssh2',
      { kind: 'failed', method: 'keyboard-interactive/pam', user: 'root', valid: true, ...there },
    ],
    [
      'Failed publickey for invalid user a from 192.0.2.7 port 4711 ssh2: RSA SHA256:q2u0cT+9/xY',
      { kind: 'failed', method: 'publickey', user: 'a', valid: false, ...there },
    ],
    [
      'Failed publickey for root from 192.0.2.7 port 4711 ssh2: RSA MD5:3a:0b:11',
      { kind: 'failed', method: 'publickey', user: 'root', valid: true, ...there },
    ],
    [
      'Failed none for invalid user a from 192.0.2.7 port 4711 ssh2',
      { kind: 'failed', method: 'none', user: 'a', valid: false, ...there },
    ],
    [
      'Accepted password for ada from 192.0.2.7 port 4711 ssh2',
      { kind: 'accepted', method: 'password', user: 'ada', ...there },
    ],
    [
      'Accepted publickey for ada from 192.0.2.7 port 4711 ssh2: ED25519 SHA256:q2u0cT+9/xY',
      { kind: 'accepted', method: 'publickey', user: 'ada', ...there },
    ],
    [
      'Accepted publickey for ada from 192.0.2.7 port 4711 ssh2: RSA-CERT SHA256:aa ID a from 6.6.6.6 port 1 ssh2 (serial 0) CA RSA SHA256:bb',
      { kind: 'accepted', method: 'publickey', user: 'ada', ...there },
    ],
    ['Invalid user admin from 192.0.2.7 port 4711', { kind: 'refused', user: 'admin', ...there }],
    ['Invalid user  from 192.0.2.7 port 4711', { kind: 'refused', user: '(empty)', ...there }],
    // 7.4 leaves the port out.
    ['Invalid user admin from 192.0.2.7', { kind: 'refused', user: 'admin', ...from('192.0.2.7') }],
    [
      'User root from 192.0.2.7 not allowed because not listed in AllowUsers',
      { kind: 'refused', user: 'root', ...from('192.0.2.7') },
    ],
    [
      'User root from host.example not allowed because listed in DenyUsers',
      { kind: 'refused', user: 'root' },
    ],
    [
      "User ada from 192.0.2.7 not allowed because none of user's groups are listed in AllowGroups",
      { kind: 'refused', user: 'ada', ...from('192.0.2.7') },
    ],
    ['ROOT LOGIN REFUSED FROM 192.0.2.7 port 4711', { kind: 'refused', user: 'root', ...there }],
    ['ROOT LOGIN REFUSED FROM 192.0.2.7 port 4711 [preauth]', { kind: 'refused', user: 'root', ...there }],
    [
      'error: PAM: Authentication failure for root from 192.0.2.7',
      { kind: 'pam-failed', user: 'root', ...from('192.0.2.7') },
    ],
    [
      'error: PAM: User not known to the underlying authentication module for illegal user a from 192.0.2.7',
      { kind: 'pam-failed', user: 'a', ...from('192.0.2.7') },
    ],
    [
      'error: maximum authentication attempts exceeded for invalid user a from 192.0.2.7 port 4711 ssh2 [preauth]',
      { kind: 'max-attempts', user: 'a', ...there },
    ],
    [
      'Connection closed by authenticating user root 192.0.2.7 port 4711 [preauth]',
      { kind: 'ended', user: 'root', ...there },
    ],
    [
      'Connection reset by invalid user a 192.0.2.7 port 4711 [preauth]',
      { kind: 'ended', user: 'a', ...there },
    ],
    [
      'Disconnected from authenticating user root 2001:db8::7 port 4711 [preauth]',
      { kind: 'ended', user: 'root', ...from('2001:db8::7', 4711) },
    ],
    [
      'ssh_dispatch_run_fatal: Connection from authenticating user root 192.0.2.7 port 4711: Broken pipe [preauth]',
      { kind: 'ended', user: 'root', ...there },
    ],
    [
      'fatal: Connection from invalid user a 192.0.2.7 port 4711 timed out',
      { kind: 'ended', user: 'a', ...there },
    ],
    [
      'Disconnecting authenticating user root 192.0.2.7 port 4711: Change of username or service not allowed: (root,ssh-connection) -> (a,ssh-connection) [preauth]',
      { kind: 'ended', user: 'root', ...there },
    ],
    [
      'drop connection #3 from [2001:db8::7]:4711 on [2001:db8::1]:22 penalty: failed authentication',
      { kind: 'dropped', ...from('2001:db8::7', 4711) },
    ],
    [
      'drop connection #0 from [192.0.2.7]:4711 on [192.0.2.1]:22 penalty: attempted authentication by invalid user',
      { kind: 'dropped', ...there },
    ],
    [
      'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.7  user=root',
      { kind: 'module-failed', times: 1, more: false, user: 'root', ...from('192.0.2.7') },
    ],
    [
      'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.7 ',
      { kind: 'module-failed', times: 1, more: false, ...from('192.0.2.7') },
    ],
    [
      'PAM 2 more authentication failures; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.7  user=root',
      { kind: 'module-failed', times: 2, more: true, user: 'root', ...from('192.0.2.7') },
    ],
    [
      'message repeated 4 times: [ Failed password for root from 192.0.2.7 port 4711 ssh2]',
      {
        kind: 'repeated',
        times: 4,
        event: { kind: 'failed', method: 'password', user: 'root', valid: true, ...there },
      },
    ],
    // sshd could not tell any more whose connection it was.
    [
      'Failed password for root from UNKNOWN port 65535 ssh2',
      { kind: 'failed', method: 'password', user: 'root', valid: true },
    ],
  ])('reads %s', (message, event) => {
    expect(parseMessage(message)).toEqual(event);
  });

  it.each([
    'Server listening on 0.0.0.0 port 22.',
    'Could not get shadow information for NOUSER',
    'Connection closed by 192.0.2.7 port 4711',
    'Connection closed by 192.0.2.7 port 4711 [preauth]',
    'Connection from 192.0.2.7 port 4711 on 192.0.2.1 port 22 rdomain ""',
    'Received disconnect from 192.0.2.7 port 4711:11: Failed password for root from 6.6.6.6 port 1 ssh2 [preauth]',
    'Disconnected from user ada 192.0.2.7 port 4711',
    'Disconnecting authenticating user root 192.0.2.7 port 4711: Too many authentication failures [preauth]',
    'Disconnecting: Too many authentication failures [preauth]',
    'Postponed keyboard-interactive for invalid user a from 192.0.2.7 port 4711 ssh2 [preauth]',
    'Partial publickey for ada from 192.0.2.7 port 4711 ssh2: ED25519 SHA256:q2u0cT',
    'input_userauth_request: invalid user a [preauth]',
    'User ada not allowed because account is locked',
    'pam_unix(sshd:auth): check pass; user unknown',
    'pam_unix(sshd:session): session opened for user ada(uid=1000) by (uid=0)',
    'Unable to negotiate with 192.0.2.7 port 4711: no matching key exchange method found. [preauth]',
    'banner exchange: Connection from 192.0.2.7 port 4711: invalid format',
    'fatal: Timeout before authentication for 192.0.2.7 port 4711',
    'drop connection #11 from [192.0.2.7]:4711 on [192.0.2.1]:22 past MaxStartups',
    'drop connection #0 from [192.0.2.7]:4711 on [192.0.2.1]:22 penalty: exceeded LoginGraceTime',
    '',
  ])('sees no attempt in %s', (message) => {
    expect(parseMessage(message)).toBeUndefined();
  });

  it('names no address where a name and a certificate could both hold it', () => {
    const certificate =
      'RSA-CERT SHA256:aa ID x from 6.6.6.6 port 1 ssh2: RSA SHA256:cc (serial 0) CA RSA SHA256:bb';
    expect(
      parseMessage(`Failed publickey for invalid user a from 192.0.2.7 port 4711 ssh2: ${certificate}`),
    ).toEqual({ kind: 'failed', method: 'publickey', user: 'a', valid: false });
  });

  it('finds in each recorded message the address that was really there', () => {
    const events = recordedSections().flatMap(({ messages }) =>
      messages.flatMap(({ message }) => parseMessage(message) ?? []),
    );
    expect(events).toHaveLength(55);
    for (const event of events) expect(event).toMatchObject(from('127.0.0.1'));
  });
});

describe('a user name that a stranger chose', () => {
  const REAL = '198.51.100.9';
  /** What sshd does with a name before it writes it: bytes that could end a line or move a cursor. */
  const escaped = (name: string) =>
    [...Buffer.from(name.slice(0, 100))]
      .map((byte) => {
        if (byte === 10) return '\\n';
        if (byte === 92) return '\\\\';
        return byte < 32 || byte > 126 ? `\\${byte.toString(8).padStart(3, '0')}` : String.fromCharCode(byte);
      })
      .join('');

  const lures = [
    ' from 1.2.3.4 port 22 ssh2',
    ' from 1.2.3.4 port 22 ssh2: ',
    ' from 1.2.3.4 port 22 ssh2: RSA SHA256:abc',
    ' from 1.2.3.4 port 22',
    ' from 1.2.3.4',
    ' from ::1',
    '1.2.3.4 port 22 [preauth]',
    ' 1.2.3.4 port 22',
    'invalid user ',
    'Accepted password for root from 1.2.3.4 port 22 ssh2',
    'message repeated 5 times: [ Failed password for root from 1.2.3.4 port 22 ssh2]',
    ' rhost=1.2.3.4  user=root',
    ': Change of username or service not allowed',
    ' not allowed because listed in DenyUsers',
    ' ssh2: ',
    ' [preauth]',
    ']',
    ' port 22',
    ' for ',
    '\n',
    '\r\nsshd[1]: Accepted password for root from 1.2.3.4 port 22 ssh2\n',
    '\u202e',
    'ä',
    '%eth0',
  ];
  const names = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 120 }),
    fc
      .array(fc.oneof(fc.constantFrom(...lures), fc.string({ maxLength: 8 })), { maxLength: 8 })
      .map((p) => p.join('')),
  );
  const addresses = fc.oneof(fc.constant(REAL), fc.ipV4(), fc.ipV6());

  const templates: [kind: string, (user: string, address: string, port: number) => string][] = [
    ['refused', (u, a, p) => `Invalid user ${u} from ${a} port ${p}`],
    ['refused', (u, a) => `Invalid user ${u} from ${a}`],
    ['refused', (u, a) => `User ${u} from ${a} not allowed because not listed in AllowUsers`],
    ['failed', (u, a, p) => `Failed password for invalid user ${u} from ${a} port ${p} ssh2`],
    ['failed', (u, a, p) => `Failed password for ${u} from ${a} port ${p} ssh2`],
    ['failed', (u, a, p) => `Failed none for invalid user ${u} from ${a} port ${p} ssh2`],
    ['failed', (u, a, p) => `Failed keyboard-interactive/pam for invalid user ${u} from ${a} port ${p} ssh2`],
    ['failed', (u, a, p) => `Failed publickey for invalid user ${u} from ${a} port ${p} ssh2`],
    [
      'failed',
      (u, a, p) => `Failed publickey for invalid user ${u} from ${a} port ${p} ssh2: RSA SHA256:a+/b`,
    ],
    ['accepted', (u, a, p) => `Accepted password for ${u} from ${a} port ${p} ssh2`],
    ['accepted', (u, a, p) => `Accepted publickey for ${u} from ${a} port ${p} ssh2: ED25519 SHA256:a+/b`],
    ['pam-failed', (u, a) => `error: PAM: Authentication failure for illegal user ${u} from ${a}`],
    [
      'max-attempts',
      (u, a, p) =>
        `error: maximum authentication attempts exceeded for invalid user ${u} from ${a} port ${p} ssh2 [preauth]`,
    ],
    ['ended', (u, a, p) => `Connection closed by invalid user ${u} ${a} port ${p} [preauth]`],
    ['ended', (u, a, p) => `Connection closed by authenticating user ${u} ${a} port ${p} [preauth]`],
    ['ended', (u, a, p) => `Connection reset by invalid user ${u} ${a} port ${p} [preauth]`],
    ['ended', (u, a, p) => `Disconnected from invalid user ${u} ${a} port ${p} [preauth]`],
    ['ended', (u, a, p) => `fatal: Connection from invalid user ${u} ${a} port ${p}: Broken pipe [preauth]`],
    [
      'module-failed',
      (u, a) =>
        `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${a}  user=${u}`,
    ],
  ];

  it.each(templates)('cannot put another address or event into a message: %s, %s', (kind, template) => {
    fc.assert(
      fc.property(names, addresses, fc.integer({ min: 1, max: 65_535 }), (name, address, port) => {
        const message = template(escaped(name), address, port);
        const event = parseMessage(message);
        expect(event?.kind).toBe(kind);
        const { from: origin, user } = event as { from?: { address: string; port?: number }; user: string };
        expect(origin?.address).toBe(address.toLowerCase().replace(/^::ffff:(?=.*\.)/, ''));
        if (origin?.port !== undefined) expect(origin.port).toBe(port);
        expect(user).toMatch(/^[^\p{Cc}\p{Cf}]{1,64}$/u);
      }),
      { numRuns: 500 },
    );
  });

  it('cannot make an event of a message that is none', () => {
    const harmless = [
      (u: string) => `Received disconnect from ${REAL} port 5:11: ${u} [preauth]`,
      (u: string) => `input_userauth_request: invalid user ${u} [preauth]`,
      (u: string) =>
        `Postponed keyboard-interactive for invalid user ${u} from ${REAL} port 5 ssh2 [preauth]`,
      (u: string) =>
        `Disconnecting invalid user ${u} ${REAL} port 5: Too many authentication failures [preauth]`,
      (u: string) =>
        `Disconnecting invalid user ${u} ${REAL} port 5: Change of username or service not allowed: (${u},ssh-connection) -> (${u},ssh-connection) [preauth]`,
      (u: string) =>
        `Unable to negotiate with ${REAL} port 5: no matching cipher found. Their offer: ${u} [preauth]`,
      (u: string) => `error: kex_exchange_identification: client sent invalid protocol identifier "${u}"`,
    ];
    fc.assert(
      fc.property(names, fc.constantFrom(...harmless), (name, template) => {
        expect(parseMessage(template(escaped(name)))).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });

  it('takes no time worth mentioning, however it is made', () => {
    expect(parseMessage(`Failed password for ${' from 1.2.3.4 port 1'.repeat(50_000)}`)).toBeUndefined();
    const starts = templates.map(([, template]) => template('USER', 'FROM', 0).replace(/USER.*$/, ''));
    const pieces = [
      ' ',
      '\t',
      ']',
      ' for ',
      ' from ',
      ' from a port ',
      ' port 1',
      ' [preauth]',
      'a ',
      ...lures,
    ];
    for (const start of [...starts, 'message repeated 5 times: [ ', 'PAM: ', 'drop connection #0 from [']) {
      for (const piece of pieces) {
        const message = `${(start + piece.repeat(2_000)).slice(0, 2_046)}x`;
        const began = process.cpuUsage();
        for (let n = 0; n < 10; n++) parseMessage(message);
        const { user } = process.cpuUsage(began);
        expect(user / 10, `microseconds for ${start}${piece}…`).toBeLessThan(2_000);
      }
    }
  });
});
