import type { Request, Response } from 'express';
import { z } from 'zod';
import { listMails, MAIL_STATES, type MailRecord, type MailState } from '../../mail/outbox.table.ts';
import { type Name, readNames } from '../../members/names.table.ts';
import { paths } from '../../paths.ts';
import { formatMoment } from '../../shared/format/dates.ts';
import { listUrl, stepLinks } from '../../web/pagination.ts';
import { formatMailServer } from '../settings/environment.ts';
import type { AdminContext } from '../shared/admin-context.ts';
import { renderAdminPage } from '../shared/admin-page.http.ts';
import { failureHint } from './failures.ts';

export const TEXTS = {
  title: 'Mails',
  states: { failed: 'Given up', waiting: 'Waiting', sent: 'Sent' } satisfies Record<MailState, string>,
  hints: {
    failed:
      'A mail is given up when the other side refuses it for good, or when it did not get out for a day. What it said is forgotten. Links can be mailed again: from the member’s page, or by renewing an invitation.',
    waiting: 'These are sent by themselves, or tried again. After a day the store gives up.',
    sent: 'These were taken by the mail server. What they said is forgotten.',
  } satisfies Record<MailState, string>,
  empty: {
    failed: 'No mail was given up in the last 30 days.',
    waiting: 'No mail waits.',
    sent: 'No mail was sent in the last 30 days.',
  } satisfies Record<MailState, string>,
  noAccount: 'somebody without an account',
  written: (moment: string) => `Written ${moment}`,
  tried: (attempts: number) => (attempts === 1 ? 'tried once' : `tried ${attempts} times`),
  untried: 'not tried yet',
  next: (moment: string) => `next ${moment}`,
  sent: (moment: string) => `sent ${moment}`,
  givenUp: (moment: string) => `given up ${moment}`,
};

const PER_PAGE = 50;
const MOST_PAGES = 1_000;

/** Nonsense is the default. */
const query = z.object({
  state: z.enum(MAIL_STATES).catch('failed'),
  page: z.coerce.number().int().min(1).max(MOST_PAGES).catch(1),
});

type MailQuery = z.output<typeof query>;

/** Which mails did not arrive, which wait, which went out. What they say is encrypted, and shown to nobody. */
export function mailsPage({ db, config }: AdminContext) {
  const moment = (time: number) => formatMoment(time, config.storeLocale);

  /** One more than a page, so that it shows whether there is a next one; a page beyond the last is the first. */
  async function find({ state, page }: MailQuery): Promise<MailQuery & { found: MailRecord[] }> {
    const found = await listMails(db, state, { limit: PER_PAGE + 1, offset: (page - 1) * PER_PAGE });
    if (found.length > 0 || page === 1) return { state, page, found };
    return find({ state, page: 1 });
  }

  function mailView(mail: MailRecord, names: Map<number, Name>) {
    const { userId, createdAt, attempts, dueAt, sentAt, givenUpAt, lastError } = mail;
    const name = userId === null ? undefined : names.get(userId);
    return {
      to: name?.username ?? TEXTS.noAccount,
      url: userId === null || !name ? undefined : paths.adminMember(userId),
      facts: [
        TEXTS.written(moment(createdAt)),
        attempts === 0 ? TEXTS.untried : TEXTS.tried(attempts),
        ...(dueAt === null || attempts === 0 ? [] : [TEXTS.next(moment(dueAt))]),
        ...(sentAt === null ? [] : [TEXTS.sent(moment(sentAt))]),
        ...(givenUpAt === null ? [] : [TEXTS.givenUp(moment(givenUpAt))]),
      ].join(', '),
      error: lastError,
      hint: failureHint(lastError),
    };
  }

  return {
    async get(req: Request, res: Response): Promise<void> {
      const { state, page, found } = await find(query.parse(req.query));
      const mails = found.slice(0, PER_PAGE);
      const ids = mails.map(({ userId }) => userId).filter((id) => id !== null);
      const names = await readNames(db, ids);
      return renderAdminPage(res, 'mails/mails', {
        title: TEXTS.title,
        server: formatMailServer(config),
        states: MAIL_STATES.map((each) => ({
          label: TEXTS.states[each],
          url: urlOf(each),
          current: each === state,
        })),
        heading: TEXTS.states[state],
        hint: TEXTS.hints[state],
        empty: TEXTS.empty[state],
        mails: mails.map((mail) => mailView(mail, names)),
        steps: stepLinks({
          newer: page === 1 ? undefined : urlOf(state, page - 1),
          older: found.length > PER_PAGE ? urlOf(state, page + 1) : undefined,
        }),
      });
    },
  };
}

/** The first page of the mails that were given up has no query. */
function urlOf(state: MailState, page = 1): string {
  return listUrl(paths.mails(), { state: state === 'failed' ? '' : state, page });
}
