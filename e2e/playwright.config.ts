import { defineConfig } from 'playwright/test';
import { findChromium } from './support/chromium.mjs';

const asRoot = process.getuid?.() === 0;
const executablePath = findChromium();

/**
 * Everything runs on a desktop. Journeys (`@journey`) run without JavaScript and on a phone as well, some tests
 * on one of the two: `@no-script`, and `@layout` on the phone. Dark is looked at wherever axe looks.
 */
export default defineConfig({
  testDir: '.',
  // Not in a browser: `npm run test:cluster`.
  testIgnore: 'cluster/**',
  outputDir: 'results',
  fullyParallel: true,
  forbidOnly: true,
  workers: 2,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: process.env.CI ? 'dot' : 'line',
  use: {
    browserName: 'chromium',
    headless: true,
    locale: 'en-IN',
    // Who presses something that still scrolls smoothly, or fades, waits for it.
    contextOptions: { reducedMotion: 'reduce' },
    // A trace with pages and pictures in it would cost each test that passes: for those run with `--trace on`.
    trace: { mode: 'retain-on-failure', screenshots: false, snapshots: false },
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      args: [
        ...(asRoot ? ['--no-sandbox'] : []),
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--disable-gpu',
      ],
    },
  },
  projects: [
    {
      name: 'desktop',
      use: { viewport: { width: 1280, height: 800 } },
    },
    {
      name: 'no-script',
      grep: /@journey|@no-script/,
      use: { viewport: { width: 1280, height: 800 }, javaScriptEnabled: false },
    },
    {
      name: 'phone',
      grep: /@journey|@layout/,
      use: { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
    },
  ],
});
