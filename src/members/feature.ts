import { columns } from '../database/rows.ts';
import type { Feature } from '../features/feature.ts';
import { paths } from '../paths.ts';
import { canReadMembers } from '../permissions.ts';

export const membersFeature: Feature = {
  name: 'members',
  section: { label: 'Members', path: paths.adminMembers(), may: canReadMembers },
  auditActions: { 'The store': ['members.exported'] },
  personalData: [
    {
      table: 'member_notes',
      export: { section: 'notes', columns: columns('createdAt body') },
      erasure: 'delete',
    },
  ],
};
