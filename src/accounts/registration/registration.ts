import { foldCase } from '../../database/fold-case.ts';
import { inTransaction } from '../../database/transaction.ts';
import type { Throttled } from '../../rate-limits/throttle.ts';
import { outcomeBefore, type SubmittedForm, submitOnce } from '../../web/submit-once.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import { recordAccountEvent } from '../events/account-events.ts';
import { tellOfKnownAddress } from '../known-address.ts';
import {
  addAccount,
  checkNewAccount,
  findTakenNames,
  type InvalidNames,
  type NameErrors,
  withinNameBudget,
  withUniqueNames,
} from '../new-account.ts';
import type { NewUser } from '../users.table.ts';
import { queueVerification } from './email-verification.ts';

/** @property userId undefined where nobody may know from the answer whether the address had an account before */
type Registered = { ok: true; userId: number | undefined };

/** What came of a form, and whether it counts against the network. */
interface Outcome {
  registration: Registered | InvalidNames;
  counts: boolean;
}

/**
 * Registers a member. A form that is sent twice, also at the same instant, makes one account and succeeds twice. With
 * MEMBERSHIP=verified, where a mail is the proof anyway, an address that has an account is answered as a new one is, and
 * told so by mail (OWASP ASVS 5.0, 6.3.8).
 *
 * @param input the form: username, email, password, password_confirmation
 * @param sent what the form is known by when it comes again
 * @returns the new user's id; or every error of the form; or how long to wait when the network has made 20 accounts
 *   or heard of 20 names that they are taken within the hour
 */
export async function register(
  context: AccountContext,
  input: unknown,
  client: ClientInfo,
  sent?: SubmittedForm,
): Promise<Registered | InvalidNames | Throttled> {
  // First of all: what a form costs when it comes again must not tell what became of it.
  const before = await outcomeBefore<Registered>(context.db, sent);
  if (before) return before;
  const look = () => registerOnce(context, input, client, sent);
  const outcome = await withinNameBudget(context, client, look, ({ counts }) => counts);
  return 'registration' in outcome ? outcome.registration : outcome;
}

async function registerOnce(
  context: AccountContext,
  input: unknown,
  client: ClientInfo,
  sent?: SubmittedForm,
): Promise<Outcome> {
  const tellsEmail = context.settings.membership !== 'verified';
  const form = await checkNewAccount(context, input, { tellsEmail });
  if (!form.ok) return refuse(form);

  const { username, email, password } = form.values;
  const names = { username, email: tellsEmail ? email : '' };
  const isKnown = !tellsEmail && (await findTakenNames(context.db, { username: '', email })).taken.length > 0;
  const requester = { network: client.network, account: foldCase(username), known: false };
  const passwordHash = await context.hasher.hash(password, requester);
  const insert = () => insertMember(context, { username, email, passwordHash }, client, sent);
  const registered = isKnown ? undefined : await withUniqueNames(context.db, names, insert);
  if (registered?.ok) return { registration: registered, counts: true };
  const found = registered ?? (await findTakenNames(context.db, names));
  if (found.taken.length > 0) return refuse(found);
  await tellOfKnownAddress(context, email, client, sent);
  return { registration: { ok: true, userId: undefined }, counts: true };

  /** Refuses a form, unless its names are taken by the account that it has made itself. */
  async function refuse({ errors, taken }: NameErrors): Promise<Outcome> {
    const before = taken.length > 0 ? await outcomeBefore<Registered>(context.db, sent) : undefined;
    if (before) return { registration: before, counts: false };
    return { registration: { ok: false, problem: 'invalid', errors, taken }, counts: taken.length > 0 };
  }
}

async function insertMember(
  context: AccountContext,
  names: Pick<NewUser, 'username' | 'email' | 'passwordHash'>,
  client: ClientInfo,
  sent?: SubmittedForm,
): Promise<Registered> {
  const { clock, settings } = context;
  return inTransaction(context.db, (trx) =>
    submitOnce<Registered>(trx, clock(), sent, async () => {
      const approvedAt = settings.membership === 'approval' ? null : clock();
      const user = await addAccount(trx, { ...names, role: 'user', createdAt: clock(), approvedAt });
      await queueVerification(trx, context, user);
      await recordAccountEvent(trx, context, { action: 'account.registered', user, client });
      return { ok: true, userId: settings.membership === 'verified' ? undefined : user.id };
    }),
  );
}
