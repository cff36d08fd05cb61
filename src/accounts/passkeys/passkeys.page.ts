import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import { formatMoment } from '../../shared/format/dates.ts';
import { type FieldSpec, formView } from '../../web/forms.ts';
import { idParam } from '../../web/ids.ts';
import { Problem } from '../../web/problems.ts';
import { seeOther } from '../../web/redirect.ts';
import { submittedForm } from '../../web/submit-once.http.ts';
import type { AccountContext } from '../account-context.ts';
import { changeBy } from '../credentials/credential-change.http.ts';
import { findPasskey, listPasskeys, type Passkey } from '../credentials/passkeys.table.ts';
import { secondFactorStatus } from '../credentials/second-factors.ts';
import { signedIn } from '../signed-in.http.ts';
import type { User } from '../users.table.ts';
import { addPasskey, MOST_PASSKEYS, startAdding } from './add-passkey.ts';
import { LONGEST_NAME, passkeyRefusal, removePasskey, renamePasskey } from './passkeys.ts';

export const TEXTS = {
  title: 'Passkeys',
  rename: 'Rename a passkey',
  remove: 'Remove this passkey?',
  added: (name: string) =>
    `The passkey “${name}” was added. Your other devices and programs were logged out.`,
  renamed: (name: string) => `The passkey is now called “${name}”.`,
  removed: (name: string) =>
    `The passkey “${name}” was removed. Your other devices and programs were logged out.`,
  turnedOff: 'It was your last second factor: logging in no longer asks for one.',
  refused: 'That passkey could not be added. Please try again.',
  known: 'That passkey is in use already.',
  full: `You have ${MOST_PASSKEYS} passkeys, and there can be no more. Remove one that you do not need first.`,
  owed: 'The store asks you for a second factor, and this is your last one. Add another one first.',
  'last-way': 'Nothing else would be left to log in by. Set a password or add another passkey first.',
  synced: 'Synced: it works on your other devices too.',
  oneDevice: 'Only on the device where it was made.',
  neverUsed: 'never',
};

const FIELDS: Record<string, FieldSpec> = {
  name: { label: 'Name', hint: `1 to ${LONGEST_NAME} characters, for your eyes alone.`, autocomplete: 'off' },
};

export function passkeysPage(context: AccountContext) {
  const words = (time: number) => formatMoment(time, context.config.storeLocale);

  function viewOf({ id, name, createdAt, lastUsedAt, backedUp }: Passkey) {
    return {
      name,
      added: words(createdAt),
      lastUsed: lastUsedAt === null ? TEXTS.neverUsed : words(lastUsedAt),
      where: backedUp ? TEXTS.synced : TEXTS.oneDevice,
      renameUrl: paths.passkey(id),
      removeUrl: paths.removePasskey(id),
    };
  }

  /** The passkey that a path names; another member's is none. */
  async function passkeyOf(req: Request, user: User): Promise<Passkey> {
    const passkey = await findPasskey(context.db, user.id, idParam(req));
    if (!passkey) throw new Problem(404);
    return passkey;
  }

  function showName(res: Response, passkey: Passkey, values: object, errors?: Record<string, string>) {
    return res.page('accounts/passkeys/rename', {
      title: TEXTS.rename,
      section: 'account',
      form: formView(paths.passkey(passkey.id), FIELDS, { ...values }, errors),
    });
  }

  return {
    list: signedIn(async (_req, res, user) => {
      const passkeys = await listPasskeys(context.db, user.id);
      return res.page('accounts/passkeys/list', {
        title: TEXTS.title,
        section: 'account',
        passkeys: passkeys.map(viewOf),
        full: passkeys.length >= MOST_PASSKEYS ? TEXTS.full : '',
      });
    }),

    /** Gives the page's script what it passes to the browser, as JSON. */
    async challenge(req: Request, res: Response): Promise<void> {
      res.set('Cache-Control', 'no-store').json(await startAdding(context, changeBy(req)));
    },

    async add(req: Request, res: Response): Promise<void> {
      const form = submittedForm(req);
      const addition = await addPasskey(context, { ...changeBy(req), form }, req.body?.credential);
      if (!addition.ok) return seeOther(req, res, paths.passkeys(), { error: TEXTS[addition.problem] });
      // Making it took finger, face or PIN just now, as using it does.
      req.session.secondFactorAt = context.clock();
      const next = addition.hasCodes ? paths.newRecoveryCodes(form.keyHash) : paths.passkeys();
      return seeOther(req, res, next, { success: TEXTS.added(addition.name) });
    },

    showRename: signedIn(async (req, res, user) => {
      const passkey = await passkeyOf(req, user);
      return showName(res, passkey, passkey);
    }),

    rename: signedIn(async (req, res, user) => {
      const renaming = await renamePasskey(context, changeBy(req), idParam(req), req.body);
      if (renaming.ok) return seeOther(req, res, paths.passkeys(), { success: TEXTS.renamed(renaming.name) });
      if (renaming.problem === 'unknown') throw new Problem(404);
      return showName(res.status(422), await passkeyOf(req, user), req.body ?? {}, renaming.errors);
    }),

    showRemoval: signedIn(async (req, res, user) => {
      const passkey = await passkeyOf(req, user);
      const { app, passkeys } = await secondFactorStatus(context, user);
      const refusal = await passkeyRefusal(context.db, context, user);
      return res.page('accounts/passkeys/remove', {
        title: TEXTS.remove,
        section: 'account',
        passkey: viewOf(passkey),
        last: !app && passkeys === 1,
        owed: refusal ? TEXTS[refusal] : '',
      });
    }),

    async remove(req: Request, res: Response): Promise<void> {
      const removal = await removePasskey(context, changeBy(req), idParam(req));
      if (!removal.ok) {
        if (removal.problem === 'unknown') throw new Problem(404);
        return seeOther(req, res, paths.passkeys(), { error: TEXTS[removal.problem] });
      }
      const warning = removal.turnedOff ? TEXTS.turnedOff : undefined;
      return seeOther(req, res, paths.passkeys(), { success: TEXTS.removed(removal.name), warning });
    },
  };
}
