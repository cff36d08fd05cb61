import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommandLine } from '../cli/command-line.ts';
import { connect, type Database } from '../database/connection.ts';
import type { DatabaseAddress } from '../database/dialect.ts';
import { migrate } from '../database/migrations.ts';
import { createEncryptor, type Encryptor } from '../shared/crypto/encryption.ts';
import { openTestDatabase, unheard } from './database.ts';

/** What a command left behind. */
export interface Run {
  code: number;
  out: string;
  err: string;
}

/** The command line on a store of its own, in this process. */
export interface CommandLine {
  folder: string;
  /** The settings that commands read. */
  settings: Record<string, string>;
  db: Database;
  encryptor: Encryptor;
  run: (...args: string[]) => Promise<Run>;
  /** Runs a command with --json and reads what it printed. */
  // biome-ignore lint/suspicious/noExplicitAny: each command prints another shape, and tests say which they expect.
  json: (...args: string[]) => Promise<any>;
  close: () => Promise<void>;
}

/** How long commands watch whether the store runs: a test's store is none, or beats in step with it. */
const WATCH = { given: 300, free: 20 };

const SECRET_KEY = 'lantern-moss-fiddle-barn-7890123';

/** Runs a command in this process. */
export async function runCaptured(args: string[], settings: Record<string, string> = {}): Promise<Run> {
  const printed = { out: '', err: '' };
  const out = (text: string) => {
    printed.out += text;
  };
  const err = (text: string) => {
    printed.err += text;
  };
  return { code: await runCommandLine(args, { out, err }, settings, { watch: WATCH }), ...printed };
}

/** Opens a store that is up to date and empty. Each command connects to it anew, so SQLite needs a file. */
export async function openCommandLine(): Promise<CommandLine> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-cli-'));
  const database = await openTestDatabase();
  const { db, url, close } =
    database.address.dialect === 'sqlite'
      ? await openFile(join(folder, 'gatehouse.db'))
      : { db: database.db, url: database.address.url, close: async () => undefined };
  const settings: Record<string, string> = {
    NODE_ENV: 'test',
    DATA_DIR: folder,
    DATABASE_URL: url,
    SECRET_KEY,
  };

  const run = (...args: string[]) => runCaptured(args, settings);

  return {
    folder,
    settings,
    db,
    encryptor: createEncryptor(SECRET_KEY),
    run,
    async json(...args) {
      const { code, out } = await run(...args, '--json');
      return { code, ...JSON.parse(out) };
    },
    async close() {
      await close();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function openFile(file: string) {
  const address: DatabaseAddress = { dialect: 'sqlite', file };
  const db = connect(address, unheard);
  await migrate(db);
  return { db, url: `sqlite:${file}`, close: () => db.destroy() };
}
