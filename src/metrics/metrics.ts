import { Counter, Gauge, Registry } from 'prom-client';
import type { FailedLogins } from '../accounts/login/login-attacks.ts';
import { LOGIN_METHODS, LOGIN_OUTCOMES, type LoginCounts } from '../accounts/login-counts.ts';
import { MAIL_OUTCOMES, type MailOutcome } from '../mail/sender.ts';
import { SECOND } from '../shared/clock.ts';
import { programVersion } from '../shared/version.ts';
import type { AnsweredRequest } from '../web/request-log.ts';
import { type Machine, watchMachine } from './machine-metrics.ts';
import { watchProcess } from './process-metrics.ts';
import { countRequests } from './request-metrics.ts';
import { type MetricValues, type ReadMetrics, type Scraper, scraper } from './scrape.ts';
import { type MetricsSource, watchStore } from './store-metrics.ts';

/** The metrics of a process: is told what happens, and tells whoever watches. */
export interface Metrics {
  request: (request: AnsweredRequest) => void;
  loginCounts: LoginCounts;
  mails: (outcome: MailOutcome, count: number) => void;
  /** A round of a background job is over. */
  round: (job: string, outcome: 'done' | 'failed') => void;
  /** On how many accounts, and from how many networks, logins failed within an hour. */
  failedLogins: (spread: FailedLogins) => void;
  /** Begins to tell whether this process is the one that works in the background. */
  background: (isHere: () => boolean) => void;
  /** Answers whoever asks for the metrics. */
  scrape: Scraper;
  /** Makes this process one of several: from now on it answers with the metrics of all. */
  join: (line: MetricsLine) => void;
  close: () => Promise<void>;
}

/** The line of one of several processes to the one that adds up their metrics. */
export interface MetricsLine {
  /** Tells those of this process. The last stay in the sums. */
  tell: (own: MetricValues) => Promise<void>;
  readAll: ReadMetrics;
}

/** How often one of several processes tells its metrics, in milliseconds. */
const TOLD_EVERY = 5 * SECOND;

/** Begins to count and look, in a registry of its own: two apps in one process share no metric. */
export function startMetrics(
  watched: MetricsSource,
  machine: Machine,
  { token }: { token: string | undefined },
): Metrics {
  const registry = new Registry();
  tellProcess(registry);
  const request = countRequests(registry);
  const { loginCounts, mails, rounds } = countSteps(registry);
  let worksInBackground = () => false;
  new Gauge({
    name: 'gatehouse_background_processes',
    help: 'Processes that work in the background; of all machines together there is one.',
    registers: [registry],
    collect() {
      this.set(worksInBackground() ? 1 : 0);
    },
  });
  let failed: FailedLogins = { accounts: 0, networks: 0 };
  new Gauge({
    name: 'gatehouse_failed_logins_spread',
    help: 'On how many accounts, and from how many networks, logins failed within an hour, as the background job last saw.',
    labelNames: ['over'],
    aggregator: 'max',
    registers: [registry],
    collect() {
      // Who no longer works in the background no longer looks.
      const now = worksInBackground() ? failed : { accounts: 0, networks: 0 };
      for (const [over, count] of Object.entries(now)) this.set({ over }, count);
    },
  });
  watchStore(registry, watched);
  watchMachine(registry, machine);
  const stop = watchProcess(registry);
  const own = () => registry.getMetricsAsJSON();
  let joined: MetricsLine | undefined;
  let telling: NodeJS.Timeout | undefined;
  const tell = async () => {
    // Metrics that cannot be read are not told; the sums go on without them.
    const metrics = await own().catch(() => undefined);
    if (metrics) await joined?.tell(metrics);
  };
  return {
    request,
    loginCounts: { count: (way, outcome) => loginCounts.inc({ way, outcome }) },
    mails: (outcome, count) => mails.inc({ outcome }, count),
    round: (job, outcome) => rounds.inc({ job, outcome }),
    failedLogins(spread) {
      failed = spread;
    },
    background(isHere) {
      worksInBackground = isHere;
    },
    scrape: scraper(async () => (joined ? joined.readAll() : [await own()]), token),
    join(line) {
      joined = line;
      telling = setInterval(tell, TOLD_EVERY).unref();
      tell();
    },
    async close() {
      clearInterval(telling);
      await tell();
      stop();
      registry.clear();
    },
  };
}

/** What features tell as it happens. */
function countSteps(registry: Registry) {
  const registers = [registry];
  const loginCounts = new Counter({
    name: 'gatehouse_sign_ins_total',
    help: 'Steps of sign-ins by what was shown first and by what became of it.',
    labelNames: ['way', 'outcome'],
    registers,
  });
  const mails = new Counter({
    name: 'gatehouse_mails_total',
    help: 'Tries to send a mail, by what became of the mail.',
    labelNames: ['outcome'],
    registers,
  });
  const rounds = new Counter({
    name: 'gatehouse_background_rounds_total',
    help: 'Rounds of the jobs in the background, done and failed.',
    labelNames: ['job', 'outcome'],
    registers,
  });
  // A series that begins with its first event hides that event from whoever looks at how fast it grows.
  for (const way of LOGIN_METHODS) for (const outcome of LOGIN_OUTCOMES) loginCounts.inc({ way, outcome }, 0);
  for (const outcome of MAIL_OUTCOMES) mails.inc({ outcome }, 0);
  return { loginCounts, mails, rounds };
}

function tellProcess(registry: Registry): void {
  const registers = [registry];
  const build = new Gauge({
    name: 'gatehouse_build_info',
    help: 'The version of the store and of Node; always 1.',
    labelNames: ['version', 'node'],
    aggregator: 'max',
    registers,
  });
  build.set({ version: programVersion(), node: process.version }, 1);
  const workers = new Gauge({
    name: 'gatehouse_workers',
    help: 'Processes that serve, and answer.',
    registers,
  });
  workers.set(1);
}
