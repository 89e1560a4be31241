import type { Outcome } from '../collectors/collector-set.js';
import type { Settings } from '../config/options.js';
import { askStatus, SERVICE_SOCKET, statusSocketIn } from '../control/status-socket.js';
import { isWell, type AgentStatus } from '../control/status.js';
import { inWords } from './durations.js';

/** What `status` ends with. */
export const STATUS_EXIT = { well: 0, notConnected: 1, notRunning: 3 } as const;

/** Asks the running agent how it does, and shows it. @returns what to end with */
export async function status({ stateDir }: Settings, json: boolean): Promise<number> {
  const places = [...(stateDir ? [statusSocketIn(stateDir)] : []), SERVICE_SOCKET];
  const reasons: string[] = [];
  for (const place of places) {
    try {
      const text = await askStatus(place);
      const answer = JSON.parse(text) as AgentStatus;
      console.log(json ? text.trimEnd() : inLines(answer).join('\n'));
      return isWell(answer) ? STATUS_EXIT.well : STATUS_EXIT.notConnected;
    } catch (error) {
      reasons.push(`${place}: ${reasonOf(error as NodeJS.ErrnoException)}`);
    }
  }
  console.error(`No agent answers (${reasons.join('; ')}).`);
  return STATUS_EXIT.notRunning;
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'not there';
  if (code === 'ECONNREFUSED') return 'nobody listens';
  if (code === 'EACCES') return 'this user may not ask; try as root';
  return message;
}

/** For people. */
export function inLines(status: AgentStatus): string[] {
  const { version, pid, uptime, memory } = status;
  return [
    `tocsin-agent ${version}, process ${pid}, running for ${inWords(uptime)}, ${size(memory)}`,
    ...[
      ['hub', connection(status)],
      ['frames', frames(status)],
      ['interval', interval(status)],
      ['clock', clock(status)],
      ...collectors(status.collectors).map((line, i) => [i === 0 ? 'collectors' : '', line]),
    ].map(([what, words]) => `${what!.padEnd(12)}${words}`),
  ];
}

function size(bytes: number): string {
  if (bytes < 1e6) return `${Math.ceil(bytes / 1e3)} kB`;
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}

function connection({ hub, connection }: AgentStatus): string {
  const { open, since, name, trouble, nextAttempt } = connection;
  if (open) return `${hub}: connected for ${inWords(since)}${name === undefined ? '' : ` as ${name}`}`;
  const next = nextAttempt === undefined ? '' : `; next attempt in ${inWords(nextAttempt)}`;
  return `${hub}: not connected for ${inWords(since)}: ${trouble ?? 'connecting'}${next}`;
}

function frames({ frames }: AgentStatus): string {
  const { sent, acknowledged, waiting, waitingBytes, oldest, dropped } = frames;
  const age = oldest === undefined ? '' : `, the oldest ${inWords(oldest)} old`;
  return [
    sent ? `last one ${inWords(sent.age)} ago` : 'none yet',
    acknowledged ? `acknowledged ${inWords(acknowledged.age)} ago` : 'none acknowledged yet',
    waiting === 0 ? 'none waits' : `${waiting} wait (${size(waitingBytes)}${age})`,
    ...(dropped > 0 ? [`${dropped} dropped`] : []),
  ].join(', ');
}

const FROM = { host: 'set on this host', hub: 'set in the hub', default: 'default' } as const;

function interval({ interval: { ms, from }, live }: AgentStatus): string {
  return `${inWords(ms)} (${FROM[from]})${live ? '; each second while somebody watches' : ''}`;
}

function clock({ skew }: AgentStatus): string {
  if (skew === undefined) return 'not compared with the hub yet';
  // What is less is the way to the hub and back.
  if (Math.abs(skew) < 500) return 'right';
  return `${inWords(Math.abs(skew))} ${skew > 0 ? 'ahead of' : 'behind'} the hub`;
}

function collectors(outcomes: readonly Outcome[]): string[] {
  const named = (state: Outcome['state']) =>
    outcomes.filter((one) => one.state === state && one.problems.length === 0).map((one) => one.collector);
  const [ok, nothing] = [named('ok'), named('nothing')];
  return [
    ...(ok.length > 0 ? [`${ok.join(', ')}: ok`] : []),
    ...(nothing.length > 0 ? [`${nothing.join(', ')}: nothing to tell`] : []),
    ...outcomes
      .filter(({ problems }) => problems.length > 0)
      .map(
        ({ collector, state, problems }) =>
          `${collector}: ${state === 'failing' ? 'failing' : 'in part'}: ${problems.join('; ')}`,
      ),
  ];
}
