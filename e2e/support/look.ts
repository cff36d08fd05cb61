/// <reference lib="dom" />
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import { HtmlValidate } from 'html-validate';
import { expect, type Page } from 'playwright/test';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** The rules that look at colours: all else is the same in the dark. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];
/** Says little of what is right, and loads nothing that only sounds and films need: twice as fast. */
const SHORT: RunOptions = { resultTypes: ['violations'], preload: false };

/** Sees that nobody is kept out: axe finds nothing, neither in light nor in dark. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light' });
  // By itself: what usually brings axe into a page does so twice, for frames, and no page here has any.
  expect(page.frames(), 'frames').toHaveLength(1);
  await page.evaluate(AXE);
  expectNothingFound(await runAxe(page, { runOnly: { type: 'tag', values: STANDARDS } }), 'light');
  await page.emulateMedia({ colorScheme: 'dark' });
  expectNothingFound(await runAxe(page, { runOnly: { type: 'rule', values: COLOUR_RULES } }), 'dark');
  await page.emulateMedia({ colorScheme: null });
}

function runAxe(page: Page, options: RunOptions): Promise<AxeResults> {
  return page.evaluate(
    async (all) => {
      // Colours that fade over would be measured half way.
      await Promise.all(document.getAnimations().map(({ finished }) => finished));
      const { axe } = window as unknown as { axe: typeof import('axe-core') };
      return axe.run(document, all);
    },
    { ...SHORT, ...options },
  );
}

function expectNothingFound(
  { violations, passes, incomplete, inapplicable }: AxeResults,
  scheme: string,
): void {
  const looked = [violations, passes, incomplete, inapplicable].flat().map(({ id }) => id);
  expect(looked, `what axe looks at in ${scheme}`).toEqual(expect.arrayContaining(COLOUR_RULES));
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help} (${target.join(' ')}) ${failureSummary}`),
  );
  expect.soft(found, `what axe finds in ${scheme}`).toEqual([]);
}

/**
 * Recommended rules, but for those of taste: how the source is laid out is no concern of a browser's. The tick boxes of
 * a group have one name, as radio buttons do.
 */
const html = new HtmlValidate({
  extends: ['html-validate:recommended'],
  rules: {
    'no-trailing-whitespace': 'off',
    'long-title': 'off',
    'form-dup-name': ['error', { shared: ['radio', 'button', 'reset', 'submit', 'checkbox'] }],
  },
});

/** @param source of a page as the server sent it */
export async function expectValidHtml(source: string): Promise<void> {
  const { results } = await html.validateString(source);
  const found = results.flatMap(({ messages }) =>
    messages.map(({ ruleId, message, line, column }) => `${line}:${column} ${ruleId}: ${message}`),
  );
  expect.soft(found, 'what is wrong in the HTML').toEqual([]);
}

/** Beside those of the projects. */
export const HAND_HELD_WIDTHS = [320, 768];
export const ALL_WIDTHS = [320, 360, 768, 1920];

/** Sees that the page scrolls down and never sideways, however wide the screen is: as it is now, and as wide as given. */
export async function expectToFit(page: Page, widths: number[]): Promise<void> {
  const { width = 0, height = 0 } = page.viewportSize() ?? {};
  for (const each of [width, ...widths]) {
    if (each !== page.viewportSize()?.width) await page.setViewportSize({ width: each, height });
    const sticksOut = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      if (scrollWidth <= clientWidth) return [];
      const wide = [...document.querySelectorAll('body *')].filter(
        (element) => element.getBoundingClientRect().right > clientWidth,
      );
      return [`${scrollWidth} px in all`, ...wide.map(({ outerHTML }) => outerHTML.slice(0, 80))];
    });
    expect.soft(sticksOut, `what sticks out at ${each} px`).toEqual([]);
    await expectWholeRows(page);
  }
}

/** Sees that each cell of a table is laid out as one: a rule meant for another part may make it a box that fits no row. */
async function expectWholeRows(page: Page): Promise<void> {
  const loose = await page.evaluate(() => {
    const displayOf = (element: Element) => getComputedStyle(element).display;
    // On a phone a table may be a list of cards.
    const tables = [...document.querySelectorAll('table')].filter((table) => displayOf(table) === 'table');
    const cells = tables.flatMap((table) => [...table.querySelectorAll('th, td')]);
    return cells
      .filter((cell) => displayOf(cell) !== 'table-cell')
      .map((cell) => cell.outerHTML.slice(0, 80));
  });
  expect.soft(loose, `cells outside their row at ${page.viewportSize()?.width} px`).toEqual([]);
}

const LEAST_TARGET = 44;

/**
 * Sees that everything a finger must hit is high enough: buttons, fields, and links that stand by themselves (a
 * link within a sentence is as high as its line).
 */
export async function expectFingerSized(page: Page): Promise<void> {
  const small = await page.evaluate((least) => {
    const targets = document.querySelectorAll('button, input, select, summary, a[href]');
    return [...targets].flatMap((element) => {
      const { top, bottom } = element.getBoundingClientRect();
      const inSentence = element.localName === 'a' && getComputedStyle(element).display === 'inline';
      if (inSentence || !element.checkVisibility() || bottom <= 0) return [];
      // A tick box is hit by its label as well.
      const labels = element instanceof HTMLInputElement && element.type === 'checkbox' ? element.labels : [];
      const boxes = [...(labels ?? [])].map((label) => label.getBoundingClientRect());
      const height =
        Math.max(bottom, ...boxes.map((box) => box.bottom)) - Math.min(top, ...boxes.map((box) => box.top));
      return height < least - 0.01 ? [`${height} px: ${element.outerHTML.slice(0, 80)}`] : [];
    });
  }, LEAST_TARGET);
  expect.soft(small, 'what is too small for a finger').toEqual([]);
}
