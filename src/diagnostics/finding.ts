/** What was found at one place, by the start of the store or by `gatehouse doctor`. */
export interface Finding {
  check: string;
  /** A failure is what keeps the store from working, or its door from being shut; a warning can wait. */
  level: 'ok' | 'warning' | 'failure';
  message: string;
  advice?: string;
  /** A failure with which the store does not start: it could not serve, or would lose what it is given. */
  refused?: true;
}

export function findingsOf(check: string) {
  const failure = (message: string, advice: string): Finding => ({
    check,
    level: 'failure',
    message,
    advice,
  });
  return {
    ok: (message: string): Finding => ({ check, level: 'ok', message }),
    warning: (message: string, advice: string): Finding => ({ check, level: 'warning', message, advice }),
    failure,
    refusal: (message: string, advice: string): Finding => ({ ...failure(message, advice), refused: true }),
  };
}

export function wordsOf({ message, advice }: Finding): string {
  return [message, advice].filter(Boolean).join(' ');
}
