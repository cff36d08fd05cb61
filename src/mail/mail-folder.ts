import { mkdir, readdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SendMailOptions } from 'nodemailer';
import type { MailTransport, OutgoingMail } from './transport.ts';

/** A mail in the folder, read. */
export interface FolderMail {
  /** Its file, without folder. */
  name: string;
  to: string;
  subject: string;
  /** When it was written, as its name says: `2026-11-20 13:18:34`, in UTC. */
  writtenAt: string;
  text: string;
  html: string;
}

export type MailFolder = ReturnType<typeof openMailFolder>;

const MOST_KEPT = 200;

/** Names that `nameOf` gives: a moment and an id. Nothing else is opened, so no name leads out of the folder. */
const NAME = /^\d{8}T\d{9}Z-[0-9a-f-]{36}\.eml$/;

/** The names sort by time, and a mail that is sent again keeps its file. */
function nameOf({ createdAt, messageId }: OutgoingMail): string {
  return `${new Date(createdAt).toISOString().replaceAll(/[-:.]/g, '')}-${messageId}.eml`;
}

/** Where mails go while no mail server is set: one `.eml` file each, which any mail program opens. */
export function openMailFolder(folder: string) {
  async function names(): Promise<string[]> {
    const entries = await readdir(folder).catch(nothingIfMissing);
    return (entries ?? [])
      .filter((name) => NAME.test(name))
      .sort()
      .reverse();
  }

  /** @returns undefined when no mail has this name, whatever else has */
  async function find(name: string): Promise<FolderMail | undefined> {
    if (!NAME.test(name)) return undefined;
    const eml = await readFile(join(folder, name)).catch(nothingIfMissing);
    if (!eml) return undefined;
    // Loaded here, as nodemailer below: a store that has a mail server needs neither on this thread.
    const { default: PostalMime } = await import('postal-mime');
    const { to, subject = '', text = '', html = '' } = await PostalMime.parse(eml);
    const writtenAt = name.replace(/^(....)(..)(..)T(..)(..)(..).*$/, '$1-$2-$3 $4:$5:$6');
    return { name, to: to?.[0]?.address ?? '', subject, writtenAt, text, html };
  }

  return {
    async keep(mail: OutgoingMail, eml: Buffer): Promise<void> {
      // The links in these mails open accounts: they are for whoever runs the store.
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const file = join(folder, nameOf(mail));
      await writeFile(`${file}.part`, eml, { mode: 0o600 });
      await rename(`${file}.part`, file);
      for (const old of (await names()).slice(MOST_KEPT)) {
        // Another process may have been faster.
        await unlink(join(folder, old)).catch(nothingIfMissing);
      }
    },

    /** The newest mails, newest first. */
    async newest(count: number): Promise<FolderMail[]> {
      const mails = await Promise.all((await names()).slice(0, count).map(find));
      return mails.filter((mail) => mail !== undefined);
    },

    find,
  };
}

/** @throws everything but that there is no such file */
function nothingIfMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

/** Puts mails into a folder instead of sending them. */
export function createFolderTransport(
  folder: MailFolder,
  compose: (mail: OutgoingMail) => SendMailOptions,
): MailTransport {
  return {
    async send(mail) {
      try {
        const { createTransport } = await import('nodemailer');
        const maker = createTransport({ streamTransport: true, buffer: true });
        const { message } = await maker.sendMail(compose(mail));
        await folder.keep(mail, message as Buffer);
        return { ok: true };
      } catch (error) {
        const reason = (error as NodeJS.ErrnoException).code ?? 'unknown error';
        return { ok: false, problem: 'unreachable', reason: `DATA_DIR/outbox: ${reason}` };
      }
    },
    close: async () => undefined,
  };
}
