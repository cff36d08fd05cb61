import { runCommandLine } from './command-line.ts';

// As in server.ts: what a command writes is for its user alone.
process.umask(0o077);

// Who reads has seen enough (`gatehouse user list | head`): no reason to complain.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 0 : 1));

const exitCode = await runCommandLine(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  columns: () => (process.stderr.isTTY ? process.stderr.columns : undefined),
});
// Once all is written, whatever a slow mail server still keeps open.
process.stdout.write('', () => process.exit(exitCode));
