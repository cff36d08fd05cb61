import { existsSync, readFileSync } from 'node:fs';
import { link, rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Config } from '../../config/config.ts';
import { findSecret, secretFile } from '../../config/secret-key.ts';
import { Refusal } from '../output.ts';
import type { Checked } from './check-backup.ts';
import { keyFingerprint } from './key-fingerprint.ts';
import { writeWholeFile } from './whole-file.ts';

const TEXTS = {
  otherKey: (advice: string) =>
    `The backup was made with another SECRET_KEY: authenticator apps and waiting mails would be lost. ${advice} Or give --other-key. Nothing was changed.`,
  set: 'Set SECRET_KEY to the one that the store had then.',
  unset:
    'Take SECRET_KEY out of the settings: the key is in the backup and is put back into the data folder.',
};

/**
 * Whether what the store encrypted can be opened after the restore.
 *
 * @param allowed whether another key will do
 * @returns whether it will be another
 * @throws Refusal
 */
export function checkRestoredKey(config: Config, { manifest, key }: Checked, allowed: boolean): boolean {
  // With a key of its own in the file the folder gets that one.
  if (manifest.key === null || (key && config.secretKey === undefined)) return false;
  const present = findSecret(config);
  if (present !== undefined && keyFingerprint(present) === manifest.key) return false;
  if (!allowed) throw new Refusal('other-key', TEXTS.otherKey(key ? TEXTS.unset : TEXTS.set));
  return true;
}

/** What became of the key. */
export interface PutBack {
  file: string;
  /** Where the one is now that was there. */
  kept: string | undefined;
}

/**
 * Puts the store's key back into the data folder, where the backup has it and the settings have none. One that differs
 * is kept beside it.
 *
 * @param moment what the name of the one that is kept ends with
 * @returns undefined when there was nothing to do
 */
export async function putKeyBack(
  config: Config,
  { key }: Checked,
  moment: string,
): Promise<PutBack | undefined> {
  const file = secretFile(config);
  if (!key || config.secretKey !== undefined) return undefined;
  const isThere = existsSync(file);
  if (isThere && readFileSync(file).equals(key)) return undefined;
  const kept = isThere ? `${file}.before-restore-${moment}` : undefined;
  // Linked, then replaced at one stroke: whoever is killed in between leaves a key.
  if (kept) await link(file, kept);
  const next = `${file}.restored`;
  await rm(next, { force: true });
  await writeWholeFile(next, (target) => pipeline([key], target));
  await rename(next, file);
  return { file, kept };
}
