import { z } from 'zod';
import { DAY, SECOND } from '../../clock.ts';
import { inTransaction, type Transaction } from '../../database/transaction.ts';
import { checkInput, type FieldErrors, VISIBLE } from '../../input.ts';
import type { RoleHolder } from '../../roles.ts';
import { hashToken, makeToken } from '../../tokens.ts';
import type { AccountContext, AskingClient } from '../account-context.ts';
import { recordAccountEvent } from '../account-events.ts';
import { lockForChange } from '../two-factor/other-access.ts';
import { lockUser, type User } from '../users.table.ts';
import { PERSONAL_TOKEN_PREFIX } from './bearer.ts';
import {
  deletePersonalToken,
  findPersonalTokenOf,
  insertPersonalToken,
  listPersonalTokensOf,
  type PersonalToken,
} from './personal-tokens.table.ts';
import { scopesFor } from './scopes.ts';

/** In characters. */
export const LONGEST_TOKEN_NAME = 60;

/** How many tokens of a member can be good at once. */
export const MOST_TOKENS = 20;

/** For how many days a token can be made. */
export const TOKEN_DAYS = ['7', '30', '90', '365'] as const;

/** How long after a token was made the same form may come again, because the browser dropped the answer. */
const SENT_AGAIN = 10 * SECOND;

const TEXTS = {
  name: `Use 1 to ${LONGEST_TOKEN_NAME} characters on one line.`,
  scopes: 'Choose at least one thing that the token may do.',
  unknown: 'Choose from the list.',
};

/** The form for a new token, as somebody's role has it. */
function formFor(user: RoleHolder) {
  const offered: readonly string[] = scopesFor(user);
  return z.object({
    name: z
      .string({ error: TEXTS.name })
      .trim()
      .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]+$/u, { error: TEXTS.name, abort: true })
      .regex(VISIBLE, TEXTS.name)
      .max(LONGEST_TOKEN_NAME, TEXTS.name),
    // One box that is ticked comes as text, several as a list.
    scopes: z
      .preprocess((value) => [value ?? []].flat(), z.array(z.unknown()).min(1, TEXTS.scopes))
      .refine((chosen) => chosen.every((scope) => offered.includes(scope as string)), TEXTS.unknown)
      .transform((chosen) => scopesFor(user).filter((scope) => chosen.includes(scope))),
    days: z.enum(TOKEN_DAYS, { error: TEXTS.unknown }).transform(Number),
  });
}

export type Making =
  /** @property token the secret, to be shown once: the database keeps its hash */
  | { ok: true; name: string; token: string; expiresAt: number }
  | { ok: false; problem: 'invalid'; errors: FieldErrors }
  /** There can be no more of them. */
  | { ok: false; problem: 'full' }
  /** The session that asks was ended a moment ago, or the account shut. */
  | { ok: false; problem: 'logged-out' };

/**
 * Makes a personal access token for a member: named, for some scopes, for some days. The member is told by mail.
 *
 * Sent twice, as by a double click, a form makes one token, and it is the one that was shown last.
 *
 * @param input the form: name, scopes, days
 * @param sessionHash the SHA-256 of the id of the session that asks
 */
export async function makePersonalToken(
  context: AccountContext,
  { user, sessionHash }: { user: User; sessionHash: string },
  input: unknown,
  client: AskingClient,
): Promise<Making> {
  return inTransaction(context.db, async (trx) => {
    const locked = await lockForChange(trx, user.id, sessionHash);
    if (!locked) return { ok: false, problem: 'logged-out' };
    const form = checkInput(formFor(locked), input);
    if (!form.ok) return { ...form, problem: 'invalid' };
    const { name, scopes, days } = form.values;
    const now = context.clock();
    const fresh = { name, scopes: scopes.join(' '), createdAt: now, expiresAt: now + days * DAY };

    const again = await removeSentBefore(trx, user.id, fresh);
    const good = (await listPersonalTokensOf(trx, user.id)).filter(({ expiresAt }) => expiresAt > now);
    if (good.length >= MOST_TOKENS) return { ok: false, problem: 'full' };
    const token = PERSONAL_TOKEN_PREFIX + makeToken();
    const row = { ...fresh, userId: user.id, tokenHash: hashToken(token) };
    // What is done with it is written down under this number.
    const number = await insertPersonalToken(trx, row);
    const details = { name, scopes, number };
    await recordAccountEvent(trx, context, {
      action: 'token.made',
      user: locked,
      client,
      details,
      quiet: again,
    });
    return { ok: true, name, token, expiresAt: fresh.expiresAt };
  });
}

/** Removes the token that the same form made a moment ago, and that nobody has seen. @returns whether there was one */
async function removeSentBefore(
  trx: Transaction,
  userId: number,
  fresh: Pick<PersonalToken, 'name' | 'scopes' | 'createdAt' | 'expiresAt'>,
): Promise<boolean> {
  const days = (token: Pick<PersonalToken, 'createdAt' | 'expiresAt'>) => token.expiresAt - token.createdAt;
  const same = (await listPersonalTokensOf(trx, userId)).filter(
    (token) =>
      token.createdAt > fresh.createdAt - SENT_AGAIN &&
      token.lastUsedAt === null &&
      token.name === fresh.name &&
      token.scopes === fresh.scopes &&
      days(token) === days(fresh),
  );
  for (const { id } of same) await deletePersonalToken(trx, id);
  return same.length > 0;
}

/** Whether a member has tokens that are good. */
export async function hasPersonalTokens(
  { db, clock }: Pick<AccountContext, 'db' | 'clock'>,
  userId: number,
): Promise<boolean> {
  const now = clock();
  return (await listPersonalTokensOf(db, userId)).some(({ expiresAt }) => expiresAt > now);
}

/**
 * Removes a member's token: from now on it opens nothing.
 *
 * @returns its name; undefined when they have no token of this id, as with another member's (OWASP ASVS 5.0, 8.2.2)
 */
export async function removePersonalToken(
  context: AccountContext,
  user: User,
  id: number,
  client: AskingClient,
): Promise<string | undefined> {
  return inTransaction(context.db, async (trx) => {
    await lockUser(trx, user.id);
    const token = await findPersonalTokenOf(trx, user.id, id);
    if (!token) return undefined;
    await deletePersonalToken(trx, id);
    const details = { name: token.name, number: id };
    await recordAccountEvent(trx, context, { action: 'token.removed', user, client, details });
    return token.name;
  });
}
