import { AggregatorRegistry, Registry } from 'prom-client';
import { watchProcess } from './process-metrics.ts';
import { type MetricValues, scraper } from './scrape.ts';

export function startMetricSums(token: string | undefined) {
  const registry = new Registry();
  const close = watchProcess(registry);
  const sums = sumMetrics(() => registry.getMetricsAsJSON());
  return { ...sums, scrape: scraper(sums.read, token), close };
}

export type MetricSums = ReturnType<typeof sumMetrics>;

/**
 * Keeps what workers tell. Counters of a worker that has ended are kept: whoever looks at how fast a sum grows takes
 * one that becomes smaller for a store that was started anew, and all of it for new.
 *
 * @param own reads the metrics of this process
 */
export function sumMetrics(own: () => Promise<MetricValues>) {
  const latest = new Map<number, MetricValues>();
  let ofEnded: MetricValues = [];
  return {
    async read(): Promise<MetricValues[]> {
      return [await own(), ofEnded, ...latest.values()];
    },
    take(worker: number, metrics: MetricValues): void {
      latest.set(worker, metrics);
    },
    ended(worker: number): void {
      const parts = [ofEnded, countedIn(latest.get(worker) ?? [])];
      const together: object[] = AggregatorRegistry.aggregate(parts).getMetricsAsArray();
      ofEnded = together as MetricValues;
      latest.delete(worker);
    },
  };
}

const COUNTED = ['counter', 'histogram'];

/** What only grows: it is as true later as it was then. */
function countedIn(metrics: MetricValues): MetricValues {
  // The library's types have a number where it really says a word.
  return metrics.filter(({ type }) => COUNTED.includes(String(type)));
}
