import type { Response } from 'express';
import { SECOND } from '../../shared/clock.ts';
import type { Operation, Reply } from './operation.ts';
import { ApiProblem } from './problem-details.ts';

/** The headers in words, for the documentation. */
export const RATE_LIMIT_HEADERS = {
  RateLimit: 'How many requests are left (`r`), and with 429 in how many seconds there are more (`t`).',
  'RateLimit-Policy': 'How many requests (`q`) are good in how many seconds (`w`).',
};

/** Runs an operation; its answer says what is left of its limit, whether it went well or not. */
export async function tellLimit(
  { limit }: Pick<Operation, 'limit'>,
  request: Parameters<Operation['handle']>[0],
  res: Response,
  run: () => Promise<Reply>,
): Promise<Reply> {
  if (!limit) return run();
  const { name, points, duration } = limit;
  res.set('RateLimit-Policy', `"${name}";q=${points};w=${duration / SECOND}`);
  const tellLeft = async () => {
    const left = await limit.left?.(request);
    if (left !== undefined) res.set('RateLimit', `"${name}";r=${Math.max(0, left)}`);
  };
  try {
    const reply = await run();
    await tellLeft();
    return reply;
  } catch (error) {
    // Of a fault of ours nothing is counted.
    if (!(error instanceof ApiProblem)) throw error;
    if (error.type !== 'too-many-requests') await tellLeft();
    else res.set('RateLimit', `"${name}";r=0;t=${Math.ceil((error.retryAfter ?? 0) / SECOND)}`);
    throw error;
  }
}
