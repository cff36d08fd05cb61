import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The project's top folder: the same whether the program runs from `src/` (tests) or from `dist/src/`. */
export const PROJECT_FOLDER = holderOf('package.json', import.meta.dirname);

function holderOf(file: string, folder: string): string {
  return existsSync(join(folder, file)) ? folder : holderOf(file, dirname(folder));
}
