import type express from 'express';
import { paths } from '../paths.ts';
import type { StoreSettings } from '../settings/store-settings.ts';
import { makeToken } from '../shared/crypto/random-token.ts';
import type { Assets } from './assets.ts';
import { type FlashKind, flashNow, takeFlashes } from './flash.ts';
import type { FormView } from './forms.ts';
import { takeLoginFirst } from './return-path.http.ts';
import { saveForPage } from './session.ts';
import type { Views } from './views.ts';

/** What every page can say about itself, beside what its own template prints. */
export interface PageData {
  title: string;
  /** Which part of the site this is, for the navigation. */
  section?: 'door' | 'store' | 'account' | 'admin';
  /** The form that is the page, if it is one. */
  form?: FormView;
  /** What stands in the search field. */
  search?: string;
  /** Messages for this answer alone, in front of those that wait in the session. */
  error?: string | undefined;
  warning?: string | undefined;
  [more: string]: unknown;
}

declare global {
  namespace Express {
    interface Response {
      /**
       * Answers with a page: a template under `views/` with what it prints. Handlers return the promise, so that
       * a session that cannot be saved becomes an error page.
       */
      page: (view: string, data: PageData) => Promise<void>;
    }
  }
}

interface PageOptions {
  views: Views;
  assets: Assets;
  settings: StoreSettings;
  /** Who finds a page that shows mails instead of a mail server; undefined where there is none. */
  devOutbox?: ((req: express.Request) => boolean) | undefined;
  /** Whether one can log in at a provider elsewhere as well. */
  providersOffered: boolean;
}

/** The kinds of message that a page can be given with its answer. */
const NOW = ['error', 'warning'] as const satisfies readonly FlashKind[];

/** Gives every response of an app its `page` method. */
export function installPages(app: express.Express, options: PageOptions): void {
  const { views, assets, settings, devOutbox, providersOffered } = options;
  // What a page tells its layout, where it tells nothing.
  const layout = { here: '', scripts: [], ownFlash: false, ownUnconfirmed: false };
  const site = { lang: 'en', providersOffered, paths, asset: assets.url, section: '', search: '', ...layout };

  app.response.page = async function page(view, data) {
    const req = this.req as express.Request;
    // Where a button that stands on every page leads back to.
    const from = req.method === 'GET' ? req.originalUrl : '';
    const { storeName, supportAddress, doorText } = settings;
    const store = { storeName, supportAddress, doorText, user: req.user, from, devOutbox: devOutbox?.(req) };
    const common = Object.assign(Object.create(site), store);
    Object.defineProperty(common, 'csrfToken', {
      // Only when a template asks: making a token for a guest opens a session. A request that failed before
      // it reached csurf has none; a form sent without leads to the page for stale tokens, and from there on.
      get: () => (req.session && 'csrfToken' in req ? req.csrfToken() : ''),
    });
    // For `submitOnce`: one for each form that asks for it.
    Object.defineProperty(common, 'formKey', { get: makeToken });
    const failed = data.form?.failed || Boolean(data.error);
    const now = NOW.flatMap((kind) => (data[kind] ? [flashNow(kind, data[kind])] : []));
    const flashes = [...now, ...takeFlashes(req), ...takeLoginFirst(req, this)];
    const html = views.renderBytes(view, Object.assign(common, data, { flashes, failed }));
    await saveForPage(req);
    this.setHeader('Cache-Control', 'no-store');
    this.setHeader('Content-Type', 'text/html; charset=utf-8');
    this.setHeader('Content-Length', html.length);
    this.end(html);
  };
}
