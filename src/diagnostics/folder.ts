import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { reasonOf } from '../shared/reason.ts';
import type { CheckedSettings } from './checked-settings.ts';
import { type Finding, findingsOf } from './finding.ts';

const { ok, warning, refusal } = findingsOf('folder');

const TEXTS = {
  noFolder: (folder: string) => `The data folder ${folder} does not exist.`,
  noFolderAdvice:
    'The first start makes it. If the store runs already, DATA_DIR is not the one it runs with.',
  shut: (folder: string, reason: string) => `The data folder ${folder} cannot be written to (${reason}).`,
  shutAdvice: 'Give it to the user that the store runs as, or set DATA_DIR to another.',
  shutForeignAdvice:
    'It belongs to another user. If the store runs as that user, run this as that user as well. If not, give the folder to the user that it runs as.',
  foreign: (folder: string) =>
    `The data folder ${folder} belongs to another user than the one who runs this.`,
  foreignAdvice:
    'Run gatehouse as the user that the store runs as: files that others make may be closed to it.',
  folder: (folder: string) => `The data folder ${folder} can be written to.`,
};

/** Whether the store and whoever runs this can both work with the data folder. */
export function checkFolder({ dataDir }: Pick<CheckedSettings, 'dataDir'>): Finding {
  if (!existsSync(dataDir)) return warning(TEXTS.noFolder(dataDir), TEXTS.noFolderAdvice);
  const user = process.getuid?.();
  const isForeign = user !== undefined && statSync(dataDir).uid !== user;
  try {
    accessSync(dataDir, constants.W_OK);
  } catch (error) {
    return refusal(
      TEXTS.shut(dataDir, reasonOf(error)),
      isForeign ? TEXTS.shutForeignAdvice : TEXTS.shutAdvice,
    );
  }
  return isForeign ? warning(TEXTS.foreign(dataDir), TEXTS.foreignAdvice) : ok(TEXTS.folder(dataDir));
}
