import { readConfig } from './config/config.ts';
import { serveInWorkers } from './server/cluster/primary.ts';
import { terminalIsGone } from './server/cluster/terminal.ts';
import { superviseMe } from './server/cluster/worker.ts';
import { withLog } from './server/log-file.ts';
import { certificateLines, readConfigWithOwnCertificate } from './server/own-certificate.ts';
import { type Serving, serve } from './server/serve.ts';
import { nameFullDisk } from './server/startup.ts';

// Start here: configuration -> one process (server/serve.ts) or several (server/cluster/), and a clean end.

// Whatever this process, its threads and its workers write is for its user alone, SQLite's own files among it.
process.umask(0o077);

const EXPECTED = ['StartRefused', 'ConfigError'];

const supervised = superviseMe();

async function start(): Promise<void> {
  // `npm run start:https`
  const own = process.argv.includes('--https') ? await readConfigWithOwnCertificate() : undefined;
  const config = own?.config ?? readConfig();
  const opening = open(config);
  closeOnSignal(opening);
  await opening;
  if (own && !supervised) process.stdout.write(`${certificateLines(own.certificate).join('\n')}\n`);
}

function open(config: ReturnType<typeof readConfig>): Promise<Serving> {
  if (supervised) return supervised.work(config);
  return nameFullDisk(config, () =>
    withLog<Serving>(config, (logger) =>
      config.workers > 1 ? serveInWorkers(config, logger) : serve(config, logger),
    ),
  );
}

/** A signal that comes before the store is open closes it as soon as it is. */
function closeOnSignal(opening: Promise<Serving>): void {
  let closing = false;
  function close(): void {
    if (closing) return;
    closing = true;
    opening.then((serving) => serving.close()).then((clean) => process.exit(clean ? 0 : 1), fail);
  }

  process.on('SIGTERM', close);
  process.on('SIGINT', close);
  process.on('SIGHUP', () => {
    // A worker is replaced by its supervisor, and ends with it.
    if (supervised) return;
    if (terminalIsGone()) close();
    else opening.then((serving) => serving.reload(), fail);
  });
}

async function fail(error: unknown): Promise<never> {
  const { name, message, stack } = error as Error;
  const expected = EXPECTED.includes(name);
  if (supervised && expected) await supervised.refuse(message);
  else process.stderr.write(expected ? `Gatehouse did not start: ${message}\n` : `${stack}\n`);
  process.exit(1);
}

start().catch(fail);
