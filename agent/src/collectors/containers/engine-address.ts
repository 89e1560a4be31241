/** Where an engine listens: at a Unix socket, or at a port. */
export type EngineAddress = { socketPath: string } | { host: string; port: number };

/** `/var/run/docker.sock`, `unix:///…`, `tcp://host:port`, or undefined for anything else. */
export function parseEngineAddress(text: string): EngineAddress | undefined {
  const [, path] = /^(?:unix:\/\/)?(\/.+)$/.exec(text) ?? [];
  if (path !== undefined) return { socketPath: path };
  const [, host, port] = /^(?:tcp|http):\/\/([^/:@]+|\[[0-9a-f:]+\]):(\d{1,5})\/?$/i.exec(text) ?? [];
  return host === undefined ? undefined : { host: host.replace(/[[\]]/g, ''), port: Number(port) };
}

export const addressText = (address: EngineAddress): string =>
  'socketPath' in address ? address.socketPath : `${address.host}:${address.port}`;
