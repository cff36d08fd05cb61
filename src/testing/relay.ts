import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a database server that can be cut. */
export interface Relay {
  /** The address of the database by this way. */
  url: string;
  cut: () => Promise<void>;
  mend: () => Promise<void>;
  /** Carries nothing more, either way, without a word, as where a machine is gone; what comes later gets through. */
  silence: () => void;
}

export async function openRelay(database: string): Promise<Relay> {
  const { port, hostname } = new URL(database);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  const listen = async (at: number) => {
    server.listen(at, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen(0);
  const own = (server.address() as AddressInfo).port;
  const url = new URL(database);
  url.hostname = '127.0.0.1';
  url.port = String(own);
  return {
    url: url.href,
    mend: () => listen(own),
    silence: () => {
      for (const socket of sockets) socket.unpipe().pause();
    },
    cut: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
