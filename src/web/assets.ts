import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, sep } from 'node:path';
import express, { type RequestHandler, Router } from 'express';
import { paths } from '../paths.ts';
import { PROJECT_FOLDER } from '../shared/folders.ts';
import { notFound } from './problems.ts';

export const YEAR_SECONDS = 365 * 24 * 60 * 60;

const PUBLIC_FOLDER = join(PROJECT_FOLDER, 'public');
const VERSION_LENGTH = 10;

/** Files of packages: the name of each below `/assets`, its package, and its place seen from what that exports. */
const PACKAGE_FILES = [
  ['bootstrap/bootstrap.min.css', 'bootstrap', '../css/bootstrap.min.css'],
  ['simplewebauthn/browser.min.js', '@simplewebauthn/browser', '../dist/bundle/index.umd.min.js'],
] as const;

/** Files that browsers and crawlers ask for at the top of the site. */
const AT_THE_TOP = { '/robots.txt': 'robots.txt', '/favicon.ico': 'favicon.svg' };

export type Assets = ReturnType<typeof loadAssets>;

/** Reads the static files once, to know each one's version. */
export function loadAssets() {
  const versions = new Map<string, string>();
  for (const entry of readdirSync(PUBLIC_FOLDER, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    versions.set(relative(PUBLIC_FOLDER, file).replaceAll(sep, '/'), versionOf(file));
  }

  /** A year for the version that pages link to; anything else is asked for anew each time. */
  const cacheFor: RequestHandler = (req, res, next) => {
    const current = versions.get(req.path.slice(1));
    const cached = current !== undefined && req.query.v === current;
    res.set('Cache-Control', cached ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache');
    next();
  };
  const files = { index: false, redirect: false, cacheControl: false } as const;

  const router = Router();
  const below = Router();
  below.use(cacheFor, express.static(PUBLIC_FOLDER, files));
  const { resolve } = createRequire(import.meta.url);
  for (const [name, source, place] of PACKAGE_FILES) {
    const file = join(dirname(resolve(source)), place);
    versions.set(name, versionOf(file));
    below.get(`/${name}`, (_req, res) => res.sendFile(basename(file), { root: dirname(file), ...files }));
  }
  router.use(paths.assets(), below, notFound);
  for (const [path, file] of Object.entries(AT_THE_TOP)) {
    router.get(path, (_req, res) => res.sendFile(file, { root: PUBLIC_FOLDER, maxAge: '1d' }));
  }

  return {
    /** Gives the address of a file under `public/` or of a package, with a version that changes with its content. */
    url(file: string): string {
      const version = versions.get(file);
      if (!version) throw new Error(`There is no static file ${file}.`);
      return `${paths.asset(file)}?v=${version}`;
    },
    /** Serves them to everybody: they are the door's as well. */
    router,
  };
}

function versionOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, VERSION_LENGTH);
}
