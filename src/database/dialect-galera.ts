/**
 * What a MariaDB or MySQL server has to be asked because it may be a node of a Galera cluster: several servers that
 * hold the same data, each of which reads and writes. What one has committed the others apply a moment later.
 */
export const GALERA_QUESTION = "SHOW VARIABLES LIKE 'wsrep_on'";

/**
 * Makes a node wait, before each statement outside a transaction and at the begin of each transaction, until it has
 * applied what the others had committed by then: who logged in at one node is logged in at the next. Bits: 1 for reads
 * and BEGIN, 2 for UPDATE and DELETE, 4 for INSERT.
 */
export const GALERA_SETTINGS = ['wsrep_sync_wait = 7'];

/** @param rows what the server answered to the question: none where it knows no clusters */
export function isGaleraAnswer(rows: unknown): boolean {
  return (rows as { Value: string }[])[0]?.Value === 'ON';
}
