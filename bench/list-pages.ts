import { DAY } from '../src/clock.ts';
import { paths } from '../src/paths.ts';
import { busyDay, PEOPLE, WORDS } from './list-rows.ts';

/** A page of a list. */
export interface ListPage {
  name: string;
  /** Its address. Some are found by a link on another page. */
  find: (get: (path: string) => Promise<string>) => Promise<string>;
}

/** A long list, and how its rows are counted on a page. */
export interface List {
  name: string;
  pages: ListPage[];
  rowsOn: (html: string) => number;
}

const BUSY = busyDay(Date.now());

/** What is looked at in each list: plain, by each filter, by each order, searched through, and further back. */
export const LISTS: List[] = [
  {
    name: 'members',
    pages: [
      ...[
        '',
        'role=user',
        'role=moderator',
        'role=admin',
        'state=active',
        'state=waiting',
        'state=locked',
        'state=disabled',
        'state=closing',
        'verified=yes',
        'verified=no',
        'two_factor=yes',
        'two_factor=no',
        'joined=week',
        'joined=month',
        'joined=year',
        'sort=oldest',
        'sort=name',
        'sort=name-desc',
        'state=waiting&sort=oldest',
        'state=disabled&sort=name',
        'verified=yes&two_factor=no&sort=name',
        `q=${WORDS.few}`,
        `q=${WORDS.few}.`,
        `q=${WORDS.hundreds}`,
        `q=${WORDS.thousands}`,
        `q=${WORDS.third}`,
        `q=${WORDS.third}&sort=name`,
        `q=${WORDS.third}+${WORDS.all}`,
        `q=${WORDS.all}`,
      ].map((query) => page(paths.adminMembers(), query)),
      secondPage(paths.adminMembers(), ''),
      secondPage(paths.adminMembers(), 'sort=name'),
    ],
    rowsOn: (html) => new Set(html.match(/href="\/admin\/members\/\d+"/g)).size,
  },
  {
    name: 'audit',
    pages: [
      ...[
        '',
        'action=login.failed',
        'action=role.changed',
        'by=member',
        'by=guest',
        'by=operator',
        `who=${PEOPLE.doer}`,
        `who=${PEOPLE.rare}`,
        `whom=${PEOPLE.sufferer}`,
        `whom=${PEOPLE.rare}`,
        `from=${dayOf(BUSY - 365 * DAY)}`,
        `until=${dayOf(BUSY + 365 * DAY)}`,
        `from=${dayOf(BUSY)}&until=${dayOf(BUSY)}`,
        `by=member&until=${dayOf(BUSY)}`,
        `whom=${PEOPLE.sufferer}&action=login.failed`,
      ].map((query) => page(paths.audit(), query)),
      secondPage(paths.audit(), ''),
    ],
    rowsOn: (html) => html.match(/<time /g)?.length ?? 0,
  },
];

function page(path: string, query: string): ListPage {
  return { name: query || 'plain', find: async () => (query ? `${path}?${query}` : path) };
}

/** The page after a first page. */
function secondPage(path: string, query: string): ListPage {
  const first = page(path, query);
  return {
    name: `${first.name}, second page`,
    async find(get) {
      const [, link] = /href="([^"]+)" rel="next"/.exec(await get(await first.find(get))) ?? [];
      if (!link) throw new Error(`${path}?${query} has no second page.`);
      return link.replaceAll('&amp;', '&');
    },
  };
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
