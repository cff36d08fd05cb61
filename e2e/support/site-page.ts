import { expect, type Page, type Response } from 'playwright/test';
import type { OpenIdProvider } from '../../src/testing/openid-provider.ts';
import type { Mailbox } from './mailbox.ts';
import type { Members } from './members.ts';
import type { Store } from './server.ts';

/** What it takes to open a page. */
export interface Visit {
  page: Page;
  enter: (page: Page, name: string) => Promise<void>;
  enterOffice: (page: Page, name: string) => Promise<void>;
  logIn: (page: Page, name: string) => Promise<void>;
  setSettings: (values: Record<string, string>) => Promise<void>;
  openStore: (settings?: Record<string, string>) => Promise<Store>;
  members: Members;
  mailbox: Mailbox;
  provider: OpenIdProvider;
}

/** A page of the site in one of its states, with the longest texts that can come into it. */
export interface SitePage {
  name: string;
  status: number;
  open: (visit: Visit) => Promise<Response | null>;
  /** Another page that is laid out the same: then a phone shows nothing new here. */
  like?: string;
}

export const LONG_WORD = 'w'.repeat(100);
export const LONG_NAME = longName('mw');
export const ADMIN = longName('admin-');
export const MODERATOR = longName('mod-');

/** A name as long as names may be. */
export function longName(start: string): string {
  return start + 'mw'.repeat(15).slice(0, 30 - start.length);
}

/** An e-mail address as long as addresses may be (RFC 5321, 4.5.3.1). */
export function longAddress(name: string): string {
  const label = 'mw'.repeat(30);
  return `${name.padEnd(64, 'w')}@${[label, label, label].join('.')}.org`;
}

/** Opens a page, and sees that it is this one: a page that leads elsewhere would be looked at for nothing. */
export async function show(page: Page, path: string, end = path): Promise<Response | null> {
  const response = await page.goto(path);
  await expect(page).toHaveURL(end);
  return response;
}

/** A page that a member opens by its address alone. */
export function memberPage(name: string, path: string, rest: Partial<SitePage> = {}): SitePage {
  return {
    name,
    status: 200,
    async open({ page, enter }) {
      await enter(page, LONG_NAME);
      return show(page, path);
    },
    ...rest,
  };
}

interface OfficePage extends Omit<SitePage, 'name' | 'open'> {
  /** Who opens it. */
  as: string;
  /** Makes what is to be seen on it. */
  prepare: (visit: Visit) => Promise<void>;
}

/** A page of the back office that somebody opens by its address alone; an admin, unless it says otherwise. */
export function officePage(
  name: string,
  path: string,
  { as = ADMIN, prepare, ...rest }: Partial<OfficePage> = {},
): SitePage {
  return {
    name,
    status: 200,
    async open(visit) {
      await prepare?.(visit);
      await visit.enterOffice(visit.page, as);
      return show(visit.page, path);
    },
    ...rest,
  };
}
