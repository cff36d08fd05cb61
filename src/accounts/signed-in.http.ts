import type { Request, Response } from 'express';
import { Problem } from '../web/problems.ts';
import type { User } from './users.table.ts';

/** The member who sent a request. Throws 401 where a guest gets to what only members should reach. */
export function memberOf(req: Request): User {
  if (!req.user) throw new Problem(401);
  return req.user;
}

/** A handler for members alone: it is given the member. */
export function signedIn(
  handler: (req: Request, res: Response, member: User) => Promise<void>,
): (req: Request, res: Response) => Promise<void> {
  return async (req, res) => handler(req, res, memberOf(req));
}
