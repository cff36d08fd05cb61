import { Registry } from 'prom-client';
import { type MetricSums, sumMetrics } from './metric-sums.ts';
import { watchProcess } from './process-figures.ts';
import { type Scraper, scraper } from './scrape.ts';

/** The metrics of a store in several processes, as the one that supervises the others tells them. */
export interface SupervisorWatching {
  sums: MetricSums;
  scrape: Scraper;
  close: () => void;
}

export function startSupervisorWatching({ token }: { token: string | undefined }): SupervisorWatching {
  const registry = new Registry();
  const close = watchProcess(registry);
  const sums = sumMetrics(() => registry.getMetricsAsJSON());
  return { sums, scrape: scraper(sums.read, token), close };
}
