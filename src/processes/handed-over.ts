import type { Worker } from 'node:cluster';

/** How long after the end of a worker everything that it had said is read, in milliseconds. */
const LAST_WORDS = 100;

/** What node:cluster says when it hands a connection to a worker, and when a worker does not take it. */
interface HandOver {
  cmd: 'NODE_CLUSTER';
  act?: 'newconn';
  seq: number;
}

/**
 * Gives a connection to another worker when the one that should take it ends before it has. Node waits for its answer
 * for ever, and so would whoever connected: each killed worker may leave one such behind, a stuck one surely does.
 * Here the answer is given in its place. The form of these messages is Node's own affair; should it change, this does
 * nothing, and a test says so (supervisor.test.ts).
 */
export function passOnWhatItLeaves(worker: Worker): void {
  const child = worker.process;
  const handedOver = new Set<number>();
  const send = child.send.bind(child) as (...args: unknown[]) => boolean;
  child.send = (...args: unknown[]) => {
    const message = args[0] as Partial<HandOver> | undefined;
    if (message?.act === 'newconn' && message.seq !== undefined) handedOver.add(message.seq);
    return send(...args);
  };
  child.on('internalMessage', (answer: { ack?: number }) => {
    if (answer.ack !== undefined) handedOver.delete(answer.ack);
  });
  worker.on('exit', () => setTimeout(passOn, LAST_WORDS));

  function passOn(): void {
    if (handedOver.size === 0) return;
    // With one of these open Node takes it for connected, and would hand it more.
    worker.disconnect();
    for (const ack of handedOver) {
      child.emit('internalMessage' as never, { cmd: 'NODE_CLUSTER', ack, accepted: false } as never);
    }
  }
}
