import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { wordsOf } from '../diagnostics/finding.ts';
import { checkSettings } from '../diagnostics/settings-checks.ts';
import { StartRefused } from '../shared/start-error.ts';

/**
 * Looks at what `gatehouse doctor` looks at before a store is open, and logs as a warning what is wrong.
 *
 * @throws StartRefused when it could not serve like that, or would lose what it is given
 */
export function checkStart(settings: Config, logger: Logger): void {
  const findings = checkSettings(settings);
  const refusal = findings.find(({ refused }) => refused);
  if (refusal) throw new StartRefused(wordsOf(refusal));
  for (const finding of findings)
    if (finding.level !== 'ok') logger.warn({ check: finding.check }, wordsOf(finding));
}
