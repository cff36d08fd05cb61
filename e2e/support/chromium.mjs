import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';

/**
 * Finds the Chromium that the browser tests run in. Run as a program it also sees to it that there is one, and
 * ends with 0 when there is.
 */

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const MAC_APPS = ['Google Chrome', 'Chromium'];
const WINDOWS_FOLDERS = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'];
const WINDOWS_PROGRAMS = ['Google\\Chrome\\Application\\chrome.exe', 'Chromium\\Application\\chrome.exe'];

const HELP =
  'No Chromium was found and none could be installed: install Chromium or Google Chrome, or set CHROMIUM_PATH to one.';

/**
 * Gives the path of a Chromium: the one that CHROMIUM_PATH names, Playwright's own, or the system's.
 *
 * @returns {string | undefined}
 */
export function findChromium() {
  return [process.env.CHROMIUM_PATH ?? '', chromium.executablePath(), ...systemPlaces()].find(isProgram);
}

function systemPlaces() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const onPath = COMMANDS.flatMap((command) => folders.map((folder) => join(folder, command)));
  switch (process.platform) {
    case 'darwin':
      return [
        ...onPath,
        ...['/Applications', join(process.env.HOME ?? '', 'Applications')].flatMap((folder) =>
          MAC_APPS.map((app) => join(folder, `${app}.app`, 'Contents', 'MacOS', app)),
        ),
      ];
    case 'win32':
      return WINDOWS_FOLDERS.flatMap((name) =>
        process.env[name] ? WINDOWS_PROGRAMS.map((program) => join(String(process.env[name]), program)) : [],
      );
    default:
      return onPath;
  }
}

/** @param {string} path */
function isProgram(path) {
  if (path === '') return false;
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether there is a Chromium that starts: on Linux a downloaded one may lack the system's libraries.
 *
 * @returns {boolean}
 */
function isReady() {
  const path = findChromium();
  if (path === undefined) return false;
  return process.platform !== 'linux' || spawnSync(path, ['--version']).status === 0;
}

/** @param {string[]} command */
function run(...command) {
  const [program = '', ...options] = command;
  spawnSync(program, options, { stdio: 'inherit' });
}

/** @param {string[]} options */
function playwright(...options) {
  const folder = dirname(createRequire(import.meta.url).resolve('playwright/package.json'));
  run(process.execPath, join(folder, 'cli.js'), ...options);
}

/** Tries the ways to get a Chromium, the mildest first, until there is one that starts. */
function installChromium() {
  playwright('install', 'chromium');
  if (isReady() || process.platform !== 'linux') return;

  const root = process.getuid?.() === 0;
  const sudo = !root && spawnSync('sudo', ['-n', 'true']).status === 0;
  if (!root && !sudo) return;
  // With libraries missing the download itself is there, and only they are still to be had.
  if (existsSync(chromium.executablePath())) playwright('install-deps', 'chromium');
  if (isReady() || !existsSync('/usr/bin/apt-get')) return;

  for (const task of [['update'], ['install', '-y', 'chromium']]) {
    run(...(sudo ? ['sudo', '-n'] : []), 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...task);
  }
}

function main() {
  const named = process.env.CHROMIUM_PATH;
  if (named && !isProgram(named)) {
    process.stderr.write(`CHROMIUM_PATH is ${named}, which is no program; looking elsewhere.\n`);
  }
  if (!isReady()) installChromium();
  if (isReady()) {
    process.stdout.write(`The browser tests run in ${findChromium()}\n`);
  } else {
    process.stderr.write(`${HELP}\n`);
    process.exitCode = 1;
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) main();
