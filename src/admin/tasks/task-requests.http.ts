import type { Request } from 'express';
import { memberOf } from '../../accounts/signed-in.http.ts';
import { paths } from '../../paths.ts';
import { readTaskFilters, type TaskFilters } from '../../tasks/task-list.ts';
import type { Actor } from '../../tasks/tasks.ts';
import { clientOf } from '../../web/client.ts';

/** Who asks, as the rules of tasks know them. */
export function actorOf(req: Request): Actor {
  const { id, role } = memberOf(req);
  const { address, userAgent } = clientOf(req);
  return { id, role, client: { address, userAgent } };
}

/** What the list shows when nothing is asked of it; it stays out of addresses. */
const DEFAULTS = readTaskFilters({});

/**
 * The address of a page of a task, or of something done to one, that remembers which list it was reached from: as
 * filters, not as a path to go back to, so there is none that could lead elsewhere.
 */
export function fromList(path: string, filters: TaskFilters): string {
  const query = new URLSearchParams();
  for (const name of ['show', 'q', 'assignee', 'page'] as const) {
    if (filters[name] !== DEFAULTS[name]) query.set(name, String(filters[name]));
  }
  return query.size > 0 ? `${path}?${query}` : path;
}

/** The list with these filters. */
export function listUrl(filters: Partial<TaskFilters> = {}): string {
  return fromList(paths.tasks(), { ...DEFAULTS, ...filters });
}
