import { expect } from 'playwright/test';
import { mailInvitations } from '../../src/accounts/invitations/invitation-mails.ts';
import { answerResetRequests } from '../../src/accounts/password-reset/reset-requests.ts';
import type { Context } from '../../src/context.ts';
import type { FolderMail } from '../../src/mail/mail-folder.ts';

/** How many of the newest mails are looked through. */
const NEWEST = 10;

/** Reads the mails of a store that has no mail server: it puts them into its data folder. */
export class Mailbox {
  readonly #context;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Waits for a mail to an address, the newest of this subject. */
  async mail(to: string, subject: string): Promise<FolderMail> {
    let found: FolderMail | undefined;
    const look = async () => {
      await this.#send();
      const mails = (await this.#context.mailFolder?.newest(NEWEST)) ?? [];
      found = mails.find((mail) => mail.to === to && mail.subject === subject);
      return mails.map((mail) => `to ${mail.to}: ${mail.subject}`);
    };
    await expect
      .poll(look, { message: 'the mails that came', intervals: [100] })
      .toContain(`to ${to}: ${subject}`);
    return found as FolderMail;
  }

  /**
   * Waits for a mail and gives the link in it that leads below a path.
   *
   * @param below such as `paths.verifyEmail('')`
   */
  async link(to: string, subject: string, below: string): Promise<string> {
    const { text } = await this.mail(to, subject);
    const link = text.match(/https?:\/\/\S+/g)?.find((url) => new URL(url).pathname.startsWith(below));
    expect(link, `the link below ${below} in: ${text}`).toBeDefined();
    return link as string;
  }

  /** Does at once what the store does each second, as another of its processes would. */
  async #send(): Promise<void> {
    await answerResetRequests(this.#context);
    await mailInvitations(this.#context);
    await this.#context.sender.deliverDue();
  }
}
