import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { abridged, recordedSections, type Section } from '../fixtures/sshd-sections.js';
import { AttemptCounter } from './attempt-counter.js';
import { count } from '../fixtures/count-messages.js';
import { parseMessage } from './messages.js';

const of = (pid: string, ...messages: string[]) => messages.map((message) => ({ pid, message }));

describe('AttemptCounter', () => {
  it.each([
    [
      '4 repeated after the first',
      5,
      of(
        '1',
        'Failed password for root from 192.0.2.7 port 9 ssh2',
        'message repeated 4 times: [ Failed password for root from 192.0.2.7 port 9 ssh2]',
      ),
    ],
    [
      '4 repeated, the first unseen',
      4,
      of('1', 'message repeated 4 times: [ Failed password for root from 192.0.2.7 port 9 ssh2]'),
    ],
    [
      'an unknown user, then 3 passwords',
      3,
      of(
        '1',
        'Invalid user a from 192.0.2.7 port 9',
        'Failed password for invalid user a from 192.0.2.7 port 9 ssh2',
        'message repeated 2 times: [ Failed password for invalid user a from 192.0.2.7 port 9 ssh2]',
        'Connection closed by invalid user a 192.0.2.7 port 9 [preauth]',
      ),
    ],
    [
      'an unknown user on a server that takes keys only',
      1,
      of(
        '1',
        'Invalid user a from 192.0.2.7 port 9',
        'Connection closed by invalid user a 192.0.2.7 port 9 [preauth]',
      ),
    ],
    [
      'an unknown user in 7.4, which leaves the port out',
      2,
      of(
        '1',
        'Invalid user a from 192.0.2.7',
        'input_userauth_request: invalid user a [preauth]',
        'Failed password for invalid user a from 192.0.2.7 port 9 ssh2',
        'Failed password for invalid user a from 192.0.2.7 port 9 ssh2',
        'Connection closed by 192.0.2.7 port 9 [preauth]',
      ),
    ],
    [
      'a known user on a server that takes keys only',
      1,
      of('1', 'Connection closed by authenticating user root 192.0.2.7 port 9 [preauth]'),
    ],
    [
      'keys of a known user, then the end',
      1,
      of(
        '1',
        'Failed publickey for root from 192.0.2.7 port 9 ssh2: RSA SHA256:aa',
        'Failed publickey for root from 192.0.2.7 port 9 ssh2: RSA SHA256:bb',
        'Connection closed by authenticating user root 192.0.2.7 port 9 [preauth]',
      ),
    ],
    [
      'keys of an unknown user',
      2,
      of(
        '1',
        'Invalid user a from 192.0.2.7 port 9',
        'Failed publickey for invalid user a from 192.0.2.7 port 9 ssh2: RSA SHA256:aa',
        'Failed publickey for invalid user a from 192.0.2.7 port 9 ssh2: RSA SHA256:bb',
        'Connection closed by invalid user a 192.0.2.7 port 9 [preauth]',
      ),
    ],
    [
      'a client that asks what it may try, and leaves',
      1,
      of(
        '1',
        'Invalid user a from 192.0.2.7 port 9',
        'Failed none for invalid user a from 192.0.2.7 port 9 ssh2',
        'Connection closed by invalid user a 192.0.2.7 port 9 [preauth]',
      ),
    ],
    [
      'a user whom AllowUsers leaves out',
      2,
      of(
        '1',
        'User root from 192.0.2.7 not allowed because not listed in AllowUsers',
        'Failed password for invalid user root from 192.0.2.7 port 9 ssh2',
        'Failed password for invalid user root from 192.0.2.7 port 9 ssh2',
        'Connection closed by invalid user root 192.0.2.7 port 9 [preauth]',
      ),
    ],
    [
      'root, who may not log in, with the right key',
      1,
      of(
        '1',
        'ROOT LOGIN REFUSED FROM 192.0.2.7 port 9',
        'ROOT LOGIN REFUSED FROM 192.0.2.7 port 9 [preauth]',
        'Failed publickey for root from 192.0.2.7 port 9 ssh2: RSA SHA256:aa',
        'Connection closed by authenticating user root 192.0.2.7 port 9 [preauth]',
      ),
    ],
    [
      'a password that PAM tells of first and in the end',
      3,
      of(
        '1',
        'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.7  user=root',
        'Failed password for root from 192.0.2.7 port 9 ssh2',
        'Failed password for root from 192.0.2.7 port 9 ssh2',
        'Failed password for root from 192.0.2.7 port 9 ssh2',
        'Connection closed by authenticating user root 192.0.2.7 port 9 [preauth]',
        'PAM 2 more authentication failures; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.7  user=root',
      ),
    ],
    [
      'typed answers, of which PAM, sshd and the module tell',
      4,
      [
        ...of(
          '2',
          'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.7  user=root',
        ),
        ...of('1', 'error: PAM: Authentication failure for root from 192.0.2.7'),
        ...of('1', 'error: PAM: Authentication failure for root from 192.0.2.7'),
        ...of('1', 'error: PAM: Authentication failure for root from 192.0.2.7'),
        ...of('1', 'Failed keyboard-interactive/pam for root from 192.0.2.7 port 9 ssh2'),
        ...of('1', 'error: PAM: Authentication failure for root from 192.0.2.7'),
        ...of('1', 'Failed keyboard-interactive/pam for root from 192.0.2.7 port 9 ssh2'),
        ...of('1', 'Connection closed by authenticating user root 192.0.2.7 port 9 [preauth]'),
      ],
    ],
    [
      'an unknown user with typed answers',
      2,
      of(
        '1',
        'Invalid user a from 192.0.2.7 port 9',
        'error: PAM: User not known to the underlying authentication module for illegal user a from 192.0.2.7',
        'Failed keyboard-interactive/pam for invalid user a from 192.0.2.7 port 9 ssh2',
        'error: PAM: User not known to the underlying authentication module for illegal user a from 192.0.2.7',
        'Failed keyboard-interactive/pam for invalid user a from 192.0.2.7 port 9 ssh2',
        'Connection closed by invalid user a 192.0.2.7 port 9 [preauth]',
      ),
    ],
    [
      'two connections of one process number, one after the other',
      2,
      of(
        '1',
        'Connection closed by authenticating user root 192.0.2.7 port 9 [preauth]',
        'Connection closed by authenticating user root 192.0.2.7 port 10 [preauth]',
      ),
    ],
    [
      'connections that one process speaks for',
      3,
      of(
        '1',
        'Invalid user a from 192.0.2.7 port 9',
        'Failed password for root from 192.0.2.7 port 10 ssh2',
        'Failed password for invalid user a from 192.0.2.7 port 9 ssh2',
        'Failed password for root from 192.0.2.8 port 10 ssh2',
        'Connection closed by authenticating user root 192.0.2.7 port 10 [preauth]',
        'Connection closed by invalid user a 192.0.2.7 port 9 [preauth]',
      ),
    ],
    [
      'an address that only other messages of the process tell',
      1,
      of(
        '1',
        'Invalid user a from 192.0.2.7 port 9',
        'Failed publickey for invalid user a from 192.0.2.7 port 9 ssh2: RSA-CERT SHA256:aa ID x from 6.6.6.6 port 1 ssh2 (serial 0) CA RSA SHA256:bb',
      ),
    ],
    ['an address that nobody knows', 0, of('1', 'Failed password for root from UNKNOWN port 65535 ssh2')],
  ])('counts %s as %i', (_, attempts, messages) => {
    const { byAddress } = count(messages);
    const total = Object.values(byAddress).reduce((sum, n) => sum + n, 0);
    expect(total).toBe(attempts);
    for (const address of Object.keys(byAddress)) expect(address).toMatch(/^192\.0\.2\.[78]$/);
  });

  it('tells of a login with its user, address and method', () => {
    const event = parseMessage('Accepted publickey for ada from 192.0.2.7 port 9 ssh2: ED25519 SHA256:aa')!;
    expect(new AttemptCounter().take('1', event, 0)).toEqual({
      ...{ address: '192.0.2.7', user: 'ada', method: 'publickey' },
    });
  });

  describe('when only a PAM module tells, as with LogLevel ERROR', () => {
    const module = of(
      '1',
      'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.7  user=root',
    );
    const more = of(
      '1',
      'PAM 2 more authentication failures; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.7  user=root',
    );

    it('counts after a while in which sshd says nothing', () => {
      const counter = new AttemptCounter();
      expect(count(module, counter, 0).attempts).toBe(0);
      expect(counter.settle(14_999)).toEqual([]);
      expect(counter.settle(15_000)).toEqual([{ times: 1, address: '192.0.2.7', user: 'root' }]);
      expect(counter.settle(60_000)).toEqual([]);
      expect(count(more, counter, 20_000).attempts).toBe(2);
    });

    it('adds what the module sums up in the meantime', () => {
      const counter = new AttemptCounter();
      count([...module, ...more], counter, 0);
      expect(counter.settle(15_000)).toEqual([{ times: 3, address: '192.0.2.7', user: 'root' }]);
    });

    it('counts nothing where somebody else vouched for the user', () => {
      const counter = new AttemptCounter();
      count([...module, ...of('1', 'Accepted password for root from 192.0.2.7 port 9 ssh2')], counter, 0);
      expect(counter.settle(60_000)).toEqual([]);
    });

    it('counts nothing twice where sshd speaks late', () => {
      const counter = new AttemptCounter();
      count(module, counter, 0);
      expect(counter.settle(15_000)).toHaveLength(1);
      const late = of('1', ...Array(2).fill('Failed password for root from 192.0.2.7 port 9 ssh2'));
      expect(count([...late, ...more], counter, 40_000).attempts).toBe(1);
    });
  });

  it('counts the same when it is saved and loaded between any two messages', () => {
    const messages = recordedSections().flatMap((section) => section.messages);
    const whole = count(messages).attempts;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: messages.length }), (cut) => {
        const before = new AttemptCounter();
        const first = count(messages.slice(0, cut), before).attempts;
        const after = new AttemptCounter();
        after.load(JSON.parse(JSON.stringify(before.save(1_000))), 5_000);
        expect(first + count(messages.slice(cut), after).attempts).toBe(whole);
      }),
    );
  });

  /** A connection as sshd would write about it, and how many attempts were made in it. */
  const connection = fc.record({
    pid: fc.integer({ min: 1000, max: 1010 }),
    port: fc.integer({ min: 1, max: 65_535 }),
    address: fc.constantFrom('192.0.2.7', '192.0.2.8', '2001:db8::7'),
    valid: fc.boolean(),
    keys: fc.integer({ min: 0, max: 3 }),
    passwords: fc.integer({ min: 0, max: 6 }),
  });
  function played({
    pid,
    port,
    address,
    valid,
    keys,
    passwords,
  }: typeof connection extends fc.Arbitrary<infer C> ? C : never) {
    const user = valid ? 'root' : 'nosuch';
    const whom = valid ? user : `invalid user ${user}`;
    const at = `${address} port ${port}`;
    const messages = [
      ...(valid ? [] : [`Invalid user ${user} from ${at}`]),
      ...Array<string>(keys).fill(`Failed publickey for ${whom} from ${at} ssh2: RSA SHA256:aa`),
      ...Array<string>(passwords).fill(`Failed password for ${whom} from ${at} ssh2`),
      ...(passwords === 6
        ? [`error: maximum authentication attempts exceeded for ${whom} from ${at} ssh2 [preauth]`]
        : []),
      passwords === 6
        ? `Disconnecting authenticating user ${user} ${at}: Too many authentication failures [preauth]`
        : `Connection closed by ${valid ? 'authenticating' : 'invalid'} user ${user} ${at} [preauth]`,
    ];
    const counting = passwords + (valid ? 0 : keys);
    return { attempts: Math.max(1, counting), messages: of(`${pid}`, ...messages) };
  }

  it('counts any connections exactly, abridged or not, with numbers of processes that come round again', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(connection, { selector: ({ port }) => port, maxLength: 40 }),
        fc.boolean(),
        (connections, brief) => {
          const all = connections.map(played);
          const messages = all.flatMap((one) => one.messages);
          const made = all.reduce((sum, { attempts }) => sum + attempts, 0);
          expect(count(brief ? abridged(messages) : messages).attempts).toBe(made);
        },
      ),
    );
  });

  it('counts connections exactly that go on at the same time', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(connection, { selector: ({ pid }) => pid, maxLength: 10 }),
        fc.infiniteStream(fc.nat()),
        (connections, choice) => {
          const all = connections.map(played);
          const queues = all.map(({ messages }) => [...messages]);
          const mixed: Section['messages'] = [];
          while (queues.some((queue) => queue.length > 0)) {
            const open = queues.filter((queue) => queue.length > 0);
            mixed.push(open[choice.next().value! % open.length]!.shift()!);
          }
          expect(count(mixed).attempts).toBe(all.reduce((sum, { attempts }) => sum + attempts, 0));
        },
      ),
    );
  });

  it('stays small whatever knocks', () => {
    const counter = new AttemptCounter();
    for (let i = 0; i < 5_000; i++) {
      const address = `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`;
      count(of(`${i}`, `Invalid user a from ${address} port ${1 + (i % 65_000)}`), counter);
      count(
        of(
          `p${i}`,
          `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${address} `,
        ),
        counter,
      );
    }
    const { connections, held } = counter.save(0);
    expect(connections.length).toBeLessThanOrEqual(1_024);
    expect(held.length).toBeLessThanOrEqual(1_024);
  });
});
