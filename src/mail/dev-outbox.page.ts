import { type Request, Router } from 'express';
import { paths } from '../paths.ts';
import { canReadTestMailbox } from '../permissions.ts';
import { isLoopbackClient } from '../web/client.ts';
import { Problem } from '../web/problems.ts';
import { page } from '../web/route.ts';
import type { FolderMail, MailFolder } from './mail-folder.ts';

const TEXTS = {
  title: 'Mails of this trial store',
  noSubject: 'No subject',
};

const MOST_SHOWN = 50;

/**
 * The policy under which a mail's HTML is shown: a page of no origin that runs nothing and loads nothing, as a
 * careful mail program would show it.
 */
const MAIL_POLICY =
  "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Who may read the test mailbox, whose links open accounts: this machine, and administrators. */
export function mayReadTestMailbox(req: Request): boolean {
  // Passport sets the user to null when somebody logs out.
  return (req.user ? canReadTestMailbox(req.user) : false) || isLoopbackClient(req);
}

/**
 * Shows the mails of a store that has no mail server. These pages exist only with the folder, which there never is in
 * production, and only for those who may read it; for all others nothing is there.
 */
export function devOutboxRoutes(folder: MailFolder): Router {
  async function mailOf(req: Request): Promise<FolderMail> {
    const mail = await folder.find(String(req.params.name));
    if (!mail) throw new Problem(404);
    return mail;
  }

  const router = Router();
  router.use((req, _res, next) => next(mayReadTestMailbox(req) ? undefined : 'router'));
  page(router, paths.devOutbox(), {
    async get(_req, res) {
      const mails = await folder.newest(MOST_SHOWN);
      await res.page('mail/dev-outbox', { title: TEXTS.title, mails: mails.map(lineOf) });
    },
  });
  page(router, paths.devMail(':name'), {
    async get(req, res) {
      const mail = await mailOf(req);
      await res.page('mail/dev-mail', {
        title: mail.subject || TEXTS.noSubject,
        mail: lineOf(mail),
        htmlUrl: paths.devMailHtml(mail.name),
        pieces: piecesOf(mail.text),
      });
    },
  });
  page(router, paths.devMailHtml(':name'), {
    async get(req, res) {
      const { html } = await mailOf(req);
      res
        .set({ 'Content-Security-Policy': MAIL_POLICY, 'Cache-Control': 'no-store' })
        .type('html')
        .send(html);
    },
  });
  return router;
}

/** What the list says of a mail. */
function lineOf({ name, to, subject, writtenAt }: FolderMail) {
  return { url: paths.devMail(name), to, subject: subject || TEXTS.noSubject, writtenAt };
}

/** Cuts a text into what is a link and what is not, in turns. */
function piecesOf(text: string): { text: string; url?: string }[] {
  return text
    .trim()
    .split(/(https?:\/\/\S+)/)
    .map((piece, index) => (index % 2 === 1 ? { text: piece, url: piece } : { text: piece }));
}
