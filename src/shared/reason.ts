/** Says in one line what the system or a driver says of an error. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const [line = ''] = message.split('\n');
  // Node's own messages begin with the code, or with what was called.
  if (code && line.includes(code)) return line;
  return [code, line].filter(Boolean).join(': ');
}
