import type { Feature } from '../../features/feature.ts';

const TEXTS = { others: 'Others' };

/** An action says what, and what became of it. Also those of another version of the store can be asked for. */
export const ACTION = /^[a-z-]{1,30}\.[a-z-]{1,29}$/;

/** Says an action in words: `role.changed` is "Role changed". */
export function formatAction(action: string): string {
  const words = action
    .replaceAll(/[.-]/g, ' ')
    .replace('two factor', 'two-factor')
    .replace(/^email/, 'e-mail');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export interface ActionGroup {
  label: string;
  options: { value: string; label: string; selected: boolean }[];
}

/** Every action that a feature writes, under its headings, for a select; one that is not known stands apart. */
export function actionGroups(features: readonly Feature[], selected: string): ActionGroup[] {
  const groups = new Map<string, Set<string>>();
  for (const { auditActions = {} } of features)
    for (const [label, actions] of Object.entries(auditActions))
      groups.set(label, new Set([...(groups.get(label) ?? []), ...actions]));
  const isKnown = [...groups.values()].some((actions) => actions.has(selected));
  if (selected && !isKnown) groups.set(TEXTS.others, new Set([selected]));
  return [...groups].map(([label, actions]) => ({
    label,
    options: [...actions]
      .sort()
      .map((action) => ({ value: action, label: formatAction(action), selected: action === selected })),
  }));
}
