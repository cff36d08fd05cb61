// Runs on a thread of its own: encoding mails makes so much garbage that collecting it held up pages. JavaScript,
// not TypeScript: Node 20 starts a worker from a file as it stands, in tests as in the build.
import { createTransport } from 'nodemailer';
import { workerData } from 'piscina';

const { smtp, sendLimit } = workerData;
const pool = createTransport(smtp);

/**
 * @param {import('nodemailer').SendMailOptions} mail
 * @returns {Promise<import('./smtp-transport.ts').SmtpError | undefined>} nothing when the server took it. Errors
 *   would lose on their way between threads what makes them different, so what is known of one is told.
 */
export async function send(mail) {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), sendLimit);
  try {
    await pool.sendMail({ ...mail, signal: limit.signal });
  } catch (error) {
    const { code, originalCode, command, responseCode, response, permanent } = /** @type {any} */ (error);
    return { code, originalCode, command, responseCode, response, permanent };
  } finally {
    clearTimeout(timer);
  }
}
