import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { PROJECT_FOLDER } from '../shared/folders.ts';

// Only its owner writes a table. Others call the owner's functions, or read it by a join that is listed here.

/** Which folder's files, not those of rooms inside it, a table belongs to. */
const OWNERS: Record<string, string[]> = {
  'src/accounts': ['account_links', 'admin_roster', 'reserved_names', 'users'],
  'src/accounts/credentials': [
    'authenticator_apps',
    'identities',
    'known_browsers',
    'passkeys',
    'personal_access_tokens',
    'recovery_codes',
    'refresh_tokens',
    'token_families',
  ],
  'src/accounts/events': ['event_counts'],
  'src/accounts/invitations': ['invitations'],
  'src/accounts/login': ['known_networks'],
  'src/accounts/passkeys': ['webauthn_challenges'],
  'src/accounts/password-reset': ['reset_requests'],
  'src/accounts/registration': ['setup_tokens'],
  'src/audit': ['audit_head', 'audit_log'],
  'src/catalogue': ['catalogue_version', 'categories', 'pictures', 'products'],
  'src/jobs': ['leases'],
  'src/mail': ['outbox'],
  'src/members': ['member_notes'],
  'src/rate-limits': ['rate_limits'],
  'src/sessions': ['sessions'],
  'src/settings': ['store_settings'],
  'src/tasks': ['tasks'],
  'src/web': ['submitted_forms'],
};

/** What others write all the same, by file. To become shorter. */
const WRITTEN_BY_OTHERS: Record<string, string[]> = {
  'src/accounts/closure/personal-data.table.ts': ['users'],
  'src/cli/backup/restored-store.table.ts': [
    'account_links',
    'leases',
    'sessions',
    'submitted_forms',
    'token_families',
    'webauthn_challenges',
  ],
};

/** What others read, by file. */
const READ_BY_OTHERS: Record<string, string[]> = {
  'src/accounts/invitations/invitation-list.table.ts': ['users'],
  'src/accounts/invitations/invitations.table.ts': ['reserved_names', 'users'],
  'src/accounts/closure/personal-data.table.ts': ['users'],
  'src/members/member-counts.table.ts': ['users'],
  'src/members/member-notes.table.ts': ['users'],
  'src/members/member-screen.table.ts': ['users'],
  'src/members/members.table.ts': ['users'],
  'src/members/names.table.ts': ['users'],
  'src/accounts/credentials/personal-tokens.table.ts': ['users'],
  'src/accounts/credentials/token-families.table.ts': ['users'],
  'src/audit/audit-log.table.ts': ['users'],
  'src/cli/backup/restored-store.table.ts': ['personal_access_tokens'],
  'src/cli/doctor/store-health.table.ts': ['authenticator_apps', 'outbox', 'users'],
  'src/tasks/tasks.table.ts': ['users'],
};

/** What gets the table from somebody else: from features that declare theirs, or from the shape of a store. */
const TABLES_BY_NAME = [
  'src/database/dialect.ts',
  'src/database/transfer/dialect-tables.ts',
  'src/database/transfer/fill-database.ts',
  'src/database/transfer/snapshot.ts',
  'src/features/declared-rows.table.ts',
];

const owners = new Map(
  Object.entries(OWNERS).flatMap(([folder, tables]) => tables.map((table) => [table, folder])),
);
const files = sources();

test('each table has one owner', () => {
  const folder = join(PROJECT_FOLDER, 'migrations');
  const made = readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => [...readFileSync(join(folder, name), 'utf8').matchAll(/createTable\(knex, '(\w+)'/g)])
    .map(([, table]) => table);
  expect(Object.values(OWNERS).flat().sort()).toEqual(made.sort());
});

test('only its owner writes a table', () => {
  expect(tablesOfOthers('written')).toEqual(WRITTEN_BY_OTHERS);
});

test('who else reads one is known', () => {
  expect(tablesOfOthers('read')).toEqual(READ_BY_OTHERS);
});

test('who gets the name of a table from somebody else is known', () => {
  const found = files.filter(([, code]) => /\b(db|trx|savepoint)\([a-z]\w*\)/.test(code));
  expect(found.map(([file]) => file)).toEqual(TABLES_BY_NAME);
});

/** The program's own files, with what stands in them. */
function sources(): [file: string, code: string][] {
  return readdirSync(join(PROJECT_FOLDER, 'src'), { recursive: true, encoding: 'utf8' })
    .map((name) => `src/${name.replaceAll('\\', '/')}`)
    .filter((name) => name.endsWith('.ts') && !/\.test\.ts$|^src\/testing\//.test(name))
    .sort()
    .map((name) => [name, readFileSync(join(PROJECT_FOLDER, name), 'utf8')]);
}

function tablesOfOthers(kind: 'written' | 'read'): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const [file, code] of files) {
    const tables = tablesIn(code, kind).filter(
      (table) => (owners.get(table) ?? dirname(file)) !== dirname(file),
    );
    if (tables.length > 0) found[file] = [...new Set(tables)].sort();
  }
  return found;
}

/** `db('users as member')`, `.leftJoin({ author: 'users' }, …)`, `insertReturningId(trx, 'users', …)`. */
const NAMED =
  /\b(?:db|trx|savepoint|from|into|\w*[jJ]oin|(insertReturningId))\(\s*(?:\w+, )?(?:\{ \w+: )?'(\w+)(?: as \w+)?'(?: \})?/g;
const WRITING = /^(insert|update|delete|del|increment|decrement|truncate)$/;

/** The tables that some code reads or writes, as far as it names them. */
function tablesIn(code: string, kind: 'written' | 'read'): string[] {
  return [...code.matchAll(NAMED)]
    .filter(({ 0: whole, 1: inserted, index }) => {
      const methods = methodsAfter(code.slice(index + whole.length + 1));
      return (
        (inserted !== undefined || methods.some((method) => WRITING.test(method))) === (kind === 'written')
      );
    })
    .map(([, , table = '']) => table);
}

/** The methods that a query goes on with: `.where(…).update(…)`. */
function methodsAfter(code: string): string[] {
  const [whole = '', method] = /^\s*\.(\w+)(?=\()/.exec(code) ?? [];
  if (!method) return [];
  const call = code.slice(whole.length);
  let depth = 0;
  const end = [...call.matchAll(/[()]/g)].find(({ 0: bracket }) => {
    depth += bracket === '(' ? 1 : -1;
    return depth === 0;
  });
  return [method, ...methodsAfter(call.slice((end?.index ?? call.length) + 1))];
}
