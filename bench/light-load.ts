import { connect, type Socket } from 'node:net';
import type { Target } from './load.ts';

const HEAD_END = '\r\n\r\n';
const BUFFER = 64 * 1024;

export interface LightLoad {
  perSecond: number;
  /** The share of a core that this took from the store. */
  own: number;
}

/**
 * Asks for a page as fast as it is answered, like `fullSpeed`, and takes a fraction of its computing time: a store that
 * uses all cores would otherwise be measured by what is left of them. So an answer is looked at only as far as its
 * first line and its length.
 *
 * @param seconds how long
 * @param connections that are kept open, one request at a time on each
 * @throws when an answer was anything but a 200 with a body of the right size
 */
export async function lightLoad(target: Target, seconds: number, connections: number): Promise<LightLoad> {
  const { hostname, port, host, pathname } = new URL(target.url);
  const lines = Object.entries(target.headers).map(([name, value]) => `${name}: ${value}`);
  const request = Buffer.from(
    [`GET ${pathname} HTTP/1.1`, `Host: ${host}`, ...lines].join('\r\n') + HEAD_END,
  );
  const cpu = process.cpuUsage();
  const start = performance.now();
  const end = start + seconds * 1_000;
  const asked = Array.from({ length: connections }, () =>
    askUntil(end, { host: hostname, port: Number(port) }, request, target.bytes),
  );
  const answers = (await Promise.all(asked)).reduce((sum, count) => sum + count, 0);
  const took = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { perSecond: (answers / took) * 1_000, own: (user + system) / 1_000 / took };
}

/** @returns how many answers came on one connection */
function askUntil(
  end: number,
  address: { host: string; port: number },
  request: Buffer,
  bytes: number,
): Promise<number> {
  return new Promise((resolve, reject) => {
    let answers = 0;
    /** What is missing of the answer that is on its way; 0 before its head has come. */
    let missing = 0;

    function read(size: number, buffer: Buffer): boolean {
      if (missing === 0) missing = sizeOf(buffer, size, bytes);
      missing -= size;
      if (missing > 0) return true;
      if (missing < 0) throw new Error('More came than an answer.');
      answers += 1;
      if (performance.now() < end) socket.write(request);
      else socket.end();
      return true;
    }

    const socket: Socket = connect({
      ...address,
      // One buffer for all that comes: it is counted, not kept.
      onread: {
        buffer: Buffer.allocUnsafe(BUFFER),
        callback(size, buffer) {
          try {
            return read(size, buffer as Buffer);
          } catch (error) {
            socket.destroy(error as Error);
            return false;
          }
        },
      },
    });
    socket.setNoDelay(true);
    socket.once('connect', () => socket.write(request));
    socket.once('error', reject);
    socket.once('close', () => resolve(answers));
  });
}

/** The size of a whole answer, by its head, which comes in one piece. Throws when it is not the right one. */
function sizeOf(buffer: Buffer, size: number, bytes: number): number {
  const head = buffer.toString('latin1', 0, buffer.indexOf(HEAD_END));
  const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1]);
  if (!head.startsWith('HTTP/1.1 200 ') || length !== bytes || head.length > size)
    throw new Error(`An answer was not the page: ${head.split('\r\n')[0]}, ${length} bytes.`);
  return head.length + HEAD_END.length + length;
}
