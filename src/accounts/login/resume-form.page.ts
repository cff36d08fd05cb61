import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import { putDraft } from '../../web/form-drafts.ts';
import { seeOther } from '../../web/redirect.ts';

/** Fields whose names in forms are not the words on the page. */
const LABELS: Record<string, string> = { email: 'E-mail address' };

export const TEXTS = {
  title: 'Do you still want to send this?',
  unsent: 'Your form was not sent',
  discarded: 'The form was not sent.',
};

/**
 * A form was sent after its session had ended. Its sender has logged in since, and here says whether it is still
 * meant: nothing is carried out that nobody confirmed.
 */
export const interruptedFormPage = {
  async get(req: Request, res: Response): Promise<void> {
    const { interrupted } = req.session;
    if (!interrupted) return seeOther(req, res, paths.store());
    const values = Object.entries(interrupted.values).flatMap(([name, value]) =>
      [value].flat().map((one) => [name, one] as const),
    );
    // A button alone does not say here what it does; its page does.
    const canBeSent = !interrupted.incomplete && values.length > 0;
    return res.page('accounts/login/resume-form', {
      title: canBeSent ? TEXTS.title : TEXTS.unsent,
      action: interrupted.path,
      incomplete: interrupted.incomplete,
      canBeSent,
      values: values.map(([name, value]) => ({ name, value, label: labelOf(name), typed: !isOurs(name) })),
    });
  },

  /** Goes back to the form, to type what is not kept; or drops what was typed. */
  async post(req: Request, res: Response): Promise<void> {
    const { interrupted } = req.session;
    delete req.session.interrupted;
    if (interrupted && req.body?.decision === 'back') {
      putDraft(req, interrupted);
      return seeOther(req, res, interrupted.path);
    }
    await seeOther(req, res, paths.store(), { info: TEXTS.discarded });
  },
};

/** What our pages put into a form beside what somebody types: where a button stood, what was saved when it was shown. */
function isOurs(name: string): boolean {
  return name === 'from' || name.startsWith('shown_');
}

function labelOf(name: string): string {
  const words = name.replaceAll('_', ' ');
  return Object.hasOwn(LABELS, name) ? String(LABELS[name]) : words.charAt(0).toUpperCase() + words.slice(1);
}
