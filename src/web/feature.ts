import type { Feature } from '../features/feature.ts';
import { FORMS_STAY, forgetShown } from './submit-once.ts';

export const submittedFormsFeature: Feature = {
  name: 'submitted-forms',
  personalData: [{ table: 'submitted_forms', erasure: 'delete' }],
  expiring: [{ table: 'submitted_forms', column: 'created_at', stay: FORMS_STAY }],
  cleanup: forgetShown,
};
