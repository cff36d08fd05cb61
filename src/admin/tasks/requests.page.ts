import type { Request } from 'express';
import type { User } from '../../accounts/users.table.ts';
import type { Worker } from '../../tasks/working.ts';
import { clientOf } from '../../web/client.ts';
import { Problem } from '../../web/problems.ts';

/** Who asks, as the rules of tasks know them. */
export function workerOf(req: Request): Worker {
  const { id, role } = req.user as User;
  const { address, userAgent } = clientOf(req);
  return { id, role, client: { address, userAgent } };
}

/** Ends a request about a task that there is not, or by somebody who may not do this. */
export function refuse(problem: 'unknown' | 'not-allowed'): never {
  throw new Problem(problem === 'unknown' ? 404 : 403);
}
