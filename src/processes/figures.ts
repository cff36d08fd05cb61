import cluster, { type Worker } from 'node:cluster';
import { SECOND } from '../clock.ts';
import type { Gathering } from '../watching/gathering.ts';
import { orUndefinedAfter } from '../watching/remembered.ts';
import type { Figures } from '../watching/scrape.ts';
import type { FiguresLine } from '../watching/watching.ts';
import { say } from './messages.ts';

/** What the supervisor and its workers say to each other about figures, beside what stands in messages.ts. */

type FromWorker =
  /** When it begins to count, and whenever it was asked. */
  | { figures: 'own'; own: Figures }
  /** When it ends. */
  | { figures: 'last'; own: Figures }
  /** It was asked for the figures of all. */
  | { figures: 'all-wanted'; question: number };

type ToWorker = { figures: 'wanted' } | { figures: 'all'; question: number; parts: Figures[] };

/** How long a worker waits for the figures of all: longer than the supervisor waits for any of them. */
const PATIENCE = 5 * SECOND;

function isAboutFigures(message: unknown): message is { figures: string } {
  return typeof message === 'object' && message !== null && 'figures' in message;
}

/** The line of a worker to its supervisor. */
export function figuresLine(worker: Worker): FiguresLine {
  let own: (() => Promise<Figures>) | undefined;
  let questions = 0;
  const answers = new Map<number, (parts: Figures[]) => void>();

  const sayOwn = async () => {
    const told = await own?.();
    // Meanwhile the last word may have been said.
    if (own && told) await say(worker, { figures: 'own', own: told } satisfies FromWorker);
  };
  worker.on('message', (message: unknown) => {
    if (!isAboutFigures(message)) return;
    const said = message as ToWorker;
    // Figures that cannot be read are not told; the supervisor goes on without them.
    if (said.figures === 'wanted') sayOwn().catch(() => undefined);
    else answers.get(said.question)?.(said.parts);
  });

  return {
    answerWith(read) {
      own = read;
      sayOwn().catch(() => undefined);
    },
    async sayLast(figures) {
      own = undefined;
      await say(worker, { figures: 'last', own: figures } satisfies FromWorker);
    },
    async readAll() {
      questions += 1;
      const question = questions;
      const answer = new Promise<Figures[]>((resolve) => answers.set(question, resolve));
      await say(worker, { figures: 'all-wanted', question } satisfies FromWorker);
      const parts = await orUndefinedAfter(PATIENCE, answer);
      answers.delete(question);
      if (!parts) throw new Error('The supervisor does not answer.');
      return parts;
    },
  };
}

/** Tells a worker that its figures are wanted. */
export function askForFigures(id: number): void {
  const worker = cluster.workers?.[id];
  if (worker) say(worker, { figures: 'wanted' } satisfies ToWorker);
}

/** Hands on to a gathering what workers tell, and to workers what it has gathered. @returns ends that */
export function listenForFigures(gathering: Gathering): () => void {
  const answer = async (worker: Worker, question: number) => {
    const parts = await gathering.read();
    await say(worker, { figures: 'all', question, parts } satisfies ToWorker);
  };
  const onMessage = (worker: Worker, message: unknown) => {
    if (!isAboutFigures(message)) return;
    const said = message as FromWorker;
    if (said.figures === 'all-wanted') answer(worker, said.question).catch(() => undefined);
    else gathering.take(worker.id, said.own);
    if (said.figures === 'last') gathering.ended(worker.id);
  };
  // The end of the line, which comes after all that was said on it.
  const onDisconnect = (worker: Worker) => gathering.ended(worker.id);
  cluster.on('message', onMessage);
  cluster.on('disconnect', onDisconnect);
  return () => {
    cluster.off('message', onMessage);
    cluster.off('disconnect', onDisconnect);
  };
}
