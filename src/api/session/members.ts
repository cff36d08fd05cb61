import type { Request, Response } from 'express';
import { listNames } from '../../members/names.table.ts';
import { NUMBER } from '../../web/ids.ts';
import { Problem } from '../../web/problems.ts';
import type { ApiContext } from '../api-context.ts';
import { answer } from './answers.ts';

const TEXTS = {
  after: 'after must be the id of a user',
};

const PAGE_SIZE = 100;

/** Where a page of the list begins: behind the id in `after`, 0 for the first. */
function startOf({ after = '0' }: Request['query']): number {
  if (typeof after !== 'string' || !(after === '0' || NUMBER.test(after)))
    throw new Problem(400, TEXTS.after);
  return Number(after);
}

/** The accounts of the store, for admins: 100 a page, in the order of their ids, with a link to the next (RFC 8288). */
export function membersList({ db }: Pick<ApiContext, 'db'>) {
  return async (req: Request, res: Response): Promise<void> => {
    const found = await listNames(db, { after: startOf(req.query), limit: PAGE_SIZE + 1 });
    const users = found.slice(0, PAGE_SIZE);
    const last = users.at(-1);
    if (last && found.length > users.length) res.links({ next: `${req.path}?after=${last.id}` });
    await answer(req, res, 200, { users });
  };
}
