import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { knownMigrations } from '../../database/migrations.ts';
import { shapeAfter, type Table } from '../../database/transfer/shape.ts';
import { asTar, type Packed, refit, repack, unpack } from '../../testing/archives.ts';
import { type CommandLine, openCommandLine } from '../../testing/command-line.ts';
import { everyRow } from '../../testing/tables.ts';
import { checkBackup } from './check-backup.ts';

const NEWER = '29991231000000_rebuild_everything';

let line: CommandLine;
let folder: string;
let sound: string;
let file: string;
let entries: Packed[];
let shape: Table[];
let stood: unknown;
beforeAll(async () => {
  line = await openCommandLine();
  await line.run('demo');
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-damage-'));
  sound = join(folder, 'sound.tar.gz');
  // The key in the file is one of the places that can be damaged.
  const { SECRET_KEY = '' } = line.settings;
  delete line.settings.SECRET_KEY;
  writeFileSync(join(line.folder, 'secret.key'), SECRET_KEY);
  expect((await line.run('backup', sound)).code).toBe(0);
  entries = await unpack(sound);
  shape = await shapeAfter(await knownMigrations());
  stood = await everyRow(line.db);
});
afterAll(async () => {
  await line.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  file = join(folder, 'backup.tar.gz');
  cpSync(sound, file);
});

/** Sees that a restore is refused and that nothing is another than before. */
async function expectRefusal(code: string): Promise<string> {
  const refused = await line.json('restore', file);
  expect(refused).toMatchObject({ code: 1, ok: false, error: { code } });
  expect(await everyRow(line.db)).toEqual(stood);
  expect(readdirSync(line.folder)).not.toContain('backups');
  return refused.error.message;
}

const damaged = () => expectRefusal('damaged-backup');

const check = () => checkBackup(file, undefined, async () => shape);

/** The same without the command, for many. */
async function expectDamage(what = ''): Promise<void> {
  await expect(check(), what).rejects.toMatchObject({ name: 'Damaged' });
}

/** The entries with one of them changed. */
function withChanged(name: string, change: (text: string) => string): Packed[] {
  expect(entries.map((entry) => entry.name)).toContain(name);
  return entries.map((entry) =>
    entry.name === name ? { name, content: Buffer.from(change(entry.content.toString('utf8'))) } : entry,
  );
}

function without(name: string): Packed[] {
  return entries.filter((entry) => entry.name !== name);
}

const PRODUCTS = 'tables/products/000001.ndjson';
const USERS = { name: 'tables/users/000001.ndjson', content: Buffer.from('[]\n') };

test('what nobody has touched is whole', async () => {
  const { manifest, tables } = await check();
  expect(manifest.tables.map(({ name }) => name)).toEqual(tables.map(({ name }) => name));
  await repack(
    file,
    refit(entries, () => undefined),
  );
  await check();
});

