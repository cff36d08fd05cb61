import { mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { buildIfStale } from '../cli/build.mjs';
import { parseDatabaseUrl } from '../config/config.ts';
import { openWorkplace, type Workplace } from '../testing/program.ts';

let place: Workplace;
beforeAll(async () => {
  buildIfStale();
  place = await openWorkplace();
});
afterAll(() => place.clear());

/** Starts the program and gives the one line that it leaves behind. */
async function complaintOf(settings: Record<string, string>): Promise<string> {
  const program = place.start(settings);
  expect(await program.ended).toEqual({ code: 1, signal: null });
  expect(program.out.stdout).toBe('');
  const [line = '', ...rest] = program.out.stderr.split('\n');
  expect(rest).toEqual(['']);
  expect(line).toMatch(/^Gatehouse did not start: /);
  return line.replace('Gatehouse did not start: ', '');
}

// What is the same on every database is tried on one of them only.
const cases: Record<string, [string, () => Promise<void>][]> = {
  sqlite: [
    [
      'a wrong setting is named',
      async () => {
        expect(await complaintOf({ PORT: 'abc' })).toBe('PORT must be a whole number from 0 to 65535.');
      },
    ],
    [
      'a proxy’s network that Express does not take is named',
      async () => {
        expect(await complaintOf({ TRUST_PROXY: '10.0.0.0/33' })).toMatch(/^TRUST_PROXY must be/);
      },
    ],
    [
      'production without a secret says so',
      async () => {
        const complaint = await complaintOf({ NODE_ENV: 'production', BCRYPT_COST: '12' });
        expect(complaint).toMatch(/^SECRET_KEY must be set in production/);
      },
    ],
    [
      'a port in use is named',
      async () => {
        const other = createServer();
        await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
        const { port } = other.address() as AddressInfo;
        const reasons = {
          1: `listen EADDRINUSE: address already in use 127.0.0.1:${port}`,
          // As node:cluster says it, which binds the port for all workers.
          2: `bind EADDRINUSE 127.0.0.1:${port}`,
        };
        for (const [WORKERS, reason] of Object.entries(reasons)) {
          expect(await complaintOf({ PORT: String(port), WORKERS })).toBe(
            `The store cannot listen on 127.0.0.1 port ${port} (${reason}). Set HOST and PORT to a free address.`,
          );
        }
        other.close();
      },
    ],
    [
      'a data folder that cannot be made is named',
      async () => {
        const file = join(place.folder, 'a-file');
        writeFileSync(file, '');
        expect(await complaintOf({ DATA_DIR: join(file, 'data') })).toMatch(
          /^The data folder \S*a-file\/data cannot be written to \(ENOTDIR.*Set DATA_DIR/,
        );
      },
    ],
    [
      'a database that is none is named',
      async () => {
        const file = join(place.folder, 'letter.db');
        writeFileSync(file, 'Dear Alice, this is no database at all. '.repeat(100));
        expect(await complaintOf({ DATABASE_URL: `sqlite:${file}` })).toMatch(
          /^The sqlite database cannot be used \(SQLITE_NOTADB.*Check DATABASE_URL/,
        );
      },
    ],
    [
      'a key file that cannot be read is named',
      async () => {
        mkdirSync(join(place.folder, 'odd', 'secret.key'), { recursive: true });
        expect(await complaintOf({ DATA_DIR: 'odd' })).toContain('secret.key');
      },
    ],
    [
      'a .env file in the working folder is read, and the environment overrules it',
      async () => {
        writeFileSync(join(place.folder, '.env'), '# ours\nSTORE_NAME=" "\nSTORE_LOCALE=xx\nHOST=\n');
        expect(await complaintOf({ STORE_LOCALE: 'de-DE' })).toBe('STORE_NAME must not be empty.');
      },
    ],
  ],
  postgres: [
    [
      'a database that does not answer is named',
      async () => {
        expect(await complaintOf({ DATABASE_URL: 'postgres://u:hush@127.0.0.1:1/x' })).toMatch(
          /^The postgres database cannot be used \(connect ECONNREFUSED.*Check DATABASE_URL/,
        );
      },
    ],
    [
      'a database that is not there is named, without its password',
      async () => {
        const url = new URL(inject('databaseUrl'));
        url.password = 'hush';
        url.pathname = '/no_such_database';
        const complaint = await complaintOf({ DATABASE_URL: url.href });
        expect(complaint).toMatch(/^The postgres database cannot be used \(/);
        expect(complaint).not.toContain('hush');
      },
    ],
  ],
  mysql: [
    [
      'a database that does not answer is named',
      async () => {
        expect(await complaintOf({ DATABASE_URL: 'mysql://u:hush@127.0.0.1:1/x' })).toMatch(
          /^The mysql database cannot be used \(connect ECONNREFUSED.*Check DATABASE_URL/,
        );
      },
    ],
  ],
};

test.each(cases[parseDatabaseUrl(inject('databaseUrl')).dialect] ?? [])('%s', (_name, run) => run());
