import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { paths } from '../paths.ts';
import { PROJECT_FOLDER } from '../shared/folders.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { namesIn, samplesOf } from '../testing/metrics.ts';

// docs/operations.md, "What to watch and when to act", against metrics as they really come.

const TOKEN = 'quarry-lantern-sail-nine-and-two-fifths';
const page = readFileSync(join(PROJECT_FOLDER, 'docs/operations.md'), 'utf8');
const [, chapter = ''] = /^## What to watch and when to act\n(.*?)^## /ms.exec(page) ?? [];
const rules = [...chapter.matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml]) => yaml).join('');

let app: TestApp;
let text: string;
beforeAll(async () => {
  app = await startTestApp({ METRICS_TOKEN: TOKEN });
  await app.visitor().get(paths.login());
  const scrape = () => app.visitor().get(paths.metrics(), { authorization: `Bearer ${TOKEN}` });
  app.context.metrics?.round('mail', 'failed');
  await scrape();
  text = (await scrape()).text;
});
afterAll(() => app.close());

/** Only where the store speaks https itself; machine-metrics.test.ts has it. */
const WITH_TLS = 'gatehouse_certificate_end_timestamp_seconds';

test('every metric that the chapter names is really there, and the other way round', () => {
  const named = new Set(
    [...chapter.matchAll(/\b(?:gatehouse|nodejs|process)_[a-z_0-9]+\b/g)].map(([name]) =>
      name.replace(/_bucket$/, ''),
    ),
  );
  const real = namesIn(text);
  expect(named.size).toBeGreaterThan(15);
  expect([...named].filter((name) => !real.includes(name) && name !== WITH_TLS)).toEqual([]);
  const untold = ['gatehouse_mails_total', 'process_cpu_seconds_total'];
  expect(real.filter((name) => !named.has(name))).toEqual(untold.sort());
});

test('every label that an alert asks for is one of its metric, with a value that there can be', () => {
  const asked = [...rules.matchAll(/\b(gatehouse_[a-z_0-9]+)\{(\w+)(=~?)"([^"]+)"\}/g)];
  expect(asked.length).toBeGreaterThan(5);
  const samples = [...samplesOf(text).keys()];
  for (const [, metric = '', label = '', operator, value = ''] of asked) {
    const values = samples
      .filter((sample) => sample.startsWith(`${metric}{`))
      .map((sample) => new RegExp(`[{,]${label}="([^"]*)"`).exec(sample)?.[1]);
    expect([metric, values.length > 0, values.includes(undefined)]).toEqual([metric, true, false]);
    // No answer was a 500 here.
    if (label === 'status') continue;
    for (const one of operator === '=~' ? value.split('|') : [value]) expect(values).toContain(one);
  }
});

test('each alert is one expression whose brackets are closed', () => {
  const alerts = [...rules.matchAll(/- alert: (\w+)\n {8}expr: (?:>\n)?(.*?)(?=\n {6}-|\n {8}for:|$)/gs)];
  expect(alerts.length).toBe((rules.match(/- alert:/g) ?? []).length);
  expect(alerts.length).toBeGreaterThan(10);
  for (const [, name, expression = ''] of alerts) {
    for (const [open, close] of ['()', '{}', '[]'])
      expect([name, expression.split(open as string).length]).toEqual([
        name,
        expression.split(close as string).length,
      ]);
    expect(expression).toMatch(/ (==|>|<|>=) /);
  }
});
