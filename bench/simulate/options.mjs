import { parseArgs } from 'node:util';

export const HELP = `npm run simulate -- [options]

Hosts that do not exist report to a hub, with days and nights, spikes, failures, reboots and gaps.
Without --hub it starts a hub of its own, with its MongoDB, and prints how to sign in.

  --hosts N        how many hosts (3)
  --interval MS    how often each reports, from 50 to 3600000 (1000)
  --from TIME      send a past first: -30d, -12h, -90m, or ISO 8601. Of what is older than 30 days one frame
                   a minute is sent, older than 90 days one each ten minutes: a hub keeps no more of it
  --whole          send as many frames of long ago as of late
  --speed N        how fast the past is sent: 60x, or max for as fast as the hub takes it (max)
  --past-only      end when the past is stored
  --for TIME       end after 60s, 10m or 2h of reporting
  --seed N         another seed, other hosts (1)
  --hub URL        a hub that runs already
  --token TOKEN    an enrolment token of that hub for at least N hosts; not needed for hosts that are known
  --keys FILE      where the hosts' keys are kept (data/simulation/keys.json)
  --help           this text`;

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const FURTHEST_MS = 729 * UNITS.d;

/** What is wrong with the command line, for people. */
export class UsageError extends Error {}

/**
 * @param {number} now UTC ms
 * @throws {UsageError}
 */
export function readOptions(args, now) {
  const values = parse(args);
  const options = {
    help: values.help,
    hosts: whole('--hosts', values.hosts, 1, 10_000),
    intervalMs: whole('--interval', values.interval, 50, 3_600_000),
    seed: whole('--seed', values.seed, 0, 2 ** 31 - 1),
    from: values.from === undefined ? undefined : time(values.from, now),
    whole: values.whole,
    speed: speed(values.speed),
    pastOnly: values['past-only'],
    forMs: values.for === undefined ? undefined : span('--for', values.for),
    hub: values.hub === undefined ? undefined : url(values.hub),
    token: values.token,
    keys: values.keys,
  };
  if (options.pastOnly && options.from === undefined) {
    throw new UsageError('--past-only needs --from, for instance --from -30d.');
  }
  if (options.token !== undefined && options.hub === undefined) {
    throw new UsageError('--token belongs to a hub: say which with --hub URL.');
  }
  return options;
}

function parse(args) {
  try {
    return parseArgs({
      args: joined(args),
      options: {
        hosts: { type: 'string', default: '3' },
        interval: { type: 'string', default: '1000' },
        seed: { type: 'string', default: '1' },
        from: { type: 'string' },
        whole: { type: 'boolean', default: false },
        speed: { type: 'string', default: 'max' },
        'past-only': { type: 'boolean', default: false },
        for: { type: 'string' },
        hub: { type: 'string' },
        token: { type: 'string' },
        keys: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error.message);
  }
}

/** `--from -30d` looks like two options to the parser. */
const joined = (args) =>
  args.flatMap((arg, i) => {
    if (args[i - 1] === '--from') return [];
    return arg === '--from' && args[i + 1] !== undefined ? [`--from=${args[i + 1]}`] : [arg];
  });

function whole(name, text, least, most) {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new UsageError(`${name} is a whole number from ${least} to ${most}, not "${text}".`);
}

function span(name, text) {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (count !== undefined && Number(count) > 0) return Number(count) * UNITS[unit];
  throw new UsageError(`${name} is a time such as 60s, 10m or 2h, not "${text}".`);
}

function time(text, now) {
  const t = text.startsWith('-') ? now - span('--from', text.slice(1)) : Date.parse(text);
  if (t < now && t >= now - FURTHEST_MS) return t;
  throw new UsageError(`--from is a time within the last two years, such as -30d, not "${text}".`);
}

function speed(text) {
  const times = text === 'max' ? Infinity : Number(/^(\d+(\.\d+)?)x?$/.exec(text)?.[1]);
  if (times >= 1) return times;
  throw new UsageError(`--speed is max or a number such as 60x, not "${text}".`);
}

function url(text) {
  if (/^https?:\/\/[^/]/.test(text) && URL.canParse(text)) return text.replace(/\/+$/, '');
  throw new UsageError(`--hub is an address such as https://tocsin.example.org, not "${text}".`);
}
