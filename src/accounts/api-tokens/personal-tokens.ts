import { z } from 'zod';
import { inTransaction } from '../../database/transaction.ts';
import type { RoleHolder } from '../../permissions.ts';
import { DAY } from '../../shared/clock.ts';
import { hashToken, makeToken } from '../../shared/crypto/random-token.ts';
import { checkInput, type InvalidForm, VISIBLE } from '../../shared/validation.ts';
import { encryptShown, type SubmittedForm } from '../../web/submit-once.ts';
import type { AccountContext } from '../account-context.ts';
import {
  type CredentialChange,
  changeCredentials,
  type MemberRequest,
} from '../credentials/credential-change.ts';
import {
  deletePersonalToken,
  findPersonalTokenOf,
  insertPersonalToken,
  listPersonalTokensOf,
} from '../credentials/personal-tokens.table.ts';
import { recordAccountEvent } from '../events/account-events.ts';
import { lockUser } from '../users.table.ts';
import { PERSONAL_TOKEN_PREFIX } from './bearer.ts';
import { scopesFor } from './scopes.ts';

/** In characters. */
export const LONGEST_TOKEN_NAME = 60;

export const MOST_TOKENS = 20;

export const TOKEN_DAYS = ['7', '30', '90', '365'] as const;

/** How many of a token's last characters its list shows: 4 of 43 leave 234 bits to guess. */
const LAST_CHARACTERS = 4;

export const TEXTS = {
  name: `Use 1 to ${LONGEST_TOKEN_NAME} characters on one line.`,
  scopes: 'Choose at least one thing that the token may do.',
  unknown: 'Choose from the list.',
};

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

type Making =
  /** @property encrypted the secret, for `takeShown`: the database keeps its hash */
  | { ok: true; name: string; expiresAt: number; encrypted?: string }
  | InvalidForm
  /** There can be no more of them. */
  | { ok: false; problem: 'full' }
  /** The session that asks was ended a moment ago, or the account became inactive. */
  | { ok: false; problem: 'logged-out' };

/**
 * Makes a personal access token for a member: named, for some scopes, for some days. The member is told by mail. A
 * form that is sent twice makes one token.
 *
 * @param input the form: name, scopes, days
 */
export function makePersonalToken(
  context: AccountContext,
  by: CredentialChange & { form: SubmittedForm },
  input: unknown,
): Promise<Making> {
  const loggedOut: Making = { ok: false, problem: 'logged-out' };
  return changeCredentials<Making>(context, by, loggedOut, async (trx, user) => {
    const form = checkInput(formFor(user), input);
    if (!form.ok) return { ...form, problem: 'invalid' };
    const { name, scopes, days } = form.values;
    const now = context.clock();
    const good = (await listPersonalTokensOf(trx, user.id)).filter(({ expiresAt }) => expiresAt > now);
    if (good.length >= MOST_TOKENS) return { ok: false, problem: 'full' };

    const token = PERSONAL_TOKEN_PREFIX + makeToken();
    const expiresAt = now + days * DAY;
    // What is done with it is written down under this number.
    const number = await insertPersonalToken(trx, {
      userId: user.id,
      tokenHash: hashToken(token),
      name,
      scopes: scopes.join(' '),
      createdAt: now,
      expiresAt,
      lastCharacters: token.slice(-LAST_CHARACTERS),
    });
    const details = { name, scopes, number };
    await recordAccountEvent(trx, context, { action: 'token.made', user, client: by.client, details });
    return { ok: true, name, expiresAt, encrypted: encryptShown(context.encryptor, by.form, [token]) };
  });
}

export async function hasPersonalTokens({ db, clock }: AccountContext, userId: number): Promise<boolean> {
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
  { user, client }: MemberRequest,
  id: number,
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
