/**
 * Who may import whom. `npm test` runs it: a feature that reaches into another, a rule that knows Express, a
 * query outside a table file or a circle fails the build.
 */

/** The features, and which other features each may use. `admin` and `api` may use any; nobody may use them. */
const FEATURES = {
  accounts: [],
  catalogue: [],
  tasks: [],
  cart: ['catalogue'],
  orders: ['cart', 'catalogue', 'accounts'],
};
const OUTER = ['admin', 'api', 'cli'];
/** What puts the features together to an app, and what opens one. */
const COMPOSITION = ['app', 'server', 'context', 'routes', 'background', 'sweeping'];
const OPENING = ['serving', 'preparing', 'entrance', 'opened-log', 'start-checks'];
const TEST_CODE = '^src/testing/|\\.test\\.ts$';

const all = [...Object.keys(FEATURES), ...OUTER];
const folders = (names) => `^src/(${names.join('|')})/`;
const files = (names) => `^src/(${names.join('|')})\\.ts$`;

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'foundations-know-no-feature',
      severity: 'error',
      from: {
        path: folders(['web', 'database', 'mail', 'audit', 'settings', 'tls', 'checks']),
        pathNot: TEST_CODE,
      },
      to: { path: folders(all) },
    },
    {
      name: 'nobody-uses-the-outer-ones',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: [folders(OUTER), TEST_CODE] },
      to: { path: folders(OUTER) },
    },
    ...Object.entries(FEATURES).map(([feature, may]) => ({
      name: `${feature}-uses-${may.join('-') || 'no-feature'}`,
      severity: 'error',
      from: { path: `^src/${feature}/`, pathNot: TEST_CODE },
      to: { path: folders(all.filter((other) => other !== feature && !may.includes(other))) },
    })),
    {
      name: 'rules-and-tables-know-no-express',
      severity: 'error',
      from: {
        path: folders(Object.keys(FEATURES)),
        pathNot: ['\\.(page|http)\\.ts$', '[/-]routes\\.ts$', '^src/accounts/passport\\.ts$', TEST_CODE],
      },
      to: { path: 'node_modules/(@types/)?(express|express-session|passport)/' },
    },
    {
      name: 'who-is-watched-knows-no-watcher',
      severity: 'error',
      from: { path: folders(['web', 'database', 'mail', 'audit', 'settings', ...all]), pathNot: TEST_CODE },
      to: { path: '^src/watching/' },
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
      name: 'features-know-no-composition',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: ['^src/(cli|server|jobs)/', TEST_CODE] },
      to: { path: files([...COMPOSITION, ...OPENING, 'config']) },
    },
    {
      name: 'the-command-line-opens-no-server',
      severity: 'error',
      // It is a program of its own beside the server: it reads the settings and opens what it needs.
      from: { path: '^src/cli/', pathNot: TEST_CODE },
      to: { path: files([...COMPOSITION, ...OPENING]) },
    },
    {
      name: 'processes-know-no-app',
      severity: 'error',
      // Each of several opens the store as a single one does.
      from: { path: '^src/server/cluster/', pathNot: TEST_CODE },
      to: { path: files(COMPOSITION) },
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
