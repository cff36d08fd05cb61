import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Counter, Gauge, Registry } from 'prom-client';
import { SIGN_IN_OUTCOMES, SIGN_IN_WAYS, type SignInCounts } from '../accounts/sign-in-counts.ts';
import { PROJECT_FOLDER } from '../folders.ts';
import { MAIL_OUTCOMES, type MailOutcome } from '../mail/sender.ts';
import type { AnsweredRequest } from '../web/request-log.ts';
import { type Machine, watchMachine } from './machine-figures.ts';
import { watchProcess } from './process-figures.ts';
import { countRequests } from './request-figures.ts';
import { type Scraper, scraper } from './scrape.ts';
import { type Watched, watchStore } from './store-figures.ts';

/** The figures of a process: is told what happens, and tells whoever watches. */
export interface Watching {
  request: (request: AnsweredRequest) => void;
  signIns: SignInCounts;
  mails: (outcome: MailOutcome, count: number) => void;
  /** Answers whoever asks for the figures. */
  scrape: Scraper;
  close: () => void;
}

/** Begins to count and look, in a registry of its own: two apps in one process share no figure. */
export function startWatching(
  watched: Watched,
  machine: Machine,
  { token }: { token: string | undefined },
): Watching {
  const registry = new Registry();
  const registers = [registry];
  tellBuild(registry);
  const request = countRequests(registry);
  const signIns = new Counter({
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
  // A series that begins with its first event hides that event from whoever looks at how fast it grows.
  for (const way of SIGN_IN_WAYS) for (const outcome of SIGN_IN_OUTCOMES) signIns.inc({ way, outcome }, 0);
  for (const outcome of MAIL_OUTCOMES) mails.inc({ outcome }, 0);
  watchStore(registry, watched);
  watchMachine(registry, machine);
  const stop = watchProcess(registry);
  return {
    request,
    signIns: { count: (way, outcome) => signIns.inc({ way, outcome }) },
    mails: (outcome, count) => mails.inc({ outcome }, count),
    scrape: scraper(async () => [await registry.getMetricsAsJSON()], token),
    close() {
      stop();
      registry.clear();
    },
  };
}

function tellBuild(registry: Registry): void {
  const { version } = JSON.parse(readFileSync(join(PROJECT_FOLDER, 'package.json'), 'utf8'));
  const build = new Gauge({
    name: 'gatehouse_build_info',
    help: 'The version of the store and of Node; always 1.',
    labelNames: ['version', 'node'],
    aggregator: 'max',
    registers: [registry],
  });
  build.set({ version, node: process.version }, 1);
}
