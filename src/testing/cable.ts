import { createServer, connect as dial, type Socket } from 'node:net';
import { connect } from '../database/connection.ts';
import type { DatabaseAddress } from '../database/dialect.ts';
import { openTestDatabase, type TestDatabase, unheard } from './database.ts';

/** A database that can be taken away and given back while the store runs. */
export interface FailingDatabase extends TestDatabase {
  fail: () => Promise<void>;
  recover: () => Promise<void>;
}

/**
 * Opens a database of this run's kind that can fail: a server behind a cable that can be pulled, or SQLite
 * that may not write, as on a disk that turned read-only.
 */
export async function openFailingDatabase(): Promise<FailingDatabase> {
  const database = await openTestDatabase();
  const { db, address } = database;
  if (address.dialect === 'sqlite') {
    return {
      ...database,
      fail: async () => void (await db.raw('pragma query_only = on')),
      recover: async () => void (await db.raw('pragma query_only = off')),
    };
  }
  const cable = await layCable(new URL(address.url));
  const through: DatabaseAddress = { ...address, url: cable.url };
  const cabled = connect(through, unheard);
  return {
    db: cabled,
    address: through,
    fail: cable.pull,
    recover: cable.plugIn,
    async drop() {
      await cabled.destroy();
      await cable.pull();
      await database.drop();
    },
  };
}

/** A way to a server that can be cut: nobody listens at its end then, and what was open is gone. */
export interface Cable {
  /** The server's address, by this way. */
  url: string;
  pull: () => Promise<void>;
  plugIn: () => Promise<void>;
}

export async function layCable(server: URL): Promise<Cable> {
  const sockets = new Set<Socket>();
  const relay = createServer((near) => {
    const far = dial(Number(server.port), server.hostname);
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
  const listen = (port: number) => new Promise<void>((resolve) => relay.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const address = relay.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const url = new URL(server);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  return {
    url: url.href,
    plugIn: () => listen(port),
    pull: () =>
      new Promise<void>((resolve) => {
        relay.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
