/** A start that cannot go on for a reason that the owner of the store can mend; the message says what to do. */
export class StartRefused extends Error {
  override name = 'StartRefused';
}
