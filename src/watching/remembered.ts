import type { Clock } from '../clock.ts';

/**
 * Makes a reader that asks at most once in a while, and that nobody waits for longer than a moment.
 *
 * @param kept how long an answer is good, in milliseconds; also when the clock was set back meanwhile
 * @param patience how long somebody waits for a new one, in milliseconds
 * @returns gives undefined when nothing was read: it failed, or takes longer. One question is under way at a time
 */
export function rememberedFor<Value>(
  { kept, patience, clock }: { kept: number; patience: number; clock: Clock },
  read: () => Promise<Value>,
): () => Promise<Value | undefined> {
  let underWay: Promise<Value | undefined> | undefined;
  let last: { value: Value | undefined; at: number } | undefined;

  async function ask(): Promise<Value | undefined> {
    const value = await read().catch(() => undefined);
    last = { value, at: clock() };
    underWay = undefined;
    return value;
  }

  return () => {
    if (last && Math.abs(clock() - last.at) < kept) return Promise.resolve(last.value);
    underWay ??= ask();
    return orUndefinedAfter(patience, underWay);
  };
}

/** Gives what a promise gives, or undefined when it takes longer than some milliseconds. */
export async function orUndefinedAfter<Value>(
  patience: number,
  answer: Promise<Value>,
): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, patience, undefined);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
