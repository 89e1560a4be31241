import { SERVICE_STATES } from '../protocol/frame.js';
import { bytes, count, flag, group, none, one, percent, rate } from './metric-group.js';

/** Code of a service's state as it is stored: its place in `SERVICE_STATES`. */
export const serviceStateCode = (state: (typeof SERVICE_STATES)[number]): number =>
  SERVICE_STATES.indexOf(state);

/** What runs on the host, who comes in, and the agent itself. */
export const SOFTWARE_METRICS = [
  group(
    'service',
    (frame) => frame.services ?? none,
    {
      active: {
        label: 'Service active',
        help: '1 while the service is active, else 0.',
        ...count,
        read: (s) => (s.state === 'active' || s.state === 'reloading' ? 1 : 0),
      },
      state: {
        label: 'Service state',
        help: 'State of the service as a code.',
        unit: 'state',
        resolution: 1,
        read: (s) => serviceStateCode(s.state),
      },
      restarts: {
        label: 'Service restarts',
        help: 'How often systemd restarted the service.',
        ...count,
        read: (s) => s.restarts,
      },
      memory: {
        label: 'Service memory',
        help: 'Memory that the service holds.',
        ...bytes,
        read: (s) => s.memory,
      },
    },
    { kind: 'service', name: (s) => s.name },
  ),
  group(
    'container',
    (frame) => frame.containers ?? none,
    {
      running: {
        label: 'Container running',
        help: '1 while the container runs, else 0.',
        ...count,
        read: (c) => flag(c.state === 'running'),
      },
      healthy: {
        label: 'Container healthy',
        help: '0 while its health check fails, else 1; nothing without a health check.',
        ...count,
        read: (c) => flag(c.health && c.health !== 'unhealthy'),
      },
      cpu: {
        label: 'Container CPU',
        help: 'Share of all cores that the container uses.',
        ...percent,
        read: (c) => c.cpu,
      },
      memory: {
        label: 'Container memory',
        help: 'Memory of the container, caches left out.',
        ...bytes,
        read: (c) => c.memory,
      },
      in: { label: 'Container in', help: 'Bytes received per second.', ...rate, read: (c) => c.in },
      out: { label: 'Container out', help: 'Bytes sent per second.', ...rate, read: (c) => c.out },
    },
    { kind: 'container', name: (c) => c.name },
  ),
  group('host', (frame) => one(frame.system), {
    uptime: {
      label: 'Uptime',
      help: 'Time since the host was started.',
      unit: 'seconds',
      resolution: 1,
      read: (s) => s.uptime,
    },
    processes: { label: 'Processes', help: 'Processes on the host.', ...count, read: (s) => s.processes },
    rebootRequired: {
      label: 'Reboot required',
      help: '1 while an update waits for a restart of the host, else 0.',
      ...count,
      read: (s) => flag(s.rebootRequired),
    },
    users: {
      label: 'Logged-in users',
      help: 'Sessions of people on the host.',
      ...count,
      read: (s) => s.users?.length,
    },
  }),
  group('ssh', (frame) => one(frame.ssh), {
    failed: {
      label: 'Failed SSH logins',
      help: 'Failed SSH logins since the frame before.',
      ...count,
      read: (s) => s.attempts,
    },
    failed10m: {
      label: 'Failed SSH logins, 10 min',
      help: 'Failed SSH logins of the last ten minutes, from all addresses together.',
      ...count,
      read: (s) => s.window,
    },
  }),
  group(
    'sshSource',
    (frame) => frame.ssh?.sources ?? none,
    {
      failed10m: {
        label: 'Failed SSH logins of an address',
        help: 'Failed SSH logins of the last ten minutes from one address.',
        ...count,
        read: (s) => s.attempts,
      },
      users10m: {
        label: 'User names tried over SSH',
        help: 'Different user names that one address tried in the last ten minutes.',
        ...count,
        read: (s) => s.users,
      },
      breaches: {
        label: 'SSH login after failures',
        help: 'Logins accepted from an address that had failed five times or more in the last ten minutes.',
        ...count,
        read: (s) => s.breaches ?? 0,
      },
    },
    { kind: 'source', name: (s) => s.address },
  ),
  group('clock', (frame) => one(frame.clock), {
    skew: {
      label: 'Clock skew',
      help: 'How far the host’s clock is from the hub’s, in either direction.',
      unit: 'milliseconds',
      resolution: 1,
      read: (c) => Math.abs(c.skew),
    },
  }),
  group('agent', (frame) => one(frame.agent), {
    backlog: {
      label: 'Agent backlog',
      help: 'Frames that the hub has not acknowledged.',
      ...count,
      read: (a) => a.backlog,
    },
    dropped: {
      label: 'Frames dropped',
      help: 'Frames given up since the agent started.',
      ...count,
      read: (a) => a.dropped,
    },
    rss: { label: 'Agent memory', help: 'Memory that the agent holds.', ...bytes, read: (a) => a.rss },
  }),
];
