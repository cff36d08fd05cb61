/// <reference lib="dom" />
import { expect, type Locator, type Page } from 'playwright/test';

const MOST_STOPS = 60;

/**
 * Presses Tab until a thing is focused. At each stop on the way, what is focused must be on the screen and look
 * different from before: a ring or a shadow that was not there.
 */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  const goal = await target.elementHandle();
  let before = await page.evaluate(lookAround, goal);
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    await page.keyboard.press('Tab');
    const now = await page.evaluate(lookAround, goal);
    // Behind the last stop come the browser's own controls, which no page can mark; a date has several within.
    if (now.focused && now.focused.index !== before.focused?.index) {
      const { index, name, onScreen } = now.focused;
      expect(onScreen, `${name} is on the screen while it has the focus`).toBe(true);
      expect(now.rings[index], `how ${name} looks with the focus`).not.toBe(before.rings[index]);
      if (now.focused.isGoal) return;
    }
    before = now;
  }
  throw new Error(`Tab does not come to ${target}.`);
}

/** In the browser: what could mark the focus on each element that can have it, and which one has it. */
function lookAround(goal: Node | null) {
  const elements = [
    ...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]'),
  ];
  const rings = elements.map((element) =>
    [undefined, '::before', '::after']
      .map((pseudo) => getComputedStyle(element, pseudo))
      .map(({ outlineStyle, outlineWidth, boxShadow }) =>
        outlineStyle === 'none' ? boxShadow : `${outlineStyle} ${outlineWidth} ${boxShadow}`,
      )
      .join(', '),
  );

  const index = document.activeElement ? elements.indexOf(document.activeElement) : -1;
  const element = elements[index];
  if (!element) return { rings };
  const { top, left, bottom, right } = element.getBoundingClientRect();
  return {
    rings,
    focused: {
      index,
      isGoal: element === goal,
      name: `${element.localName} ${element.id || element.textContent?.trim()}`,
      onScreen: bottom > 0 && right > 0 && top < innerHeight && left < innerWidth,
    },
  };
}
