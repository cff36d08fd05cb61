import { AggregatorRegistry, Registry } from 'prom-client';
import { watchProcess } from './process-metrics.ts';
import { type MetricValues, type ReadMetrics, type Scraper, scraper } from './scrape.ts';

/** The metrics of the workers of one store, together. */
export interface MetricSums {
  read: ReadMetrics;
  /** Takes what a worker told last. */
  take: (worker: number, metrics: MetricValues) => void;
  /** A worker is gone. What it has counted stays in the sums: they never go back. */
  ended: (worker: number) => void;
}

/** Begins to add up what the workers of this process tell, with what this process uses itself. */
export function startMetricSums({ token }: { token: string | undefined }): {
  sums: MetricSums;
  scrape: Scraper;
  close: () => void;
} {
  const registry = new Registry();
  const close = watchProcess(registry);
  const sums = sumMetrics(() => registry.getMetricsAsJSON());
  return { sums, scrape: scraper(sums.read, token), close };
}

/**
 * Keeps what workers tell. Counters of a worker that has ended are kept: whoever looks at how fast a sum grows takes
 * one that becomes smaller for a store that was started anew, and all of it for new.
 *
 * @param own reads the metrics of this process
 */
export function sumMetrics(own: () => Promise<MetricValues>): MetricSums {
  const latest = new Map<number, MetricValues>();
  let ofEnded: MetricValues = [];
  return {
    async read() {
      const ofOwn = await own();
      return [ofOwn, ofEnded, ...latest.values()];
    },
    take(worker, metrics) {
      latest.set(worker, metrics);
    },
    ended(worker) {
      ofEnded = sumOf([ofEnded, countedIn(latest.get(worker) ?? [])]);
      latest.delete(worker);
    },
  };
}

function sumOf(parts: MetricValues[]): MetricValues {
  const together: object[] = AggregatorRegistry.aggregate(parts).getMetricsAsArray();
  return together as MetricValues;
}

const COUNTED = ['counter', 'histogram'];

/** What only grows: it is as true later as it was then. */
function countedIn(metrics: MetricValues): MetricValues {
  // The library's types have a number where it really says a word.
  return metrics.filter(({ type }) => COUNTED.includes(String(type)));
}
