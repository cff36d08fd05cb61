/**
 * The databases on which a part of the bench measures: SQLite, and PostgreSQL where TEST_POSTGRES_URL names a server.
 *
 * @returns each with its name and the address of its server; SQLite has none
 */
export function databasesToMeasure(): [name: string, server: string | undefined][] {
  const server = process.env.TEST_POSTGRES_URL;
  return [['SQLite', undefined], ...(server ? [['PostgreSQL', server] as [string, string]] : [])];
}
