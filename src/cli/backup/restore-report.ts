import type { Config } from '../../config/config.ts';
import { KINDS, placeOf } from '../../database/database-text.ts';
import { minuteOf } from '../../shared/clock.ts';
import type { Report } from '../shell/output.ts';
import type { Checked } from './check-backup.ts';
import type { Restored } from './restore.ts';

const TEXTS = {
  restored: (place: string, when: string, rows: number) =>
    `The store at ${place} is again what it was at ${when} UTC. Rows: ${rows}`,
  origin: (version: string, kind: string) => `The backup was made by version ${version} from ${kind}.`,
  aside: (file: string) => `What was there before is in ${file}. To go back: gatehouse restore ${file}`,
  nothing: 'There was no store before that could have been kept.',
  migrated: (count: number) => `It was of an older version and was brought up to date. Migrations: ${count}`,
  sound: (rows: number) => `The audit log is sound. Rows: ${rows}`,
  broken: (row: number) =>
    `Row ${row} of the audit log is not as it was written. It was so in the backup; see gatehouse audit verify.`,
  key: (file: string) => `The key was put back into ${file}.`,
  keptKey: (file: string) => `The key that was there is now in ${file}.`,
  otherKey: 'The key is another than then: authenticator apps and mails that waited cannot be read.',
  ended: (devices: number, programs: number) =>
    `Everybody is logged out. Devices: ${devices}; programs: ${programs}`,
  tokens: (count: number) =>
    `Personal access tokens open what they opened then, also those that were removed since: ${count}`,
  past: 'Roles, passwords, second factors and disabled accounts are as they were then: look through what you changed since.',
  start: 'Now start the store.',
};

export interface Outcome extends Restored {
  config: Config;
  checked: Checked;
  aside: string | undefined;
  hasOtherKey: boolean;
}

export function reportRestore(outcome: Outcome): Report {
  const { config, checked, aside, hasOtherKey, rows, migrated, audit, ended, personalTokens, key } = outcome;
  const { createdAt, program, dialect } = checked.manifest;
  const place = placeOf(config.database);
  const lines = [
    TEXTS.restored(place, minuteOf(Date.parse(createdAt)), rows),
    TEXTS.origin(program, KINDS[dialect]),
    aside ? TEXTS.aside(aside) : TEXTS.nothing,
    migrated.length > 0 && TEXTS.migrated(migrated.length),
    audit.ok ? TEXTS.sound(audit.rows) : TEXTS.broken(audit.sequence),
    key && TEXTS.key(key.file),
    key?.kept && TEXTS.keptKey(key.kept),
    hasOtherKey && TEXTS.otherKey,
    TEXTS.ended(ended.devices, ended.programs),
    personalTokens > 0 && TEXTS.tokens(personalTokens),
    TEXTS.past,
    TEXTS.start,
  ];
  return {
    lines: lines.filter((line) => typeof line === 'string'),
    data: {
      database: place,
      rows,
      backup: { createdAt, program, dialect, sha256: checked.sha256 },
      aside: aside ?? null,
      migrated,
      audit: audit.ok ? { ok: true, rows: audit.rows } : { ok: false, row: audit.sequence },
      key: key ? { file: key.file, kept: key.kept ?? null } : null,
      otherKey: hasOtherKey,
      ended,
      personalTokens,
    },
    failed: !audit.ok,
  };
}
