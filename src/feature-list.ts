import { apiTokensFeature } from './accounts/api-tokens/feature.ts';
import { accountEventsFeature } from './accounts/events/feature.ts';
import { accountsFeature } from './accounts/feature.ts';
import { invitationsFeature } from './accounts/invitations/feature.ts';
import { loginFeature } from './accounts/login/feature.ts';
import { openidFeature } from './accounts/openid/feature.ts';
import { passkeysFeature } from './accounts/passkeys/feature.ts';
import { passwordResetFeature } from './accounts/password-reset/feature.ts';
import { twoFactorFeature } from './accounts/two-factor/feature.ts';
import { dashboardFeature } from './admin/dashboard/feature.ts';
import { auditFeature } from './audit/feature.ts';
import type { Feature } from './features/feature.ts';
import { mailFeature } from './mail/feature.ts';
import { membersFeature } from './members/feature.ts';
import { rateLimitsFeature } from './rate-limits/feature.ts';
import { sessionsFeature } from './sessions/feature.ts';
import { settingsFeature } from './settings/feature.ts';
import { tasksFeature } from './tasks/feature.ts';
import { submittedFormsFeature } from './web/feature.ts';

/** Every feature that declares something, in the order of the back office's sections. */
export const FEATURES: readonly Feature[] = [
  dashboardFeature,
  membersFeature,
  invitationsFeature,
  tasksFeature,
  mailFeature,
  auditFeature,
  settingsFeature,
  accountsFeature,
  accountEventsFeature,
  loginFeature,
  passkeysFeature,
  twoFactorFeature,
  apiTokensFeature,
  openidFeature,
  passwordResetFeature,
  sessionsFeature,
  submittedFormsFeature,
  rateLimitsFeature,
];
