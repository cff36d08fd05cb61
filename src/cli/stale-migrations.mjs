// JavaScript, not TypeScript: it runs beside the compiler, at the end of `npm run build`.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const PROJECT = join(import.meta.dirname, '../..');

// The compiler removes nothing, and the program runs every migration that it finds built: also one that is no more, as
// after a change of branches.
for (const file of readdirSync(join(PROJECT, 'dist/migrations'))) {
  const source = join(PROJECT, 'migrations', file.replace(/\.js$/, '.ts'));
  if (!existsSync(source)) rmSync(join(PROJECT, 'dist/migrations', file));
}
