import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inTransaction } from '../database/transaction.ts';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { type Actor, record } from './audit.ts';
import { type AuditFilter, type AuditPlace, searchAudit } from './audit-search.table.ts';

const MINUTE = 60_000;
const START = 1_800_000_000_000;
const ANA = 1;
const ALICE = 11;
const ROWS = 60;

/** What each row of the log is about, by its number: every kind of actor, action and member, in turns. */
const ACTORS: Actor[] = [{ kind: 'member', id: ANA }, { kind: 'guest' }, { kind: 'member', id: ALICE }];
const ACTIONS = ['role.changed', 'login.failed'];
const SUBJECTS = [ALICE, undefined, ALICE, 12, 13];
const eventOf = (number: number) => ({
  action: ACTIONS[number % 2] as string,
  actor: ACTORS[number % 3] as Actor,
  subjectId: SUBJECTS[number % 5],
});
/** One a minute, but for some that were written late, and two at the same instant as the one before. */
const timeOf = (number: number) => {
  if (number % 20 === 5) return START + (number - 1) * MINUTE;
  return START + (number % 10 === 0 ? number - 5 : number) * MINUTE;
};

let database: TestDatabase;
/** Of each row, by its number: they need not begin with 1. */
let ids: number[];
beforeAll(async () => {
  database = await openTestDatabase();
  await inTransaction(database.db, async (trx) => {
    for (let number = 1; number <= ROWS; number += 1) {
      const { subjectId, ...event } = eventOf(number);
      await record(trx, timeOf(number), subjectId === undefined ? event : { ...event, subjectId });
    }
  });
  ids = await database.db('audit_log').orderBy('id').pluck('id');
});
afterAll(() => database.drop());

/** The ids of all that match, newest first, told by looking at each. */
function expected(filter: AuditFilter): number[] {
  const { from = -Infinity, until = Infinity } = filter;
  const numbers = Array.from({ length: ROWS }, (_, index) => ROWS - index);
  const inOrder = numbers.sort((one, other) => timeOf(other) - timeOf(one) || other - one);
  const found = inOrder.filter((number) => {
    const { action, actor, subjectId } = eventOf(number);
    return (
      (filter.action ?? action) === action &&
      (filter.actorKind ?? actor.kind) === actor.kind &&
      (filter.actorId === undefined || (actor.kind === 'member' && actor.id === filter.actorId)) &&
      (filter.subjectId ?? subjectId) === subjectId &&
      timeOf(number) >= from &&
      timeOf(number) < until
    );
  });
  return found.map((number) => ids[number - 1] as number);
}

const who: AuditFilter[] = [{}, { actorId: ANA }, { actorKind: 'guest' }, { actorKind: 'operator' }];
const whom: AuditFilter[] = [{}, { subjectId: ALICE }];
const what: AuditFilter[] = [{}, { action: 'login.failed' }, { action: 'never.happened' }];
const when: AuditFilter[] = [
  {},
  { from: START + 22 * MINUTE },
  { until: START + 42 * MINUTE },
  { from: START + 22 * MINUTE, until: START + 42 * MINUTE },
  { from: START + 42 * MINUTE, until: START + 22 * MINUTE },
];
const FILTERS = who.flatMap((a) =>
  whom.flatMap((b) => what.flatMap((c) => when.map((d) => ({ ...a, ...b, ...c, ...d })))),
);

describe('a search', () => {
  test.each([6, 50])(
    'by every combination finds what matches, %d at a time, in both directions',
    async (limit) => {
      for (const filter of FILTERS) {
        const search = (place?: AuditPlace) => searchAudit(database.db, filter, limit, place);
        const all = expected(filter);
        const down: number[] = [];
        let rows = await search();
        while (rows.length > 0) {
          down.push(...rows.map(({ id }) => id));
          rows = await search({ direction: 'after', id: down.at(-1) as number });
        }
        expect(down, JSON.stringify(filter)).toEqual(all);
        const up: number[] = [];
        const [oldest] = all.slice(-1);
        rows = oldest === undefined ? [] : await search({ direction: 'before', id: oldest });
        up.push(...(oldest === undefined ? [] : [oldest]));
        while (rows.length > 0) {
          up.unshift(...rows.map(({ id }) => id));
          rows = await search({ direction: 'before', id: up[0] as number });
        }
        expect(up, JSON.stringify(filter)).toEqual(all);
      }
    },
  );

  test('that goes on passes nothing over and shows nothing twice while rows are added', async () => {
    const search = (place?: AuditPlace) => searchAudit(database.db, { action: 'login.failed' }, 3, place);
    const first = await search();
    await inTransaction(database.db, (trx) =>
      record(trx, START, { action: 'login.failed', actor: { kind: 'guest' } }),
    );
    const next = await search({ direction: 'after', id: first.at(-1)?.id as number });
    expect([...first, ...next].map(({ id }) => id)).toEqual(expected({ action: 'login.failed' }).slice(0, 6));
  });

  test('from a row that is not there finds nothing', async () => {
    for (const direction of ['after', 'before'] as const)
      expect(await searchAudit(database.db, {}, 3, { direction, id: 99_999 })).toEqual([]);
  });
});
