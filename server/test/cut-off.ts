import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import mongoose, { type Connection } from 'mongoose';

/** A connection to a database through a line that can be cut, with the time after which the driver gives up. */
export async function throughLine(uri: string, givesUpAfterMs = 300) {
  const { hostname, port } = new URL(uri);
  const ends = new Set<Socket>();
  const line = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const end of [near, far]) {
      ends.add(end);
      end.on('error', () => {});
      end.on('close', () => ends.delete(end));
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => line.listen(0, '127.0.0.1', resolve));
  const url = new URL(uri);
  url.port = String((line.address() as AddressInfo).port);
  url.searchParams.set('directConnection', 'true');
  const connection: Connection = await mongoose
    .createConnection(url.toString(), { serverSelectionTimeoutMS: givesUpAfterMs })
    .asPromise();
  return {
    connection,
    cut: async () => {
      const closed = new Promise((resolve) => line.close(resolve));
      for (const end of ends) end.destroy();
      await closed;
    },
  };
}
