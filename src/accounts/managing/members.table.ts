import type { Knex } from 'knex';
import type { Database } from '../../database/connection.ts';
import { computed } from '../../database/dialect-columns.ts';
import { USER_COLUMNS, type User } from '../users.table.ts';

/** A member as lists show them. Times are UTC milliseconds. */
export interface ListedMember extends User {
  createdAt: number;
}

/** Which members a list is asked for. Whoever is erased is in none. */
export interface MemberQuery {
  /** Each must be the beginning of one of a member's words. */
  words: readonly string[];
  /** A member's `facet` must be one of these; undefined for any. */
  facets?: readonly number[] | undefined;
  /** In UTC milliseconds. */
  joinedSince?: number | undefined;
}

/**
 * The number by which a member is filtered, as the migration made it that indexes the table; it must stay the same
 * there and here. What its values mean stands in `member-facets.ts`. Null for whoever is erased.
 */
const FACET = {
  name: 'facet',
  type: 'smallint',
  expression: `
    case when erased_at is not null then null else
      case
        when closing_at is not null then 4
        when disabled_at is not null then 3
        when frozen_at is not null then 2
        when approved_at is null and role = 'user' then 1
        else 0
      end
      + case role when 'user' then 0 when 'moderator' then 5 else 10 end
      + case when email_verified_at is null then 0 else 15 end
      + case when two_factor_since is null then 0 else 30 end
    end`,
};

/** By what lists are in order; the id decides between those who are alike in it. */
export type OrderColumn = 'created_at' | 'username_key';

/** A member by their place in an order. */
export interface Behind {
  /** Of the column that the order goes by. */
  value: string | number;
  id: number;
}

/** The rows from a place on, in an order. */
export interface Stretch {
  column: OrderColumn;
  descending: boolean;
  /** Begins behind this member. */
  behind?: Behind | undefined;
  limit: number;
}

/**
 * Counts what each condition of a query finds by itself, up to bounds: members with its facets, and words for each
 * of its words (a member may have several that begin alike).
 */
export async function countEach(
  db: Database,
  query: MemberQuery,
  bounds: { facets: number; words: number },
): Promise<{ facets: number; words: number[] }> {
  const counted = (rows: Knex.QueryBuilder, bound: number, name: string) =>
    db.from(rows.limit(bound).as('found')).count('*').as(name);
  const found = [
    counted(inFacets(db, query).select('id'), bounds.facets, 'facets'),
    ...query.words.map((word, index) =>
      counted(beginningWith(db, word).select('user_id'), bounds.words, `word${index}`),
    ),
  ];
  const [row] = await db.select(found);
  return { facets: row.facets, words: query.words.map((_word, index) => row[`word${index}`]) };
}

/**
 * Reads members of a query that is known to leave few: all of them are looked at and put in order.
 *
 * @param rare the words that few have, all of them at once; with none of them, few have the facets
 * @param counted whether they are to be counted as well
 * @returns with each member how many there are in all, if they are counted
 */
export async function findAmongFew(
  db: Database,
  query: MemberQuery,
  { rare, counted }: { rare: readonly string[]; counted: boolean },
  stretch: Stretch,
): Promise<(ListedMember & { total?: number })[]> {
  const [first, ...others] = rare;
  const few = first === undefined ? ofFacets(db, query) : ofWords(db, query, [first, ...others]);
  if (!counted) return stretchOf(db, db.from(few.as('few')).select('id', stretch.column), stretch);
  few.select(db.raw('count(*) over () as total'));
  return stretchOf(db, db.from(few.as('few')).select('id', stretch.column, 'total'), stretch).select('total');
}

/**
 * Reads members of a query that many fit, along the order of the list, until there are enough. Words are looked up
 * for each member on the way.
 */
export async function findAlongOrder(
  db: Database,
  query: MemberQuery,
  stretch: Stretch,
): Promise<ListedMember[]> {
  const members = db('users').select('id', stretch.column);
  whereFacet(members, unindexedFacet(db), query.facets);
  whereJoined(members, 'created_at', query);
  for (const word of query.words) members.whereRaw('? is not null', [oneWord(db, word, 'users.id')]);
  return stretchOf(db, members, stretch);
}

