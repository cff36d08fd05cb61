import { type Finding, findingsOf } from '../../diagnostics/finding.ts';
import type { Store } from '../shell/store.ts';
import { activeAdmins, staffWithoutSecondFactor } from './store-health.table.ts';

const TEXTS = {
  bare: (names: string) => `Staff whose password alone opens their account: ${names}.`,
  bareAdvice:
    'Ask them to set up a second factor; they are led to it before their next page of the back office.',
  bareForever: 'Require it of staff, in the settings of the back office or with REQUIRE_2FA=staff.',
  covered: 'Everybody on the staff has a second factor.',
  noAdmin: 'No administrator can log in.',
  noAdminAdvice:
    'Start the store and open the set-up link that it prints, or run: gatehouse user create --role admin …',
  oneAdmin: (name: string) => `${name} is the only administrator who can log in.`,
  oneAdminAdvice: 'Make somebody else one as well: gatehouse user role <name> admin …',
  admins: (count: number) => `${count} administrators can log in.`,
};

/** Names beyond these would hide the rest of the page. */
const MOST_NAMES = 20;

/** Whether a stolen password would open the back office (OWASP ASVS 5.0, 6.3.3). */
export async function checkStaff({ db, settings }: Store): Promise<Finding> {
  const { ok, warning } = findingsOf('staff');
  const names = await staffWithoutSecondFactor(db);
  if (names.length === 0) return ok(TEXTS.covered);
  const advice = settings.require2fa === 'none' ? TEXTS.bareForever : TEXTS.bareAdvice;
  return warning(TEXTS.bare(listed(names)), advice);
}

/** Whether somebody can run the store, and somebody else if they cannot. */
export async function checkAdmins({ db }: Store): Promise<Finding> {
  const { ok, warning, failure } = findingsOf('admins');
  const [first, ...others] = await activeAdmins(db);
  if (!first) return failure(TEXTS.noAdmin, TEXTS.noAdminAdvice);
  if (others.length === 0) return warning(TEXTS.oneAdmin(first), TEXTS.oneAdminAdvice);
  return ok(TEXTS.admins(others.length + 1));
}

function listed(names: string[]): string {
  const more = names.length - MOST_NAMES;
  return [...names.slice(0, MOST_NAMES), ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}
