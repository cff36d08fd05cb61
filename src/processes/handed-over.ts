import cluster, { type Worker } from 'node:cluster';

/** How long after the end of a worker everything that it had said is read, in milliseconds. */
const LAST_WORDS = 100;

/** What node:cluster says when it hands a connection to a worker. */
interface HandOver {
  act?: 'newconn';
  seq?: number;
}

interface Connection {
  close: () => void;
}

/**
 * Gives a connection to another worker when the one that should take it ends before it has; when there is none, closes
 * it. Node waits for an answer for ever, and so would whoever connected: each killed worker may leave one such behind,
 * a stuck one surely does. Here the answer is given in its place. The form of these messages is Node's own affair;
 * should it change, this does nothing, and a test says so (supervisor.test.ts).
 */
export function passOnWhatItLeaves(worker: Worker): void {
  const child = worker.process;
  const handedOver = new Map<number, Connection>();
  const send = child.send.bind(child) as (...args: unknown[]) => boolean;
  child.send = (...args: unknown[]) => {
    const [message, connection] = args as [HandOver | undefined, Connection | undefined];
    if (message?.act === 'newconn' && message.seq !== undefined && connection)
      handedOver.set(message.seq, connection);
    return send(...args);
  };
  child.on('internalMessage', (answer: { ack?: number }) => {
    if (answer.ack !== undefined) handedOver.delete(answer.ack);
  });
  worker.on('exit', () => {
    // Or it gets more: with a connection under way Node goes on to take it for connected.
    worker.disconnect();
    setTimeout(passOn, LAST_WORDS);
  });

  function passOn(): void {
    for (const [ack, connection] of handedOver) {
      const answer = { cmd: 'NODE_CLUSTER', ack, accepted: false };
      if (anyListens()) child.emit('internalMessage' as never, answer as never);
      else connection.close();
    }
  }
}

function anyListens(): boolean {
  const states = Object.values(cluster.workers ?? {}) as { state?: string }[];
  return states.some(({ state }) => state === 'listening');
}
