import cluster, { type Worker } from 'node:cluster';
import type { Config } from '../config.ts';
import { withLog } from '../opened-log.ts';
import { type ServingProcess, serve } from '../serving.ts';
import { figuresLine } from './figures.ts';
import { ALIVE_EVERY, type FromWorker, isMessage, say, type ToWorker } from './messages.ts';

/** The line to the process that started this one. */
export interface Supervised {
  /** Opens the store here, as one of several, and ends when the supervisor asks for it or is gone. */
  work: (config: Config) => Promise<ServingProcess>;
  /** Tells why this process cannot start. */
  refuse: (reason: string) => Promise<void>;
}

/** @returns undefined in a process that nobody supervises */
export function superviseMe(): Supervised | undefined {
  const { worker } = cluster;
  if (!worker) return undefined;
  const tell = (message: FromWorker) => say(worker, message);
  setInterval(() => void tell({ gatehouse: 'alive' }), ALIVE_EVERY).unref();
  return {
    async work(config) {
      const line = figuresLine(worker);
      const opening = withLog(config, (logger) => serve(config, logger, { prepared: true, line }));
      endWhenAsked(worker, opening);
      const serving = await opening;
      await tell({ gatehouse: 'open' });
      return serving;
    },
    refuse: (reason) => tell({ gatehouse: 'refused', reason }),
  };
}

function endWhenAsked(worker: Worker, opening: Promise<ServingProcess>): void {
  let ending = false;
  function end(how: 'close' | 'drain'): void {
    if (ending) return;
    ending = true;
    opening.then(
      (serving) => serving[how]().then((clean) => process.exit(clean ? 0 : 1)),
      // One that does not open says so by itself.
      () => undefined,
    );
  }

  worker.on('message', (message: unknown) => {
    if (!isMessage(message)) return;
    const { gatehouse: asked } = message as ToWorker;
    if (asked === 'reload') opening.then((serving) => serving.reload()).catch(() => undefined);
    else end(asked);
  });
  const endWithSupervisor = () =>
    worker.on('disconnect', () => {
      // The supervisor is gone, and its port with it. Without this Node ends the process in the middle of its requests.
      worker.exitedAfterDisconnect = true;
      end('close');
    });
  // Until it is open, Node may: there is no request to answer, and a port asked for from who is gone never comes.
  opening.then(endWithSupervisor, () => undefined);
}
