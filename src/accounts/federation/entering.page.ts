import type { Request, Response } from 'express';
import { clientOf } from '../../web/client.ts';
import type { AccountContext } from '../account-context.ts';
import { askForSecondFactor, enter } from '../enter.page.ts';
import { type Factor, needsSecondFactor } from '../signing-in.ts';
import type { User } from '../users.table.ts';
import type { ProvenIdentity } from './identity.ts';

/**
 * Lets somebody in who has shown a first factor, if that is enough, and asks for the second if it is not: as at the
 * login page.
 *
 * @param link what to connect with the account once they have shown all that is asked for
 */
export async function goOnAs(
  context: AccountContext,
  req: Request,
  res: Response,
  user: User,
  { first, link, greeting }: { first: Factor; link?: ProvenIdentity; greeting?: string | undefined },
): Promise<void> {
  if (await needsSecondFactor(context, user, clientOf(req)))
    return askForSecondFactor(context, req, res, user, { first, remember: false, ...(link ? { link } : {}) });
  const factors: Factor[] = user.twoFactorSince === null ? [first] : [first, 'a trusted browser'];
  return enter(context, req, res, user, { factors, remember: false, link, greeting });
}
