import type { Config } from '../config/config.ts';
import { describeError } from '../logging/logger.ts';
import { checkCertificate } from './certificate.ts';
import { checkFileModes, checkFolder } from './files.ts';
import { type Finding, findingsOf } from './finding.ts';
import { checkKey } from './key.ts';
import { checkCookies, checkProxy } from './network.ts';
import { checkLogFile, checkMetrics, checkProcesses } from './operation.ts';

const TEXTS = {
  broken: (reason: string) => `This could not be looked at (${reason}).`,
  brokenAdvice: 'Run gatehouse doctor again; if it stays, tell whoever looks after the program.',
};

const CHECKS: Record<string, (settings: Config) => Finding[]> = {
  key: checkKey,
  proxy: (settings) => [checkProxy(settings)],
  cookies: (settings) => [checkCookies(settings)],
  certificate: (settings) => checkCertificate(settings),
  folder: (settings) => [checkFolder(settings)],
  files: (settings) => checkFileModes(settings),
  log: (settings) => [checkLogFile(settings)],
  metrics: (settings) => [checkMetrics(settings)],
  processes: (settings) => [checkProcesses(settings)],
};

/** Looks at what can be seen of a store before it is open: the same at its start and by `gatehouse doctor`. */
export function checkSettings(settings: Config): Finding[] {
  return Object.entries(CHECKS).flatMap(([name, check]) => {
    try {
      return check(settings);
    } catch (error) {
      return [broken(name, error)];
    }
  });
}

/** What is found where a check itself breaks, which must not hide what the others find. */
export function broken(check: string, error: unknown): Finding {
  return findingsOf(check).failure(TEXTS.broken(describeError(error).message), TEXTS.brokenAdvice);
}
