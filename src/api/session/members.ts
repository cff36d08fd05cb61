import type { Request, Response } from 'express';
import { isRecent, provePassword } from '../../accounts/login/recent-login.ts';
import { goOnWithNewPassword } from '../../accounts/profile/password.page.ts';
import { changePassword } from '../../accounts/profile/password-change.ts';
import { changeProfile } from '../../accounts/profile/profile.ts';
import { signedIn } from '../../accounts/signed-in.http.ts';
import type { User } from '../../accounts/users.table.ts';
import { listNames } from '../../members/names.table.ts';
import { sessionHashOf } from '../../sessions/session-store.ts';
import { clientOf } from '../../web/client.ts';
import { NUMBER } from '../../web/ids.ts';
import { Problem } from '../../web/problems.ts';
import type { ApiContext } from '../api-context.ts';
import { answer, messageOf, textIn, throttled } from './answers.ts';

/** The contract's own words: clients compare them. */
const TEXTS = {
  profileUpdated: 'Profile updated',
  usernameTaken: 'Username already taken',
  emailTaken: 'Email already in use',
  passwordChanged: 'Password changed',
  passwordWrong: 'Current password incorrect',
  recentLogin: 'Recent login required',
  after: 'after must be the id of a user',
};

const PAGE_SIZE = 100;

/** Who somebody is, what they change of their account, and the list of all accounts for admins. */
export function memberRoutes(context: ApiContext) {
  /**
   * The profile is changed by who has just shown who they are, as on its page: by a login within the last five
   * minutes, or the password along with the change.
   *
   * @throws Problem when neither is there
   */
  async function requireProof(req: Request, member: User): Promise<void> {
    if (isRecent(context.clock(), req.session.authenticatedAt)) return;
    const password = textIn(req, 'current_password');
    if (password === undefined) throw new Problem(403, TEXTS.recentLogin);
    const proof = await provePassword(context, member, { password }, clientOf(req));
    if (proof.ok) return;
    throw proof.problem === 'throttled' ? throttled(proof.retryAfter) : new Problem(401, TEXTS.passwordWrong);
  }

  return {
    profile: signedIn((req, res, { username, email }) => answer(req, res, 200, { username, email })),

    updateProfile: signedIn(async (req, res, member) => {
      await requireProof(req, member);
      const outcome = await changeProfile(context, member, req.body, clientOf(req));
      if (outcome.ok) return answer(req, res, 200, { ok: true, msg: TEXTS.profileUpdated });
      if (outcome.problem === 'throttled') throw throttled(outcome.retryAfter);
      const { errors, taken } = outcome;
      const [name] = taken;
      if (name === undefined) throw new Problem(400, messageOf(errors, ['username', 'email']));
      const error = name === 'username' ? TEXTS.usernameTaken : TEXTS.emailTaken;
      return answer(req, res, 409, { error });
    }),

    changePassword: signedIn(async (req, res, member) => {
      const current_password = textIn(req, 'current_password');
      const password = textIn(req, 'new_password');
      const form = { current_password, password, password_confirmation: password };
      const outcome = await changePassword(context, member, form, clientOf(req), sessionHashOf(req));
      if (outcome.ok) {
        await goOnWithNewPassword(context, req, outcome.changedAt);
        return answer(req, res, 200, { ok: true, msg: TEXTS.passwordChanged });
      }
      if (outcome.problem === 'throttled') throw throttled(outcome.retryAfter);
      if (outcome.errors.current_password) throw new Problem(401, TEXTS.passwordWrong);
      throw new Problem(400, messageOf(outcome.errors, ['password']));
    }),

    /** 100 a page, in the order of their ids, with a link to the next page (RFC 8288). */
    async list(req: Request, res: Response): Promise<void> {
      const found = await listNames(context.db, { after: startOf(req.query), limit: PAGE_SIZE + 1 });
      const users = found.slice(0, PAGE_SIZE);
      const last = users.at(-1);
      if (last && found.length > users.length) res.links({ next: `${req.path}?after=${last.id}` });
      await answer(req, res, 200, { users });
    },
  };
}

/** Where a page of the list begins: behind the id in `after`, 0 for the first. */
function startOf({ after = '0' }: Request['query']): number {
  if (typeof after !== 'string' || !(after === '0' || NUMBER.test(after)))
    throw new Problem(400, TEXTS.after);
  return Number(after);
}
