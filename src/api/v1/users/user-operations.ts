import type { ApiContext } from '../../api-context.ts';
import type { Operation } from '../operation.ts';
import { memberActionOperations } from './member-actions.ts';
import { memberOperations } from './members.ts';
import { ownAccountOperations } from './own-account.ts';
import { registrationOperations } from './registration.ts';

/** People: registering, looking them up, the own account, and what admins do to members. */
export function userOperations(context: ApiContext): Operation[] {
  return [
    ...registrationOperations(context),
    ...memberOperations(context),
    ...ownAccountOperations(context),
    ...memberActionOperations(context),
  ];
}
