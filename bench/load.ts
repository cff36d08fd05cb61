import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import autocannon from 'autocannon';
import { cpuSeconds } from './process-stats.ts';

/** Both loads come over this many connections that are kept open, without pipelining. */
const CONNECTIONS = 10;
const SECOND = 1_000;

/** A page to load, and what a right answer is. */
export interface Target {
  url: string;
  /** Of the server, for its computing time. */
  pid: number;
  /**
   * Sent with each request. No Accept-Encoding is: every server then sends the page's bytes as they are, and
   * none is measured by its compression.
   */
  headers: Record<string, string>;
  /** The size of a right answer's body in bytes. */
  bytes: number;
}

export interface Throughput {
  perSecond: number;
  /** Computing time of the server for each request, in milliseconds; NaN where there is no /proc. */
  cpuPerRequest: number;
}

/**
 * Asks for a page as fast as it is answered.
 *
 * @param limit how long in seconds, or how many requests
 * @throws when an answer was anything but a 200 with the whole page
 */
export async function fullSpeed(
  target: Target,
  limit: { duration: number } | { amount: number },
): Promise<Throughput> {
  const cpuBefore = cpuSeconds(target.pid);
  const result = await autocannon({
    url: target.url,
    headers: target.headers,
    connections: CONNECTIONS,
    pipelining: 1,
    // The end is noticed at the next sample.
    sampleInt: 100,
    bailout: 1,
    ...limit,
  });
  const cpu = cpuSeconds(target.pid) - cpuBefore;

  const answers = result['2xx'];
  const { errors, timeouts, statusCodeStats: statuses } = result;
  if (answers === 0 || errors + timeouts > 0 || Object.keys(statuses ?? {}).join() !== '200')
    throw new Error(`${target.url} answered wrong: ${JSON.stringify({ errors, timeouts, statuses })}`);
  const size = result.throughput.total / result.requests.total;
  if (size < target.bytes)
    throw new Error(`${target.url} sent ${size} bytes an answer, less than ${target.bytes}.`);

  return { perSecond: answers / result.duration, cpuPerRequest: (cpu / answers) * SECOND };
}

/** Connections open and code is compiled in this many seconds; what comes in them does not count. */
const LEAD = 1;
const TIMEOUT = 10 * SECOND;

/**
 * Asks for a page at a steady pace, whether or not earlier answers have come, so that a server that stands
 * still is seen by every request of that time. (autocannon's own rate sends each second's share at once and
 * then rests.)
 *
 * @param rate requests each second
 * @param seconds how long, beside the lead
 * @returns how long each answer took, in milliseconds
 * @throws when an answer was anything but a 200 with the whole page
 */
export async function steadyPace(target: Target, rate: number, seconds: number): Promise<number[]> {
  // First in, first out: no connection rests until the server closes it.
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS, scheduling: 'fifo' });
  const answers: Promise<number>[] = [];
  const start = performance.now();
  try {
    for (let sent = 0; sent < rate * (LEAD + seconds); sent += 1) {
      const early = start + (sent * SECOND) / rate - performance.now();
      if (early > 0) await sleep(early);
      const answer = timedGet(target, agent);
      // Looked at below; until then an error must not end the process.
      answer.catch(() => undefined);
      answers.push(answer);
    }
    return (await Promise.all(answers)).slice(rate * LEAD);
  } finally {
    agent.destroy();
  }
}

/**
 * Asks for a page once. @returns how long the answer took, in milliseconds
 *
 * @throws when it was anything but a 200 of the target's size
 */
function timedGet(target: Target, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const request = get(target.url, { agent, headers: target.headers, timeout: TIMEOUT }, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.once('error', reject);
      response.once('end', () => {
        if (response.statusCode === 200 && bytes === target.bytes) return resolve(performance.now() - start);
        reject(new Error(`${target.url} answered ${response.statusCode} with ${bytes} bytes.`));
      });
    });
    request.once('error', reject);
    request.once('timeout', () => request.destroy(new Error(`${target.url} did not answer.`)));
  });
}
