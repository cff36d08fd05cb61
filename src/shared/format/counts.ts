/** `1 device`, `3 devices`: for things that become many with an s. */
export function formatCount(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