describe('a file', () => {
  test.each([0, 1, 9, 100, 0.25, 0.5, 0.9, -9, -8, -1])('that was cut off at %f is refused', async (at) => {
    const bytes = readFileSync(sound);
    const end = at < 0 ? bytes.length + at : at >= 1 ? at : Math.floor(bytes.length * at);
    writeFileSync(file, bytes.subarray(0, end));
    await expectDamage();
  });

  test('in which one bit is another is refused, wherever it is', async () => {
    const bytes = readFileSync(sound);
    // Before these stand the time and the system of gzip, which mean nothing; nor do the higher bits of the last byte
    // before its sums, which are filled up.
    for (let at = 10; at < bytes.length; at += Math.floor(bytes.length / 25)) {
      const other = Buffer.from(bytes);
      other[at] = (other[at] ?? 0) ^ 1;
      writeFileSync(file, other);
      await expectDamage(`byte ${at}`);
    }
  });

  test.each([
    ['a letter', Buffer.from('Dear Alice, this is no backup at all.')],
    ['a compressed letter', gzipSync('Dear Alice, this is no backup at all. '.repeat(50))],
    ['200 MB of nothing in a few bytes', gzipSync(Buffer.alloc(200_000_000), { level: 1 })],
  ])('that is %s is refused', async (_what, content) => {
    writeFileSync(file, content);
    expect(await damaged()).toMatch(/^\S+ is no backup, or is damaged: .*Nothing was changed\.$/);
  });

  test('that is an archive of something else is refused', async () => {
    await repack(file, [{ name: 'letters/alice.txt', content: Buffer.from('Dear Alice') }]);
    await damaged();
  });

  test.each(['missing.tar.gz', '.'])('that cannot be read is named: %s', async (name) => {
    file = join(folder, name);
    expect(await expectRefusal('file')).toMatch(/cannot be read \((ENOENT|EISDIR)/);
  });

  test('that ends within the archive is refused, though its compression is whole', async () => {
    const tar = await asTar(entries);
    for (const end of [512, tar.length / 2, tar.length - 4_096]) {
      writeFileSync(file, gzipSync(tar.subarray(0, Math.floor(end))));
      await expectDamage();
    }
  });
});

describe('a backup that somebody took apart', () => {
  test('and changed one byte of is refused, in whichever part', async () => {
    for (const { name, content } of entries) {
      const other = Buffer.from(content);
      const at = Math.floor(other.length / 2);
      other[at] = other[at] === 0x31 ? 0x32 : 0x31;
      await repack(
        file,
        entries.map((entry) => (entry.name === name ? { name, content: other } : entry)),
      );
      // A byte of what it says of itself may be one of its version.
      const expected = name === 'about.json' ? /Damaged|Newer/ : /Damaged/;
      await expect(check(), name).rejects.toMatchObject({ name: expect.stringMatching(expected) });
    }
  });

  test('and took one part away from is refused, whichever', async () => {
    for (const { name } of entries) {
      await repack(file, without(name));
      await expectDamage(name);
    }
  });

  test('and put back in another order is refused', async () => {
    const [about, ...others] = entries as [Packed, ...Packed[]];
    const manifest = others.pop() as Packed;
    for (const order of [
      [about, ...others.toReversed(), manifest],
      [...others, about, manifest],
      [about, manifest, ...others],
      [manifest, about, ...others],
    ]) {
      await repack(file, order);
      await expectDamage();
      await repack(
        file,
        refit(order, () => undefined),
      );
      await expectDamage();
    }
  });

  test.each([
    '../../../etc/cron.d/gatehouse',
    '/etc/cron.d/gatehouse',
    'tables/users/../../secret.key',
    'tables/products/000002.ndjson/',
    'tables/products/3.ndjson',
    'tables/no_such_table/000001.ndjson',
    'tables/__proto__/000001.ndjson',
    'files/tls.key',
    'files/secret.key',
    'about.json',
    'manifest.json',
    PRODUCTS,
    `${'a'.repeat(200)}`,
  ])('and put %s into is refused', async (name) => {
    const more = { name, content: Buffer.from('hello') };
    for (const at of [1, entries.length]) {
      const added = entries.toSpliced(at, 0, more);
      await repack(file, added);
      await expectDamage();
      await repack(
        file,
        refit(added, () => undefined),
      );
      await expectDamage();
    }
    await damaged();
  });

  test.each(['symlink', 'link', 'directory', 'fifo'] as const)(
    'and put a %s into is refused',
    async (type) => {
      const more = { name: 'tables/users/000001.ndjson', content: Buffer.alloc(0), type };
      await repack(
        file,
        refit(entries.toSpliced(1, 0, more), () => undefined),
      );
      await damaged();
    },
  );

  test.each([
    ['rows', { name: 'products', rows: 23 }],
    ['sum', { name: 'products', sum: '0'.repeat(64) }],
  ])('and of which the %s of a table was changed is refused', async (_what, { name, ...change }) => {
    const other = refit(entries, (manifest) => {
      const table = (manifest.tables as { name: string }[]).find((one) => one.name === name);
      Object.assign(table as object, change);
    });
    await repack(file, other);
    await expectDamage();
  });

  test.each([
    ['createdAt', '2020-01-01T00:00:00.000Z'],
    ['program', '9.9.9'],
    ['dialect', 'oracle'],
    ['key', null],
    ['nextNumbers', {}],
    ['nextNumbers', { users: -1 }],
    ['tables', []],
    ['entries', []],
    ['format', 2],
    ['more', true],
  ])('and of which %s in the manifest was changed is refused', async (name, value) => {
    await repack(
      file,
      refit(entries, (manifest) => Object.assign(manifest, { [name]: value })),
    );
    await damaged();
  });

  test.each([
    ['has no end', (text: string) => text.trimEnd()],
    ['has too few values', (text: string) => text.replace(/^\[[^,]+,/, '[')],
    ['holds a word for a number', (text: string) => text.replace(/^\[\d+/, '["one"')],
    ['holds a number that no database keeps', (text: string) => text.replace(/^\[\d+/, '[1e30')],
    ['is an object', () => '{}\n'],
    ['is nothing', () => '\n'],
    ['is no JSON', () => '[1, 2\n'],
  ])('and of which a row %s is refused without telling what stands in it', async (_what, change) => {
    const other = withChanged(PRODUCTS, change);
    await repack(
      file,
      refit(other, () => undefined),
    );
    await expect(check()).rejects.toMatchObject({ message: expect.not.stringMatching(/Laptop|JSON at|one/) });
  });

  test('and from which a row was taken, with sums that fit, is refused by the sum of the table', async () => {
    const other = withChanged(PRODUCTS, (text) => text.slice(text.indexOf('\n') + 1));
    await repack(
      file,
      refit(other, () => undefined),
    );
    expect(await damaged()).toContain('products');
  });

  test('and with the key of another store is refused', async () => {
    const other = withChanged('files/secret.key', () => 'another-key-another-key-another-key');
    await repack(
      file,
      refit(other, () => undefined),
    );
    expect(await damaged()).toContain('key');
  });

  test('and that claims a part larger than any store has is refused before that is read', async () => {
    const large = { ...USERS, content: Buffer.alloc(48_000_001, ' ') };
    await repack(
      file,
      refit(entries.toSpliced(1, 0, large), () => undefined),
    );
    expect(await damaged()).toContain('larger than');
  });
});

async function changeAbout(change: object): Promise<void> {
  const other = withChanged('about.json', (text) => JSON.stringify({ ...JSON.parse(text), ...change }));
  await repack(
    file,
    refit(other, (manifest) => Object.assign(manifest, change)),
  );
}

test('a backup from before the first release is refused as such', async () => {
  await changeAbout({ migrations: ['20261120100000_create_users', '20261120100100_create_sessions'] });
  const message = await expectRefusal('prerelease-backup');
  expect(message).toContain('was made before the first release, and no later version can read it.');
});

describe('a backup of a newer version', () => {
  test.each([
    [{ format: 2 }, 'format 2'],
    [{ format: 2, migrations: 'all of them' }, 'format 2'],
    [{ migrations: ['20261121000000_create_accounts', NEWER] }, NEWER],
  ])('is refused as such: %j', async (change, told) => {
    await changeAbout(change);
    const message = await expectRefusal('newer-backup');
    expect(message).toContain(`made by a newer version of the program (${told}). Install that one`);
  });

  test.each([{ format: 0 }, { format: '1' }, { migrations: [] }, { migrations: null }])(
    'is not what has %j',
    async (change) => {
      await changeAbout(change);
      await damaged();
    },
  );
});
