import { Registry } from 'prom-client';
import { type Gathering, gatherFigures } from './gathering.ts';
import { watchProcess } from './process-figures.ts';
import { type Scraper, scraper } from './scrape.ts';

/** The figures of a store in several processes, as the one that supervises the others tells them. */
export interface SupervisorWatching {
  gathering: Gathering;
  scrape: Scraper;
  close: () => void;
}

/** @param ask tells a worker that its figures are wanted */
export function startSupervisorWatching(
  ask: (worker: number) => void,
  { token }: { token: string | undefined },
): SupervisorWatching {
  const registry = new Registry();
  const close = watchProcess(registry);
  const gathering = gatherFigures(ask, () => registry.getMetricsAsJSON());
  return { gathering, scrape: scraper(gathering.read, token), close };
}
