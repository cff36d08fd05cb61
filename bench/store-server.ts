import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { paths } from '../src/paths.ts';
import type { Target } from './load.ts';
import { checkStorePage, Member } from './member.ts';
import type { Served, Workplace } from './workplace.ts';

const SERVER = process.env.BENCH_SERVER ?? '../src/server.js';

/** A store that can be started again and again on the same data. */
export interface Store {
  settings: Record<string, string>;
  /** Starts it as `npm start` does. */
  start: () => Promise<Served>;
}

/** @param name of its data folder in the workplace */
export function storeIn(workplace: Workplace, name: string, more: Record<string, string> = {}): Store {
  const settings = {
    SECRET_KEY: randomBytes(32).toString('base64url'),
    DATA_DIR: join(workplace.folder, name),
    // So that members can come from many networks.
    TRUST_PROXY: 'loopback',
    ...more,
  };
  return {
    settings,
    start: () =>
      workplace.serve(SERVER, {
        node: ['--max-semi-space-size=8'],
        env: (port) => ({ ...settings, PORT: String(port) }),
        readyPath: paths.ready(),
      }),
  };
}

/** The database that is measured where a part may run on any. */
export function chosenDatabase(): Record<string, string> {
  const { BENCH_DATABASE_URL: url } = process.env;
  return url ? { DATABASE_URL: url } : {};
}

/** Registers members, each from a network of its own, as one network may make few. @returns their usernames */
export async function addMembers({ url }: Served, count: number): Promise<string[]> {
  // Names that a database from an earlier run does not have.
  const stem = `b${randomBytes(4).toString('hex')}`;
  const usernames = Array.from({ length: count }, (_none, number) => `${stem}-${number}`);
  for (const [number, username] of usernames.entries())
    await new Member(url, username, `203.0.113.${number}`).register();
  return usernames;
}

/** Logs a member in and opens the store. @returns its page, and what it is made of */
export async function openStorePage(
  { url, pid }: Served,
  member: Member,
): Promise<{ page: Target; html: string }> {
  await member.logIn();
  await member.get(paths.store()); // Shows the greeting, which comes once.
  const answer = await member.get(paths.store());
  const bytes = checkStorePage(answer);
  return { page: { url: url + paths.store(), pid, headers: member.headers, bytes }, html: answer.text };
}
