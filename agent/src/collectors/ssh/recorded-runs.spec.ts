import { describe, expect, it } from 'vitest';
import { abridged, recordedSections, type Section } from '../fixtures/sshd-sections.js';
import { AttemptCounter } from './attempt-counter.js';
import { count } from '../fixtures/count-messages.js';

describe('AttemptCounter', () => {
  // As the sections of the recording say: how many passwords reached sshd, or connections it dropped. A
  // connection that only showed keys counts once.
  const TRUTH: [run: RegExp, title: RegExp, attempts: number, logins: number][] = [
    [/10\.0p2 \(built/, /^A invalid user, 3 wrong pw/, 1, 0],
    [/10\.0p2 \(built/, /^B valid user, 1 wrong pw/, 1, 0],
    [/10\.0p2 \(built/, /^C root wrong pw/, 1, 0],
    [/10\.0p2 \(built/, /^D 7 wrong pubkeys/, 1, 0],
    [/10\.0p2 \(built/, /^E success/, 0, 1],
    [/10\.0p2 \(built/, /^F port scan/, 0, 0],
    [/10\.0p2 \(built/, /^G grace timeout/, 0, 0],
    [/10\.0p2 \(built/, /^H user with a space/, 1, 0],
    [/10\.0p2 \(built/, /^I weak kex/, 0, 0],
    [/second run/, /^nosuch:3/, 3, 0],
    [/second run/, /^labuser:3/, 3, 0],
    // sshd takes six of seven.
    [/second run/, /^root:7/, 6, 0],
    [/12 connections/, /^$/, 12, 0],
    // sshpass gave up after two of three.
    [/9\.2p1/, /^A invalid user 3 pw/, 2, 0],
    [/9\.2p1/, /^B valid user 3 pw/, 2, 0],
    [/9\.2p1/, /^C root 7 pw/, 2, 0],
    [/9\.2p1/, /^D 7 pubkeys/, 1, 0],
    [/9\.2p1/, /^F user injection/, 1, 0],
    [/9\.2p1/, /^G empty scan/, 0, 0],
  ];

  it.each([
    ['as sshd wrote them', (messages: Section['messages']) => messages],
    ['as rsyslog abridges them', abridged],
  ])('counts in the recorded messages exactly what was tried, %s', (_, edit) => {
    const counter = new AttemptCounter();
    const counted = recordedSections()
      .map(({ run, title, messages }) => ({ run, title, ...count(edit(messages), counter) }))
      .filter(({ run, title }) => TRUTH.some(([r, t]) => r.test(run) && t.test(title)));
    expect(counted).toHaveLength(TRUTH.length);
    for (const [run, title, attempts, logins] of TRUTH) {
      const section = counted.find((s) => run.test(s.run) && title.test(s.title));
      expect(section, `${run} ${title}`).toMatchObject({
        ...{ attempts, logins },
        byAddress: attempts > 0 ? { '127.0.0.1': attempts } : {},
      });
    }
  });
});
