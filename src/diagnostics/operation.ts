import { accessSync, constants, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, sep } from 'node:path';
import type { Config } from '../config/config.ts';
import { isLoopback } from '../shared/networks.ts';
import { existingFolder } from './files.ts';
import { type Finding, findingsOf } from './finding.ts';

export const TEXTS = {
  standardOutput: 'LOG_FILE is not set: the log goes to standard output.',
  logged: (file: string) => `The log can be written to ${file}.`,
  unwritable: (file: string, reason: string) => `LOG_FILE ${file} cannot be written (${reason}).`,
  unwritableAdvice: 'Give its folder to the user that the store runs as, or name another.',
  isFolder: (file: string) => `LOG_FILE ${file} is a folder.`,
  isFolderAdvice: 'Name a file in it.',
  noMetrics: 'Neither METRICS_PORT nor METRICS_TOKEN is set: there are no metrics.',
  metrics: 'The metrics are for this machine, or for whoever has METRICS_TOKEN.',
  openMetrics: (host: string) => `Whoever reaches ${host} can read the store’s metrics.`,
  openMetricsAdvice: 'Set METRICS_TOKEN, or METRICS_HOST=127.0.0.1.',
  processes: (workers: number, cores: number) =>
    `WORKERS is ${workers}, and this machine has ${cores} cores.`,
  fewerAdvice: 'More processes than cores take memory and are no faster: WORKERS=auto.',
};

/** Whether the log's file can be written. Its folder need not be there yet. */
export function checkLogFile({ logFile }: Pick<Config, 'logFile'>): Finding {
  const { ok, refusal } = findingsOf('log');
  if (logFile === undefined) return ok(TEXTS.standardOutput);
  try {
    const there = statSync(logFile, { throwIfNoEntry: false });
    if (there?.isDirectory()) return refusal(TEXTS.isFolder(logFile), TEXTS.isFolderAdvice);
    if (there) accessSync(logFile, constants.W_OK);
    // With a slash it must be a folder.
    else accessSync(join(existingFolder(dirname(logFile)), sep), constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    return unwritableLog(logFile, code);
  }
  return ok(TEXTS.logged(logFile));
}

/** What is found when the log's file turns out not to be one that can be written. */
export function unwritableLog(logFile: string, reason: string): Finding {
  return findingsOf('log').refusal(TEXTS.unwritable(logFile, reason), TEXTS.unwritableAdvice);
}

export function checkMetrics({ metrics }: Pick<Config, 'metrics'>): Finding {
  const { ok, failure } = findingsOf('metrics');
  const { host, port, token } = metrics;
  if (port === undefined && token === undefined) return ok(TEXTS.noMetrics);
  if (port !== undefined && token === undefined && !isLoopback(host))
    return failure(TEXTS.openMetrics(host), TEXTS.openMetricsAdvice);
  return ok(TEXTS.metrics);
}

/** Whether there is a core for each process. */
export function checkProcesses(
  { workers }: Pick<Config, 'workers'>,
  cores: number = availableParallelism(),
): Finding {
  const { ok, warning } = findingsOf('processes');
  const message = TEXTS.processes(workers, cores);
  return workers > 1 && workers > cores ? warning(message, TEXTS.fewerAdvice) : ok(message);
}
