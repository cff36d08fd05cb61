import { createHmac } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { getRounds } from 'bcryptjs';
import { Piscina } from 'piscina';
import { createFairQueue, type Requester } from './fair-queue.ts';
import type { Tarpit } from './tarpit.ts';

export type PasswordHasher = Awaited<ReturnType<typeof createPasswordHasher>>;

const VERSION = 'v1:';
const PRE_HASH_KEY = 'gatehouse-password-v1';
/**
 * How many known requesters may wait for each thread, and as many strangers: at cost 12 the last of them waits about ten
 * seconds, twice that when both are many.
 */
const QUEUE_PER_THREAD = 30;

/** Where nobody else asks: the store itself, and tests. */
const NOBODY: Requester = { network: '', account: '', known: false };

/**
 * A stored hash is `v1:` and a bcrypt hash of base64(HMAC-SHA-384("gatehouse-password-v1", NFC(password))): 64 bytes
 * whatever the password's length, so that bcrypt, which reads 72 bytes and stops at a NUL, counts every character of a
 * long passphrase. NFC makes the same typed letter the same bytes on every keyboard (NIST SP 800-63B-4, 3.1.1.2).
 */
function digestOf(password: string): string {
  return createHmac('sha384', PRE_HASH_KEY).update(password.normalize('NFC')).digest('base64');
}

/**
 * Password hashing (OWASP Password Storage Cheat Sheet). Starts the threads that hash: one core stays with the pages, and
 * the threads run at lower priority. Several processes share the other cores.
 *
 * @param cost bcrypt's cost: 2^cost rounds
 * @param limits how many processes hash on this machine; what holds the answers to those who are
 *   refused; and for tests fewer threads and places in the queue
 */
export async function createPasswordHasher(
  cost: number,
  limits: { processes?: number; threads?: number; queue?: number; tarpit?: Tarpit } = {},
) {
  const share = Math.floor((availableParallelism() - 1) / (limits.processes ?? 1));
  const threads = limits.threads ?? Math.max(1, share);
  const pool = new Piscina({
    filename: new URL('./password-hash.worker.js', import.meta.url).href,
    minThreads: 1,
    maxThreads: threads,
    niceIncrement: 10,
    recordTiming: false,
  });

  const queue = createFairQueue(threads, limits.queue ?? threads * QUEUE_PER_THREAD, limits.tarpit);

  /** Gives the hash to store. @throws QueueFull when too many wait */
  async function hash(password: string, requester = NOBODY): Promise<string> {
    const task = { digest: digestOf(password), cost };
    return VERSION + (await queue.run<string>(requester, () => pool.run(task, { name: 'hash' })));
  }

  // What an unknown user's password is compared with: nobody's, at today's cost.
  const nobodys = await hash('');

  return {
    hash,
    /**
     * Whether the password is the one that was hashed. Without a stored hash (an unknown user) it costs the same time
     * and is false.
     *
     * @throws QueueFull when too many wait
     */
    async verify(password: string, stored: string | undefined, requester = NOBODY): Promise<boolean> {
      const bcrypt = (stored ?? nobodys).slice(VERSION.length);
      const task = { digest: digestOf(password), bcrypt };
      const same = await queue.run<boolean>(requester, () => pool.run(task, { name: 'compare' }));
      return same && stored !== undefined;
    },
    /** Whether a stored hash is older than today's version or cost and should be made anew at a login. */
    isOutdated: (stored: string) =>
      !stored.startsWith(VERSION) || getRounds(stored.slice(VERSION.length)) !== cost,
    /** How many passwords are being hashed at this moment, and how many wait for their turn. */
    load: queue.load,
    async close(): Promise<void> {
      await queue.drained();
      await pool.close();
    },
  };
}
