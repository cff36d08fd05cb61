/// <reference lib="dom" />
import { AxeBuilder } from '@axe-core/playwright';
import { HtmlValidate } from 'html-validate';
import { expect, type Page } from 'playwright/test';

const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** The rules that look at colours: all else is the same in the dark. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

/** Sees that nobody is kept out: axe finds nothing, neither in light nor in dark. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light' });
  await expectAxeContent(new AxeBuilder({ page }).withTags(STANDARDS), 'light');
  await page.emulateMedia({ colorScheme: 'dark' });
  // Colours that fade over would be measured half way.
  await page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished)));
  await expectAxeContent(new AxeBuilder({ page }).withRules(COLOUR_RULES), 'dark');
  await page.emulateMedia({ colorScheme: null });
}

async function expectAxeContent(axe: AxeBuilder, scheme: string): Promise<void> {
  // Legacy mode leaves out what only frames need: one more page, opened for each look.
  const { violations } = await axe.setLegacyMode().analyze();
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help} (${target.join(' ')}) ${failureSummary}`),
  );
  expect.soft(found, `what axe finds in ${scheme}`).toEqual([]);
}

/** Recommended rules, but for those of taste: how the source is laid out is no concern of a browser's. */
const html = new HtmlValidate({
  extends: ['html-validate:recommended'],
  rules: { 'no-trailing-whitespace': 'off', 'long-title': 'off' },
});

/** @param source of a page as the server sent it */
export async function expectValidHtml(source: string): Promise<void> {
  const { results } = await html.validateString(source);
  const found = results.flatMap(({ messages }) =>
    messages.map(({ ruleId, message, line, column }) => `${line}:${column} ${ruleId}: ${message}`),
  );
  expect.soft(found, 'what is wrong in the HTML').toEqual([]);
}

const WIDTHS = [320, 360, 768, 1280, 1920];

/** Sees that the page scrolls down and never sideways, from the smallest phone to a wide screen. */
export async function expectToFit(page: Page): Promise<void> {
  const { width, height } = page.viewportSize() ?? { width: 1280, height: 800 };
  for (const each of WIDTHS) {
    await page.setViewportSize({ width: each, height });
    const sticksOut = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      if (scrollWidth <= clientWidth) return [];
      const wide = [...document.querySelectorAll('body *')].filter(
        (element) => element.getBoundingClientRect().right > clientWidth,
      );
      return [`${scrollWidth} px in all`, ...wide.map(({ outerHTML }) => outerHTML.slice(0, 80))];
    });
    expect.soft(sticksOut, `what sticks out at ${each} px`).toEqual([]);
  }
  await page.setViewportSize({ width, height });
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
