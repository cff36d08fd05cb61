import type { Feature } from '../features/feature.ts';
import { paths } from '../paths.ts';
import { canChangeSettings } from '../permissions.ts';

export const settingsFeature: Feature = {
  name: 'settings',
  section: { label: 'Settings', path: paths.settings(), may: canChangeSettings },
  auditActions: { 'The store': ['settings.changed'] },
};
