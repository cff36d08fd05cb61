import { request } from 'node:http';
import { connect } from 'node:net';

/** An answer read off the wire. */
export interface RawAnswer {
  status: number;
  /** By their names in lower case. */
  headers: Map<string, string>;
  text: string;
}

/**
 * Sends bytes that no well-behaved client would, and reads the answer.
 *
 * @param head the request line and headers, one a line; Host, Connection and Content-Length are added
 * @param body text is sent as Latin-1, one byte for each character
 */
export function sendRaw(url: string, head: string[], body = ''): Promise<RawAnswer> {
  const { host, hostname, port } = new URL(url);
  const bytes = Buffer.from(body, 'latin1');
  const lines = [head[0], `Host: ${host}`, 'Connection: close', ...head.slice(1)];
  if (bytes.length > 0) lines.push(`Content-Length: ${bytes.length}`);
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    const socket = connect(Number(port), hostname);
    socket.on('data', (part) => parts.push(part));
    socket.on('error', reject);
    socket.on('close', () => resolve(read(Buffer.concat(parts).toString('utf8'))));
    socket.write(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), bytes]));
  });
}

function read(answer: string): RawAnswer {
  const end = answer.indexOf('\r\n\r\n');
  const [first = '', ...lines] = answer.slice(0, end).split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { status: Number(first.split(' ')[1]), headers: new Map(headers), text: answer.slice(end + 4) };
}

/**
 * Sends a form whose body comes late: the head, then the body when the server has begun with the request and
 * `meanwhile` is over.
 *
 * @returns the status and where the answer leads
 */
export function sendLate(
  url: string,
  {
    path,
    headers,
    fields,
  }: { path: string; headers: Record<string, string>; fields: Record<string, string> },
  meanwhile: () => Promise<void>,
): Promise<{ status: number; location: string }> {
  const body = new URLSearchParams(fields).toString();
  const about = {
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': Buffer.byteLength(body),
    // The server says that it is ready for the body (RFC 9110, 10.1.1).
    expect: '100-continue',
  };
  return new Promise((resolve, reject) => {
    const late = request(new URL(path, url), { method: 'POST', headers: { ...headers, ...about } });
    late.on('continue', () => {
      meanwhile().then(() => late.end(body), reject);
    });
    late.on('response', (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode ?? 0, location: answer.headers.location ?? '' });
    });
    late.on('error', reject);
    late.flushHeaders();
  });
}
