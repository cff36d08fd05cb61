import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';

// A mail server in a process of its own that takes every mail and counts them: `node mail-sink.js PORT` tells over
// HTTP on this port where it takes mails, and how many it has taken.

/** What it tells. */
export interface SinkState {
  smtpPort: number;
  taken: number;
  /** How many of them it had before, by their Message-ID. */
  again: number;
}

const known = new Set<string>();
let taken = 0;
const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  disableReverseLookup: true,
  async onData(stream, _session, done) {
    const mail = await text(stream);
    known.add(/^Message-ID: (.*)$/im.exec(mail)?.[1] ?? '');
    taken += 1;
    done();
  },
});
await once(smtp.listen(0, '127.0.0.1'), 'listening');
const { port: smtpPort } = smtp.server.address() as AddressInfo;

createServer((_req, res) => {
  const state: SinkState = { smtpPort, taken, again: taken - known.size };
  res.end(JSON.stringify(state));
}).listen(Number(process.argv[2]), '127.0.0.1');
