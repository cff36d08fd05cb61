import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import ejs from 'ejs';
import { PROJECT_FOLDER } from '../shared/folders.ts';

const FOLDER = join(PROJECT_FOLDER, 'views');
const ENDING = '.ejs';
const TEXT_ENDING = `.text${ENDING}`;

export type Views = ReturnType<typeof loadViews>;

/** How a template prints another one. */
interface Include {
  /** Prints a template with all that this page has and, on top of it, `data`. */
  (name: string, data?: object): string;
  /**
   * Prints a template with `data` alone, and only once for each object: the next page with the same object gets
   * the same text. So the object must not change, and nothing of the person who looks can get into it. Not in a
   * layout, which is printed after what it wraps.
   */
  once: (name: string, data: object) => string;
}

/** How a template puts itself into a layout, which prints it as `body` and sees its page with `data` on top. */
type Layout = (name: string, data?: object) => void;

type Escape = (text: unknown) => string;
type Template = (
  page: object,
  escapeText: Escape,
  include: Include,
  layout: Layout,
  body: string | undefined,
) => string;

/**
 * Compiles every template once. They find each other by name in memory: EJS's own `include` and Express's
 * `res.render` look for files and copy all data again for each include of each page. A template sees one
 * object, `page`; what an include is given comes on top of it.
 */
export function loadViews() {
  const templates = new Map<string, Template>();
  for (const entry of readdirSync(FOLDER, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(ENDING)) continue;
    const file = join(entry.parentPath, entry.name);
    templates.set(relative(FOLDER, file).replaceAll(sep, '/').slice(0, -ENDING.length), compile(file));
  }

  const printed = new WeakMap<object, Buffer>();

  function fragment(name: string, data: object): Buffer {
    let bytes = printed.get(data);
    if (!bytes) {
      bytes = Buffer.from(render(name, data));
      printed.set(data, bytes);
    }
    return bytes;
  }

  function print(
    name: string,
    page: object,
    once: Include['once'],
    escapeText: Escape = ejs.escapeXML,
    body?: string,
  ): string {
    const template = templates.get(name);
    if (!template) throw new Error(`There is no view ${name}.`);
    const include: Include = (included, data) => print(included, withMore(page, data), once, escapeText);
    include.once = once;
    let wrapper: { name: string; data: object | undefined } | undefined;
    const layout: Layout = (around, data) => {
      wrapper = { name: around, data };
    };
    const text = template(page, escapeText, include, layout, body);
    return wrapper ? print(wrapper.name, withMore(page, wrapper.data), once, escapeText, text) : text;
  }

  /**
   * Renders a template to HTML.
   *
   * @param name its path under `views/` without ending: `accounts/login/login`
   * @param page what the template prints, there as `page.…`
   */
  function render(name: string, page: object): string {
    return print(name, page, (included, data) => fragment(included, data).toString());
  }

  /** Renders a template of plain text (`….text.ejs`): nothing is escaped, and its line ends are kept. */
  function renderText(name: string, page: object): string {
    if (!`${name}${ENDING}`.endsWith(TEXT_ENDING)) throw new Error(`The view ${name} is not plain text.`);
    return print(name, page, (included, data) => renderText(included, data), asItIs);
  }

  /** Renders HTML in UTF-8, ready to be sent: what `include.once` printed before is not encoded again. */
  function renderBytes(name: string, page: object): Buffer {
    const fragments: Buffer[] = [];
    const text = print(name, page, (included, data) => {
      fragments.push(fragment(included, data));
      return MARK;
    });
    const pieces = text.split(MARK).map((piece) => Buffer.from(piece));
    return Buffer.concat(pieces.flatMap((piece, index) => [piece, fragments[index] ?? NOTHING]));
  }

  return { render, renderBytes, renderText };
}

/** A page with more on top of it, itself unchanged. One with nothing more stays the same object, which V8 knows already. */
function withMore(page: object, data: object | undefined): object {
  return data ? Object.assign(Object.create(page), data) : page;
}

/** Where a fragment goes. No value can forge it: values are escaped, so they hold no `<`. */
const MARK = '<!--fragment-->';
const NOTHING = Buffer.alloc(0);

/** How plain text prints a value; as in HTML, what is missing is nothing. */
function asItIs(text: unknown): string {
  return text === undefined || text === null ? '' : String(text);
}

/** Gives the function that EJS writes for a template, before EJS wraps its own include around it. */
function compile(file: string): Template {
  const template = new ejs.Template(readFileSync(file, 'utf8'), {
    filename: file,
    strict: true,
    localsName: 'page',
    compileDebug: false,
    // Line ends mean nothing in HTML and much in plain text.
    rmWhitespace: !file.endsWith(TEXT_ENDING),
  });
  template.compile();
  return new Function(
    'page',
    'escapeFn',
    'include',
    'layout',
    'body',
    `"use strict";\n${template.source}`,
  ) as Template;
}
