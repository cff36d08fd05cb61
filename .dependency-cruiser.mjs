/**
 * Who may import whom, as a list of rooms from the ground up. `npm test` runs it: an import that is not listed, a rule that
 * knows Express, a query outside a table file or a circle of files fails the build. Circles of folders:
 * src/testing/rooms.unit.test.ts.
 */

/** The ground: what knows no feature, and what each may use beside `shared`. */
const GROUND = {
  shared: [],
  database: [],
  features: ['database'],
  logging: ['database'],
  audit: ['database', 'features'],
  'rate-limits': ['database', 'features'],
  sessions: ['database', 'features'],
  settings: ['audit', 'database', 'features'],
  mail: ['database', 'features', 'rate-limits', 'settings', 'web'],
  web: ['database', 'features', 'rate-limits', 'sessions', 'settings'],
  config: ['database', 'settings'],
  diagnostics: ['config', 'database', 'logging'],
};
/** The features, and which other features each may use, beside the ground but for config and diagnostics. */
const FEATURES = {
  accounts: [],
  members: ['accounts'],
  catalogue: [],
  tasks: [],
  cart: ['catalogue'],
  orders: ['cart', 'catalogue', 'accounts'],
};
/** They may use any feature; nobody uses them. */
const OUTER = ['admin', 'api', 'cli'];
/** What runs a store: it alone knows the files at the top that put everything together. */
const RUNNING = ['server', 'jobs', 'metrics'];

/** Rooms inside accounts use the core (files of no room) and these; from the ground up. */
const CORE_ROOMS = ['events', 'credentials', 'login'];
const ACCOUNT_ROOMS = {
  registration: ['invitations'],
  invitations: [],
  'two-factor': [],
  passkeys: [],
  openid: ['invitations', 'registration'],
  'api-tokens': [],
  'email-change': ['invitations'],
  'password-reset': ['closure', 'email-change', 'invitations'],
  profile: ['api-tokens', 'email-change', 'password-reset'],
  closure: [],
};

/** The files at the top that compose; paths and permissions are for everybody. */
const COMPOSITION = ['app', 'server', 'context', 'routes', 'feature-list'];
const TEST_CODE = '^src/testing/|\\.test\\.ts$';

const folders = (names) => `^src/(${names.join('|')})/`;
const files = (names) => `^src/(${names.join('|')})\\.ts$`;
const rooms = [...Object.keys(GROUND), ...Object.keys(FEATURES), ...OUTER, ...RUNNING];
const ground = Object.keys(GROUND).filter((name) => !['config', 'diagnostics'].includes(name));

/** A room may use itself, `shared`, what is listed and, but for `shared`, the files for everybody. */
const roomRule = (room, may) => ({
  name: `${room}-uses-what-is-listed`,
  severity: 'error',
  from: { path: `^src/${room}/`, pathNot: TEST_CODE },
  to: { path: folders(rooms.filter((other) => ![room, 'shared', ...may].includes(other))) },
});

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    ...Object.entries(GROUND).map(([room, may]) => roomRule(room, may)),
    ...Object.entries(FEATURES).map(([feature, may]) => roomRule(feature, [...ground, ...may])),
    {
      name: 'shared-knows-nothing-of-us',
      severity: 'error',
      from: { path: '^src/shared/', pathNot: TEST_CODE },
      to: { path: '^src/', pathNot: '^src/shared/' },
    },
    {
      name: 'nobody-uses-the-outer-ones',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: [folders(OUTER), TEST_CODE] },
      to: { path: folders(OUTER) },
    },
    {
      name: 'only-what-runs-a-store-knows-how',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: [folders(RUNNING), TEST_CODE] },
      to: { path: folders(RUNNING), pathNot: '^src/jobs/lease' },
    },
    {
      name: 'features-know-no-composition',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: [folders(['server', 'jobs']), TEST_CODE] },
      to: { path: files(COMPOSITION), pathNot: '^src/feature-list\\.ts$' },
    },
    {
      name: 'folders-of-commands-use-no-file-beside-them',
      severity: 'error',
      from: { path: '^src/cli/[^/]+/', pathNot: TEST_CODE },
      to: { path: '^src/cli/[^/]+$' },
    },
    {
      name: 'the-core-of-accounts-knows-none-of-its-rooms',
      severity: 'error',
      from: { path: '^src/accounts/[^/]+$', pathNot: TEST_CODE },
      to: { path: '^src/accounts/[^/]+/' },
    },
    ...[
      ...CORE_ROOMS.map((room, index) => [room, CORE_ROOMS.slice(0, index)]),
      ...Object.entries(ACCOUNT_ROOMS).map(([room, may]) => [room, [...CORE_ROOMS, ...may]]),
    ].map(([room, may]) => ({
      name: `accounts-${room}-uses-what-is-listed`,
      severity: 'error',
      from: { path: `^src/accounts/${room}/`, pathNot: TEST_CODE },
      to: { path: '^src/accounts/[^/]+/', pathNot: `^src/accounts/(${[room, ...may].join('|')})/` },
    })),
    {
      name: 'rules-and-tables-know-no-express',
      severity: 'error',
      from: {
        path: folders(Object.keys(FEATURES)),
        pathNot: ['\\.(page|http)\\.ts$', '[/-]routes\\.ts$', TEST_CODE],
      },
      to: { path: 'node_modules/(@types/)?(express|express-session|passport)/' },
    },
    {
      name: 'queries-live-in-tables',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/database/', '\\.table\\.ts$', TEST_CODE] },
      to: { path: 'node_modules/(knex|better-sqlite3|pg|mysql2)/' },
    },
    {
      name: 'product-code-knows-no-tests',
      severity: 'error',
      from: { path: '^(src|migrations|bench)/', pathNot: TEST_CODE },
      to: { path: TEST_CODE },
    },
    {
      name: 'unit-tests-meet-no-database',
      severity: 'error',
      from: { path: '\\.unit\\.test\\.ts$' },
      to: { path: '^src/testing/(database|app)\\.ts$' },
    },
    {
      name: 'migrations-use-their-frozen-helper-alone',
      severity: 'error',
      from: { path: '^migrations/' },
      to: { pathNot: ['^migrations/support/', 'node_modules/knex/'] },
    },
    {
      name: 'only-what-is-declared',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown'] },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
  },
};
