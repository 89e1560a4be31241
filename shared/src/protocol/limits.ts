// Plain constants, also exported as `@tocsin/shared/limits`: the agent takes them without the schema
// library, which would cost it 26 MB of memory.

/** Version of the agent protocol. A hub serves exactly the versions it lists; see `docs/protocol.md`. */
export const PROTOCOL_VERSION = 1;

/** Socket.IO namespace of the agents. */
export const AGENT_NAMESPACE = '/agent';

/** Bounds that hub and agent both keep. They are part of the protocol: changing one needs a new version. */
export const LIMITS = {
  /** Bytes of one Socket.IO message; a larger one closes the connection with code 1009. */
  messageBytes: 1_000_000,
  /** Frames in one backlog batch. */
  batchFrames: 500,
  /** A frame's `t` may be this far ahead of the hub's clock, in ms. */
  futureMs: 5 * 60_000,
  /** A frame's `t` may be this far behind the hub's clock, in ms. */
  pastMs: 7 * 86_400_000,
  /** Shortest reporting interval, in ms. */
  intervalMinMs: 50,
  /** Longest reporting interval, in ms. */
  intervalMaxMs: 3_600_000,
  mounts: 512,
  interfaces: 1024,
  services: 512,
  cores: 1024,
  devices: 512,
  containers: 256,
  sensors: 128,
  users: 64,
  /** Source addresses of failed SSH logins, the user names shown for each, and accepted logins. */
  sshSources: 20,
  sshTopUsers: 5,
  sshLogins: 16,
  /** Processes in each list of a `ProcessList`. */
  processes: 15,
  /** Characters of a mount point, an interface, a service or another instance. */
  nameLength: 256,
  /** Live frames a connection may send per second over a long time, and at once. */
  framesPerSecond: 40,
  framesBurst: 120,
  /** Frames in backlog batches a connection may send per second over a long time, and at once. */
  backlogPerSecond: 2_000,
  backlogBurst: 10_000,
} as const;

/** Failed SSH logins are counted over this time, in ms. */
export const SSH_WINDOW_MS = 10 * 60_000;
/** An accepted login after so many failures of the same address in the window is a breach. */
export const SSH_BREACH_AFTER = 5;

/** Names of the settings that the hub can tell an agent, in the order in which people see them. */
export const HOST_SETTINGS = [
  'interval',
  'services',
  'includeDisks',
  'excludeDisks',
  'includeInterfaces',
  'excludeInterfaces',
] as const;
export type HostSettingName = (typeof HOST_SETTINGS)[number];
