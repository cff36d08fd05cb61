import type { Database } from '../database/connection.ts';
import type { Transaction } from '../database/transaction.ts';
import type { ErasedMember, Feature } from './feature.ts';

/** One line of an export. */
export type PersonalRow = Record<string, string | number | null>;

/** What the features hold of a member, section by section, each in the order of its first column. */
export async function readPersonalData(
  db: Database,
  features: readonly Feature[],
  userId: number,
): Promise<Record<string, PersonalRow[]>> {
  const sections: Record<string, PersonalRow[]> = {};
  for (const { table, export: told } of features.flatMap(({ personalData = [] }) => personalData)) {
    if (!told) continue;
    const [first] = Object.values(told.columns) as [string, ...string[]];
    sections[told.section] = await db(table)
      .where('user_id', userId)
      .orderBy(first)
      .select<PersonalRow[]>(told.columns);
  }
  return sections;
}

/** Does with the rows of a member what each feature declares. */
export async function erasePersonalData(
  trx: Transaction,
  features: readonly Feature[],
  member: ErasedMember,
): Promise<void> {
  for (const { personalData = [], erase } of features) {
    for (const { table, erasure } of personalData) {
      const rows = trx(table).where('user_id', member.id);
      if (erasure === 'delete') await rows.delete();
      else if ('anonymise' in erasure) await rows.update(erasure.anonymise);
    }
    await erase?.(trx, member);
  }
}

/** Removes the rows of a feature whose time is over. */
export async function deleteExpired(db: Database, { expiring = [] }: Feature, now: number): Promise<void> {
  for (const { table, column, stay = 0 } of expiring) {
    await db(table)
      .where(column, '<=', now - stay)
      .delete();
  }
}
