/**
 * Every address of the site, built in one place. Routes, views and tests ask here, so that a page can move
 * without a link left behind. Given a pattern such as `:slug`, a builder gives the route's pattern.
 */
export const paths = {
  home: () => '/',
  register: () => '/register',
  login: () => '/login',
  logout: () => '/logout',
  setup: (token: string) => `/setup/${segment(token)}`,
  store: () => '/store',
  product: (slug: string) => `/store/${segment(slug)}`,
  picture: (contentHash: string) => `/store/pictures/${segment(contentHash)}`,
  assets: () => '/assets',
  asset: (file: string) => `/assets/${file}`,
  alive: () => '/healthz',
  ready: () => '/readyz',
} as const;

export type Paths = typeof paths;

/** Encodes one part of a path. A colon may stand there as it is (RFC 3986, 3.3), which keeps patterns patterns. */
function segment(text: string): string {
  return encodeURIComponent(text).replaceAll('%3A', ':');
}
