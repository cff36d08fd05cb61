import cluster, { type Worker } from 'node:cluster';
import type { Config } from '../../config/config.ts';
import type { MetricsLine } from '../../metrics/metrics.ts';
import type { MetricValues } from '../../metrics/scrape.ts';
import { withLog } from '../log-file.ts';
import { type ServingProcess, serve } from '../serve.ts';
import { ALIVE_EVERY, hear, say, type ToWorker } from './messages.ts';

/** The line to the supervisor, undefined where there is none. When that is gone, node:cluster ends this process. */
export function superviseMe() {
  const { worker } = cluster;
  if (!worker) return undefined;
  setInterval(() => void say(worker, { gatehouse: 'alive' }), ALIVE_EVERY).unref();
  return {
    async work(config: Config): Promise<ServingProcess> {
      const metricsLine = metricsLineOf(worker);
      const serving = await withLog(config, (logger) =>
        serve(config, logger, { prepared: true, metricsLine }),
      );
      hear<ToWorker>(worker, ({ gatehouse: asked }) => {
        if (asked === 'reload') serving.reload();
        if (asked === 'drain') serving.drain().then((clean) => process.exit(clean ? 0 : 1));
      });
      await say(worker, { gatehouse: 'open' });
      return serving;
    },
    refuse: (reason: string) => say(worker, { gatehouse: 'refused', reason }),
  };
}

function metricsLineOf(worker: Worker): MetricsLine {
  let waiting: ((parts: MetricValues[]) => void)[] = [];
  hear<ToWorker>(worker, (message) => {
    if (message.gatehouse !== 'all-metrics') return;
    for (const resolve of waiting) resolve(message.parts);
    waiting = [];
  });
  return {
    tell: (own) => say(worker, { gatehouse: 'metrics', own }),
    readAll: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        say(worker, { gatehouse: 'metrics-wanted' });
      }),
  };
}
