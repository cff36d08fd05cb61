import { createHmac } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { getRounds } from 'bcryptjs';
import { Piscina } from 'piscina';
import { SECOND } from '../clock.ts';

/**
 * Password hashing (OWASP Password Storage Cheat Sheet). A stored hash is `v1:` and a bcrypt hash of
 * base64(HMAC-SHA-384("gatehouse-password-v1", NFC(password))): 64 bytes whatever the password's length, so
 * that bcrypt, which reads 72 bytes and stops at a NUL, counts every character of a long passphrase. NFC
 * makes the same typed letter the same bytes on every keyboard (NIST SP 800-63B-4, 3.1.1.2).
 */
export interface PasswordHasher {
  /** Gives the hash to store. Throws HasherBusy when too many wait. */
  hash(password: string): Promise<string>;
  /**
   * Whether the password is the one that was hashed. Without a stored hash (an unknown user) it costs the
   * same time and is false. Throws HasherBusy when too many wait.
   */
  verify(password: string, stored: string | undefined): Promise<boolean>;
  /** Whether a stored hash is older than today's version or cost and should be made anew at a login. */
  isOutdated(stored: string): boolean;
  /** How many passwords are being hashed at this moment, and how many wait for their turn. */
  load(): { running: number; waiting: number };
  close(): Promise<void>;
}

/** Too many passwords wait to be hashed. The page that comes of it says so and when to try again. */
export class HasherBusy extends Error {
  readonly status = 503;
  /** In milliseconds. */
  readonly retryAfter = 5 * SECOND;
}

const VERSION = 'v1:';
const PRE_HASH_KEY = 'gatehouse-password-v1';
/** How many may wait for each thread: at cost 12 the last of them waits about ten seconds. */
const QUEUE_PER_THREAD = 30;

function digestOf(password: string): string {
  return createHmac('sha384', PRE_HASH_KEY).update(password.normalize('NFC')).digest('base64');
}

/**
 * Starts the threads that hash passwords: one core stays with the pages, and the threads run at lower priority.
 * Several processes share the other cores.
 *
 * @param cost bcrypt's cost: 2^cost rounds
 * @param limits how many processes hash on this machine; and for tests fewer threads and places in the queue
 */
export async function createPasswordHasher(
  cost: number,
  limits: { processes?: number; threads?: number; queue?: number } = {},
): Promise<PasswordHasher> {
  const share = Math.floor((availableParallelism() - 1) / (limits.processes ?? 1));
  const threads = limits.threads ?? Math.max(1, share);
  const pool = new Piscina({
    filename: new URL('./password-hash.worker.js', import.meta.url).href,
    minThreads: 1,
    maxThreads: threads,
    maxQueue: limits.queue ?? threads * QUEUE_PER_THREAD,
    niceIncrement: 10,
    recordTiming: false,
  });

  let taken = 0;

  async function run<Result>(name: 'hash' | 'compare', task: object): Promise<Result> {
    if (pool.queueSize >= pool.options.maxQueue) throw new HasherBusy();
    taken += 1;
    try {
      return (await pool.run(task, { name })) as Result;
    } finally {
      taken -= 1;
    }
  }

  async function hash(password: string): Promise<string> {
    return VERSION + (await run<string>('hash', { digest: digestOf(password), cost }));
  }

  // What an unknown user's password is compared with: nobody's, at today's cost.
  const nobodys = await hash('');

  return {
    hash,
    async verify(password, stored) {
      const bcrypt = (stored ?? nobodys).slice(VERSION.length);
      const same = await run<boolean>('compare', { digest: digestOf(password), bcrypt });
      return same && stored !== undefined;
    },
    isOutdated: (stored) => !stored.startsWith(VERSION) || getRounds(stored.slice(VERSION.length)) !== cost,
    load: () => ({ running: taken - pool.queueSize, waiting: pool.queueSize }),
    close: () => pool.close(),
  };
}
