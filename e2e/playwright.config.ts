import { defineConfig } from 'playwright/test';
import { findChromium } from './support/chromium.mjs';

const asRoot = process.getuid?.() === 0;
const executablePath = findChromium();

/**
 * Journeys (tagged `@journey`) run on a desktop, without JavaScript and on a phone; what depends on the size
 * or on fingers (`@layout`, `@touch`) on the phone as well; the rest on the desktop.
 */
export default defineConfig({
  testDir: '.',
  outputDir: 'results',
  fullyParallel: true,
  forbidOnly: true,
  workers: 2,
  retries: 0,
  timeout: 20_000,
  expect: { timeout: 5_000 },
  reporter: process.env.CI ? 'dot' : 'line',
  use: {
    browserName: 'chromium',
    headless: true,
    locale: 'en-IN',
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
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
      grepInvert: /@touch/,
      use: { viewport: { width: 1280, height: 800 } },
    },
    {
      name: 'no-script',
      grep: /@journey/,
      use: { viewport: { width: 1280, height: 800 }, javaScriptEnabled: false },
    },
    {
      name: 'phone',
      grep: /@journey|@layout|@touch/,
      use: { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
    },
  ],
});
