import type { Feature } from '../../features/feature.ts';
import { deleteResetRequestsFor } from './reset-requests.table.ts';

export const passwordResetFeature: Feature = {
  name: 'password-reset',
  erase: (trx, { email }) => deleteResetRequestsFor(trx, email),
};
