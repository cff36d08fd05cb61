/** What the doctor found at one place. */
export interface Finding {
  /** Where it looked: `mail`. */
  check: string;
  /** A failure is what keeps the store from working, or its door from being shut; a warning can wait. */
  level: 'ok' | 'warning' | 'failure';
  message: string;
  /** What to do about it. */
  advice?: string;
}

/** Makes the findings of one check. */
export function findingsOf(check: string) {
  return {
    ok: (message: string): Finding => ({ check, level: 'ok', message }),
    warning: (message: string, advice: string): Finding => ({ check, level: 'warning', message, advice }),
    failure: (message: string, advice: string): Finding => ({ check, level: 'failure', message, advice }),
  };
}