/** All members that fit, found by their facets. */
function ofFacets(db: Database, query: MemberQuery): Knex.QueryBuilder {
  const members = inFacets(db, query).select('id', 'created_at', 'username_key');
  for (const word of query.words) members.whereRaw('? is not null', [oneWord(db, word, 'users.id')]);
  return members;
}

/** All members that fit, found by some of their words; the table of words holds none of who is erased. */
function ofWords(db: Database, query: MemberQuery, rare: readonly [string, ...string[]]): Knex.QueryBuilder {
  const common = query.words.filter((word) => !rare.includes(word));
  const members = db
    .from(haveAll(db, rare, common).as('found'))
    .select('found.id', 'found.created_at', 'found.username_key');
  if (query.facets) {
    members.join('users', 'users.id', 'found.id');
    whereFacet(members, unindexedFacet(db), query.facets);
  }
  return whereJoined(members, 'found.created_at', query);
}

/** The members with the facets of a query, found with the index. */
export function inFacets(
  db: Database,
  query: Pick<MemberQuery, 'facets' | 'joinedSince'>,
): Knex.QueryBuilder {
  const members = whereFacet(db('users'), computed(db, FACET), query.facets);
  return whereJoined(members, 'created_at', query);
}

/** The facet of members who are found otherwise: no index holds a sum. */
function unindexedFacet(db: Database): Knex.Raw {
  return db.raw('? + 0', [computed(db, FACET)]);
}

function whereFacet(rows: Knex.QueryBuilder, facet: Knex.Raw, facets: MemberQuery['facets']) {
  if (!facets) return rows.whereRaw('? >= 0', [facet]);
  return rows.whereRaw(`? in (${facets.map(() => '?').join()})`, [facet, ...facets]);
}

function whereJoined(
  rows: Knex.QueryBuilder,
  column: string,
  { joinedSince }: Pick<MemberQuery, 'joinedSince'>,
) {
  return joinedSince === undefined ? rows : rows.where(column, '>=', joinedSince);
}

/** Comes after every character that is in a word. */
const LAST_CHARACTER = '\u{10ffff}';

/** The words that begin with a text. */
function beginningWith(db: Database, text: string): Knex.QueryBuilder {
  return db('member_words')
    .where('word', '>=', text)
    .where('word', '<', text + LAST_CHARACTER);
}

/**
 * The members who have, for each of some texts, a word that begins with it; each of them once.
 *
 * @param rare are looked up as a whole
 * @param common are looked up for each member that the first of them finds
 */
function haveAll(
  db: Database,
  [first, ...others]: readonly [string, ...string[]],
  common: readonly string[],
): Knex.QueryBuilder {
  const members = beginningWith(db, first);
  for (const text of common) {
    members.whereRaw('? is not null', [oneWord(db, text, 'member_words.user_id')]);
  }
  const told = { id: 'user_id', created_at: 'created_at', username_key: 'username_key' };
  if (others.length === 0) return members.distinct(told);
  return members.select(told).intersect(others.map((text) => beginningWith(db, text).select(told)));
}

/** One of a member's words that begin with a text: a value, which no database turns into a join. */
function oneWord(db: Database, text: string, member: string): Knex.QueryBuilder {
  return db('member_words as own')
    .where('own.user_id', db.ref(member))
    .where('own.word', '>=', text)
    .where('own.word', '<', text + LAST_CHARACTER)
    .limit(1)
    .select('own.word');
}

/** Puts rows in order, cuts out a stretch and reads the whole rows of those who are in it. */
function stretchOf(db: Database, rows: Knex.QueryBuilder, stretch: Stretch): Knex.QueryBuilder {
  const { column, descending, behind, limit } = stretch;
  const direction = descending ? 'desc' : 'asc';
  if (behind)
    rows.whereRaw(`(??, ??) ${descending ? '<' : '>'} (?, ?)`, [column, 'id', behind.value, behind.id]);
  const chosen = rows.orderBy(column, direction).orderBy('id', direction).limit(limit).as('chosen');
  return db
    .from(chosen)
    .join('users', 'users.id', 'chosen.id')
    .orderBy(`chosen.${column}`, direction)
    .orderBy('chosen.id', direction)
    .select({ ...USER_COLUMNS, createdAt: 'users.created_at' });
}
