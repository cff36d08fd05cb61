import { AggregatorRegistry } from 'prom-client';
import { SECOND } from '../clock.ts';
import { orUndefinedAfter } from './remembered.ts';
import type { Figures, ReadFigures } from './scrape.ts';

/**
 * How long a worker may take with its figures: longer than it waits for the database itself, and no longer, as one that
 * hangs must not make whoever asks wait.
 */
const PATIENCE = 2.5 * SECOND;

/** The figures of the workers of one store, together. */
export interface Gathering {
  /** Asks all workers that have told something; those that do not answer in time are there with what they had counted when they last did. */
  read: ReadFigures;
  /** Takes what a worker told, asked or not. */
  take: (worker: number, figures: Figures) => void;
  /** A worker is gone, or tells no more. What it has counted stays in the sums: they never go back. */
  ended: (worker: number) => void;
}

/**
 * Gathers figures from workers. Counters of a worker that has ended are kept: whoever looks at how fast a sum grows
 * takes one that becomes smaller for a store that was started anew, and all of it for new.
 *
 * @param ask tells a worker that its figures are wanted; they come by `take`
 * @param own reads the figures of the process that gathers
 * @param patience how long one may take with them, in milliseconds
 */
export function gatherFigures(
  ask: (worker: number) => void,
  own: () => Promise<Figures>,
  patience = PATIENCE,
): Gathering {
  const latest = new Map<number, Figures>();
  const waiting = new Map<number, () => void>();
  let ofEnded: Figures = [];
  let underWay: Promise<Figures[]> | undefined;

  /** @returns whether it answered in time */
  async function askOne(worker: number): Promise<boolean> {
    const answer = new Promise<true>((resolve) => waiting.set(worker, () => resolve(true)));
    ask(worker);
    const answered = await orUndefinedAfter(patience, answer);
    waiting.delete(worker);
    return answered ?? false;
  }

  async function gather(): Promise<Figures[]> {
    const asked = [...latest.keys()];
    const [ofOwn, answers] = await Promise.all([own(), Promise.all(asked.map(askOne))]);
    const answered = new Set(asked.filter((_worker, index) => answers[index]));
    // All at one instant: a worker that ended meanwhile is among the ended, and nowhere else.
    const parts = [...latest].map(([worker, figures]) =>
      answered.has(worker) ? figures : countedIn(figures),
    );
    return [ofOwn, ofEnded, ...parts];
  }

  return {
    read() {
      underWay ??= gather().finally(() => {
        underWay = undefined;
      });
      return underWay;
    },
    take(worker, figures) {
      latest.set(worker, figures);
      waiting.get(worker)?.();
    },
    ended(worker) {
      ofEnded = sumOf([ofEnded, countedIn(latest.get(worker) ?? [])]);
      latest.delete(worker);
    },
  };
}

function sumOf(parts: Figures[]): Figures {
  const together: object[] = AggregatorRegistry.aggregate(parts).getMetricsAsArray();
  return together as Figures;
}

const COUNTED = ['counter', 'histogram'];

/** What only grows: it is as true later as it was then. */
export function countedIn(figures: Figures): Figures {
  // The library's types have a number where it really says a word.
  return figures.filter(({ type }) => COUNTED.includes(String(type)));
}
