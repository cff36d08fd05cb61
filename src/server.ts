import { readConfig } from './config.ts';
import { type Serving, serve } from './serving.ts';

// Start here: configuration -> context -> app -> listen (serving.ts), and a clean end.

const EXPECTED = ['StartRefused', 'ConfigError'];

async function start(): Promise<void> {
  const opening = serve(readConfig());
  closeOnSignal(opening);
  await opening;
}

/** A signal that comes before the store is open closes it as soon as it is. */
function closeOnSignal(opening: Promise<Serving>): void {
  let closing = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (closing) return;
      closing = true;
      opening.then((serving) => serving.close()).then((clean) => process.exit(clean ? 0 : 1), fail);
    });
  }
}

function fail(error: unknown): never {
  const { name, message, stack } = error as Error;
  process.stderr.write(EXPECTED.includes(name) ? `Gatehouse did not start: ${message}\n` : `${stack}\n`);
  process.exit(1);
}

start().catch(fail);
