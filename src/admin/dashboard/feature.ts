import type { Feature } from '../../features/feature.ts';
import { paths } from '../../paths.ts';
import { isStaff } from '../../permissions.ts';

export const dashboardFeature: Feature = {
  name: 'dashboard',
  section: { label: 'Overview', path: paths.admin(), may: isStaff },
};
