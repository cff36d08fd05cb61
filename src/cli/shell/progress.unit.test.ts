import { describe, expect, test } from 'vitest';
import type { Terminal } from './output.ts';
import { barOf, createBar } from './progress.ts';

function screen(columns: number | undefined) {
  const drawn: string[] = [];
  const terminal: Terminal = {
    out: () => undefined,
    err: (text) => drawn.push(text),
    columns: () => columns,
  };
  return { drawn, terminal };
}

describe('the line that shows how far something is', () => {
  test('is as wide as there is room, and never wider', () => {
    expect(barOf('copying', 500, 1_000, 50)).toBe('copying  [#########----------]  50 %  500 of 1,000');
    for (const width of [10, 30, 31, 40, 79]) {
      expect(barOf('comparing', 123_456, 1_234_567, width).length).toBeLessThanOrEqual(width);
    }
  });

  test('is full at the end, and where there is nothing to do or more than was thought', () => {
    expect(barOf('copying', 0, 0, 40)).toMatch(/\[#+\] {2}100 %/);
    expect(barOf('copying', 12, 10, 40)).toMatch(/\[#+\] {2}100 %/);
  });

  test('is drawn in its place, not too often, and taken away', () => {
    const { drawn, terminal } = screen(80);
    const bar = createBar(terminal, false);
    for (let done = 0; done < 1_000; done += 1) bar.show('copying', done, 1_000);
    expect(drawn.length).toBeGreaterThan(0);
    expect(drawn.length).toBeLessThan(500);
    expect(drawn[0]).toContain('-]  0 %  0 of 1,000');
    bar.clear();
    bar.clear();
    expect(drawn.filter((text) => text === '\r\u001b[K')).toHaveLength(1);
  });

  test.each([
    ['where nobody looks at a screen', undefined, false],
    ['where a program reads', 80, true],
  ])('is not drawn %s', (_where, columns, json) => {
    const { drawn, terminal } = screen(columns);
    const bar = createBar(terminal, json);
    bar.show('copying', 1, 2);
    bar.clear();
    expect(drawn).toEqual([]);
  });
});
