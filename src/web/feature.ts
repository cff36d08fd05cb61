import type { Feature } from '../features/feature.ts';
import { forgetForms } from './submit-once.ts';

export const submittedFormsFeature: Feature = {
  name: 'submitted-forms',
  personalData: [{ table: 'submitted_forms', erasure: 'delete' }],
  cleanup: forgetForms,
};
