import type { Request } from 'express';
import { Problem } from './problems.ts';

/** Counts from 1. Longer numbers are no id and no page of ours, and no database could be asked for them. */
export const NUMBER = /^[1-9]\d{0,8}$/;

/** Reads an id from a request's path: what is no number that could be one is not there (404). */
export function idParam(req: Request, name = 'id'): number {
  const text = req.params[name];
  if (typeof text !== 'string' || !NUMBER.test(text)) throw new Problem(404);
  return Number(text);
}
