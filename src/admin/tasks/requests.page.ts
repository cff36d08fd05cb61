import type { Request } from 'express';
import type { User } from '../../accounts/users.table.ts';
import type { Worker } from '../../tasks/working.ts';
import { clientOf } from '../../web/client.ts';
import { Problem } from '../../web/problems.ts';

/** Longer numbers are no id of ours. */
const ID = /^[1-9]\d{0,8}$/;

/** The task that a request is about. What is no id is a page that is not there. */
export function taskIdOf(req: Request): number {
  const id = String(req.params.id);
  if (!ID.test(id)) throw new Problem(404);
  return Number(id);
}

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
