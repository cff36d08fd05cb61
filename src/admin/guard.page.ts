import type { RequestHandler } from 'express';
import { canManageMembers, isStaff, type RoleHolder } from '../accounts/roles.ts';
import type { User } from '../accounts/users.table.ts';
import { Problem } from '../web/problems.ts';

const TEXTS = {
  staff: 'The back office is for those who work for the store.',
  members: 'Only administrators look after members.',
};

/** Lets pass who may; for everybody else the page does not open (403). */
function onlyFor(may: (user: RoleHolder) => boolean, refusal: string): RequestHandler {
  return (req, _res, next) => next(may(req.user as User) ? undefined : new Problem(403, refusal));
}

/** Stands before the whole back office. */
export const staffOnly = onlyFor(isStaff, TEXTS.staff);

/** Stands before everything under members as well. */
export const memberManagersOnly = onlyFor(canManageMembers, TEXTS.members);
