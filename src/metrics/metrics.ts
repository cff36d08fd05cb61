import { Counter, Gauge, Registry } from 'prom-client';
import type { FailedLogins } from '../accounts/login/login-attacks.ts';
import { LOGIN_METHODS, LOGIN_OUTCOMES, type LoginCounts } from '../accounts/login-counts.ts';
import type { Config } from '../config/config.ts';
import { MAIL_OUTCOMES, type MailOutcome } from '../mail/sender.ts';
import { SECOND } from '../shared/clock.ts';
import { programVersion } from '../shared/version.ts';
import { addGauge } from './gauge.ts';
import { watchMachine } from './machine-metrics.ts';
import { watchProcess } from './process-metrics.ts';
import { countRequests } from './request-metrics.ts';
import { type MetricValues, scraper } from './scrape.ts';
import { type MetricsSource, watchStore } from './store-metrics.ts';

/** The metrics of a process: is told what happens, and tells whoever watches. */
export type Metrics = ReturnType<typeof startMetrics>;

/** The line of one of several processes to the one that adds up their metrics. */
export interface MetricsLine {
  /** Tells those of this process; the last stay in the sums. Nobody answers, so that a process can end at any time. */
  tell: (own: MetricValues) => Promise<void>;
  readAll: () => Promise<MetricValues[]>;
}

/** How often one of several processes tells its metrics, in milliseconds. */
const TOLD_EVERY = 5 * SECOND;

/** Begins to count and look, in a registry of its own: two apps in one process share no metric. */
export function startMetrics(
  watched: MetricsSource,
  { dataDir, tls, metrics: { token } }: Pick<Config, 'dataDir' | 'tls' | 'metrics'>,
) {
  const registry = new Registry();
  const request = countRequests(registry);
  const { loginCounts, mails, rounds } = countSteps(registry);
  let worksInBackground = () => false;
  let failed: FailedLogins = { accounts: 0, networks: 0 };
  addGauge(registry, {
    name: 'gatehouse_background_processes',
    help: 'Processes that work in the background; of all machines together there is one.',
    read: () => (worksInBackground() ? 1 : 0),
  });
  addGauge(registry, {
    name: 'gatehouse_failed_logins_spread',
    help: 'On how many accounts, and from how many networks, logins failed within an hour, as the background job last saw.',
    label: 'over',
    aggregator: 'max',
    // Who no longer works in the background no longer looks.
    read: () => (worksInBackground() ? { ...failed } : { accounts: 0, networks: 0 }),
  });
  tellProcess(registry);
  watchStore(registry, watched);
  watchMachine(registry, { dataDir, tls });
  const stop = watchProcess(registry);
  const own = () => registry.getMetricsAsJSON();
  let line: MetricsLine | undefined;
  let timer: NodeJS.Timeout | undefined;
  const tell = async () => {
    // Metrics that cannot be read are not told; the sums go on without them.
    const metrics = await own().catch(() => undefined);
    if (metrics) await line?.tell(metrics);
  };
  const readAll = async () => {
    if (!line) return [await own()];
    await tell();
    return line.readAll();
  };
  return {
    request,
    loginCounts: { count: (way, outcome) => loginCounts.inc({ way, outcome }) } satisfies LoginCounts,
    mails: (outcome: MailOutcome, count: number) => mails.inc({ outcome }, count),
    round: (job: string, outcome: 'done' | 'failed') => rounds.inc({ job, outcome }),
    /** On how many accounts, and from how many networks, logins failed within an hour. */
    failedLogins(spread: FailedLogins): void {
      failed = spread;
    },
    /** Begins to tell whether this process is the one that works in the background. */
    background(isHere: () => boolean): void {
      worksInBackground = isHere;
    },
    scrape: scraper(readAll, token),
    /** Makes this process one of several: from now on it answers with the metrics of all. */
    join(lineToSums: MetricsLine): void {
      line = lineToSums;
      timer = setInterval(tell, TOLD_EVERY).unref();
      tell();
    },
    async close(): Promise<void> {
      clearInterval(timer);
      await tell();
      stop();
      registry.clear();
    },
  };
}

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
  const build = new Gauge({
    name: 'gatehouse_build_info',
    help: 'The version of the store and of Node; always 1.',
    labelNames: ['version', 'node'],
    aggregator: 'max',
    registers: [registry],
  });
  build.set({ version: programVersion(), node: process.version }, 1);
  addGauge(registry, {
    name: 'gatehouse_workers',
    help: 'Processes that serve, and answer.',
    read: () => 1,
  });
}
