import Bowser from 'bowser';

/**
 * The names that are said of browsers. Of one that it does not know Bowser gives what stands there, and strangers
 * would have the store mail their words to members.
 */
const BROWSERS = new Set(Object.values(Bowser.BROWSER_MAP));

/** Says a browser and its system in words, from its User-Agent header: `Firefox on Windows`. */
export function formatDevice(userAgent: string): string {
  if (!userAgent) return 'An unknown device';
  const { browser, os } = Bowser.parse(userAgent);
  if (!browser.name || !BROWSERS.has(browser.name)) return 'An unknown device';
  return os.name ? `${browser.name} on ${os.name}` : browser.name;
}
