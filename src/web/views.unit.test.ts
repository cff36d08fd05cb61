import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { paths } from '../paths.ts';
import { PROJECT_FOLDER } from '../shared/folders.ts';
import { loadAssets } from './assets.ts';
import { loadViews, type Views } from './views.ts';

const FOLDER = join(PROJECT_FOLDER, 'views');
const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ejs'),
);

let views: Views;
beforeAll(() => {
  views = loadViews();
});

const page = (more: object = {}) => ({
  lang: 'en',
  storeName: 'Corner <Shop>',
  title: 'Title',
  section: '',
  search: '',
  user: undefined,
  flashes: [],
  paths,
  asset: loadAssets().url,
  scripts: [],
  ...more,
});

describe('a template', () => {
  test('prints what it is given as text', () => {
    const hostile = `"><script>alert('1')</script>&amp;`;
    const flashes = [{ kind: 'info', label: hostile, text: hostile, alert: 'alert-info', role: 'status' }];
    const html = views.render('partials/flash', { flashes });
    expect(html).not.toMatch(/<script>/);
    expect(html).toContain('&#34;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;');
  });

  test('prints nothing for what is missing, not "undefined"', () => {
    const html = views.render('errors/error', page({ title: undefined, status: null, message: undefined }));
    expect(html).not.toMatch(/undefined|null/);
  });

  test('gives what it includes all that the page has, and on top what it says itself', () => {
    const html = views.render('errors/error', page({ status: 404, message: 'Gone <away>.' }));
    expect(html).toMatch(/^<!DOCTYPE html>/);
    expect(html.trimEnd()).toMatch(/<\/html>$/);
    expect(html).toContain('<title>Title · Corner &lt;Shop&gt;</title>');
    expect(html).toContain('Gone &lt;away&gt;.');
  });

  test('does not see what another page was given', () => {
    views.render('errors/error', page({ status: 500, message: 'of the first', requestId: 'abc' }));
    const second = views.render('errors/error', page({ status: 404 }));
    expect(second).not.toMatch(/of the first|Reference/);
  });

  test('does not change what it was given', () => {
    const data = Object.freeze(page({ status: 404, message: 'x' }));
    expect(() => views.render('errors/error', data)).not.toThrow();
  });

  test('of plain text keeps its line ends and prints values as they are, and only such a one does', () => {
    const message = {
      greeting: `Hi <i> & "you"`,
      paragraphs: ['a', 'b'],
      facts: [],
      closing: [],
      origin: null,
    };
    expect(views.renderText('mail/message.text', message)).toBe('Hi <i> & "you"\n\na\n\nb\n\n--\n\n\n');
    expect(() => views.renderText('errors/error', page())).toThrow('is not plain text');
  });

  test.each(['nothing', '../package', 'errors/error.ejs', '__proto__', 'constructor', ''])(
    'that is not there is an error of ours: "%s"',
    (name) => {
      expect(() => views.render(name, page())).toThrow(`There is no view ${name}.`);
    },
  );
});

describe('the templates', () => {
  test.each(files)('%s print markup only by including, and a layout what it wraps', (file) => {
    const unescaped = readFileSync(join(FOLDER, file), 'utf8').match(/<%-.*?%>/gs) ?? [];
    const allowed = file.startsWith(`layout${sep}`)
      ? /^<%- (include(\.once)?\('|body %>)/
      : /^<%- include(\.once)?\('/;
    for (const tag of unescaped) expect(tag).toMatch(allowed);
  });

  test.each(files)('%s hold no script, no style and no handler (the policy would refuse them)', (file) => {
    const text = readFileSync(join(FOLDER, file), 'utf8');
    // A mail comes under no policy of ours and must bring its style along.
    const own = file.endsWith(join('mail', 'message.html.ejs')) ? '' : '<style|';
    expect(text).not.toMatch(
      new RegExp(`<script(?![^>]*\\ssrc=)|${own}\\sstyle="|\\son\\w+="|javascript:`, 'i'),
    );
  });

  test.each(files)('%s open no element that another template closes', (file) => {
    const text = readFileSync(join(FOLDER, file), 'utf8').replaceAll(/<%.*?%>/gs, '');
    for (const element of [
      'html',
      'body',
      'main',
      'div',
      'section',
      'nav',
      'ul',
      'ol',
      'dl',
      'form',
      'table',
    ]) {
      const count = (pattern: string) => text.match(new RegExp(`${pattern}(?=[\\s>])`, 'g'))?.length ?? 0;
      expect([element, count(`<${element}`)]).toEqual([element, count(`</${element}`)]);
    }
  });

  test('are all asked for, and no other', () => {
    const sources = readdirSync(join(PROJECT_FOLDER, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map((file) => readFileSync(join(PROJECT_FOLDER, 'src', file), 'utf8'));
    const templates = files.map((file) => readFileSync(join(FOLDER, file), 'utf8'));
    const text = [...sources, ...templates].join('\n');
    const there = files.map((file) => file.replaceAll(sep, '/').slice(0, -'.ejs'.length)).sort();
    const asked = [
      ...text.matchAll(/(?:\.page|\.render(?:Text)?|\binclude(?:\.once)?|\blayout)\(\s*'([^']+)'/g),
    ].map(([, name = '']) => name);
    const inAdmin = [...text.matchAll(/renderAdminPage\(\s*res,\s*'([^']+)'/g)].map(
      ([, name]) => `admin/${name}`,
    );
    expect([...new Set([...asked, ...inAdmin])].filter((name) => !there.includes(name))).toEqual([]);
    expect(there.filter((name) => !inAdmin.includes(name) && !text.includes(`'${name}'`))).toEqual([]);
  });

  test('send every form that changes something with its token', () => {
    for (const file of files) {
      const forms = readFileSync(join(FOLDER, file), 'utf8').match(/<form.*?<\/form>/gs) ?? [];
      for (const form of forms) {
        if (/method="post"/.test(form)) expect(form).toContain("include('partials/csrf')");
      }
    }
  });
});
