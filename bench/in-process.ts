import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createApp } from '../src/app.ts';
import { readConfig } from '../src/config/config.ts';
import { type Context, createContext } from '../src/context.ts';
import { inTransaction } from '../src/database/transaction.ts';
import { createLogger } from '../src/logging/logger.ts';
import type { Mail } from '../src/mail/message.ts';
import { paths } from '../src/paths.ts';
import { closeHttpServer, createHttpServer } from '../src/server/http-server.ts';
import { checkStorePage, Member } from './member.ts';

const WARM_UP = 5;

/** A mail with everything that a mail can have. */
const MAIL: Omit<Mail, 'to'> = {
  message: {
    subject: 'A login from a new device',
    name: 'alice',
    paragraphs: ['Somebody logged in to your account from a device that was not used before.'],
    facts: [
      { label: 'When', value: '20 November 2026 at 12:41 UTC' },
      { label: 'Network address', value: '192.0.2.17' },
      { label: 'Device', value: 'Firefox on Windows' },
    ],
    action: { label: 'Look at the devices', path: paths.devices() },
    closing: ['This is a mail of the bench.'],
    alarm: {
      text: 'If this was not you, say so: every session is ended, the account is locked, and we help you back in.',
      label: 'This wasn’t me',
      path: paths.notMe('d'.repeat(43)),
    },
  },
};

/**
 * Counts the queries of one signed-in GET of the store page, once warm.
 *
 * @param settings the environment that the server gets
 * @param username a registered member
 */
export function countQueries(settings: Record<string, string>, username: string): Promise<number> {
  return withContext(settings, async (context) => {
    const server = createHttpServer(createApp(context)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const member = new Member(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, username);
      await member.logIn();
      for (let visit = 0; visit < WARM_UP; visit += 1) await member.get(paths.store());

      let queries = 0;
      context.db.on('query', () => {
        queries += 1;
      });
      checkStorePage(await member.get(paths.store()));
      return queries;
    } finally {
      await closeHttpServer(server);
    }
  });
}

/**
 * Queues mails, each in a transaction of its own as rules do, while a server may run on the same database.
 *
 * @param settings the environment that the server gets
 * @returns how long it took, in seconds
 */
export function queueMails(settings: Record<string, string>, count: number): Promise<number> {
  return withContext(settings, async ({ db, mailer }) => {
    const start = performance.now();
    for (let number = 0; number < count; number += 1) {
      await inTransaction(db, (trx) =>
        mailer.queue(trx, { ...MAIL, to: `member-${number}@example.org`, budget: 'unlimited' }),
      );
    }
    return (performance.now() - start) / 1000;
  });
}

async function withContext<Result>(
  settings: Record<string, string>,
  work: (context: Context) => Promise<Result>,
): Promise<Result> {
  const config = readConfig({ NODE_ENV: 'production', ...settings });
  const context = await createContext(config, createLogger(config.production, 'silent'));
  try {
    return await work(context);
  } finally {
    await context.close();
  }
}
