const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Why work was broken off: somebody pressed Ctrl+C, or the system asked the process to end. */
export class Interrupted extends Error {
  override name = 'Interrupted';
}

/**
 * Runs work that must not just stop in the middle: the first signal to end tells it, a second one ends the process.
 *
 * @param work is to throw the signal's reason, an Interrupted, as soon as it can
 */
export async function whileInterruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const interrupt = () => {
    for (const name of SIGNALS) process.off(name, interrupt);
    controller.abort(new Interrupted());
  };
  for (const name of SIGNALS) process.on(name, interrupt);
  try {
    return await work(controller.signal);
  } finally {
    for (const name of SIGNALS) process.off(name, interrupt);
  }
}
