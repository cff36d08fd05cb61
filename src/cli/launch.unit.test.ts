import { spawn } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { parseDatabaseUrl } from '../config/config.ts';
import { paths } from '../paths.ts';
import { PROJECT_FOLDER } from '../shared/folders.ts';
import { PASSWORD } from '../testing/people.ts';
import { openWorkplace, type Workplace } from '../testing/program.ts';
import { Visitor } from '../testing/visitor.ts';
import { buildIfStale } from './build.mjs';
import { TEXTS as USER_ACTIONS_TEXTS } from './user-actions.ts';

const LAUNCHER = join(PROJECT_FOLDER, 'src', 'cli', 'launch.mjs');

/** Runs a launcher as a process of its own. */
async function launch(launcher: string, args: string[], cwd: string, env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, [launcher, ...args], { cwd, env });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await ended, out, err };
}

test('npx finds the launcher, and may run it', () => {
  const { bin } = JSON.parse(readFileSync(join(PROJECT_FOLDER, 'package.json'), 'utf8'));
  expect(join(PROJECT_FOLDER, bin.gatehouse)).toBe(LAUNCHER);
  expect(statSync(LAUNCHER).mode & 0o111).toBe(0o111);
  expect(readFileSync(LAUNCHER, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
});

// What is built is the same on every database.
describe.runIf(parseDatabaseUrl(inject('databaseUrl')).dialect === 'sqlite')('the launcher', () => {
  const BUILD = `const { appendFileSync, mkdirSync, writeFileSync } = require('node:fs');
    appendFileSync('builds', 'x');
    mkdirSync('dist/src/cli', { recursive: true });
    writeFileSync('dist/src/cli/gatehouse.js', 'console.log(process.argv.slice(2).join())');
    writeFileSync('dist/src/server.js', '');`;

  let project: string;
  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), 'gatehouse-launch-'));
    for (const folder of ['src/cli', 'migrations', 'node_modules/typescript'])
      mkdirSync(join(project, folder), { recursive: true });
    for (const file of ['launch.mjs', 'build.mjs'])
      cpSync(join(PROJECT_FOLDER, 'src/cli', file), join(project, 'src/cli', file));
    writeFileSync(join(project, 'package.json'), '{ "scripts": { "build": "node build.cjs" } }');
    writeFileSync(join(project, 'build.cjs'), BUILD);
    age('src/cli/launch.mjs');
    age('src/cli/build.mjs');
  });
  afterEach(() => rmSync(project, { recursive: true, force: true }));

  const run = (...args: string[]) =>
    launch(join(project, 'src/cli/launch.mjs'), args, project, { PATH: process.env.PATH });
  const builds = () => readFileSync(join(project, 'builds'), 'utf8').length;

  function age(file: string): void {
    utimesSync(join(project, file), 1_700_000_000, 1_700_000_000);
  }

  test('builds where nothing is built, prints nothing of that, and then no more', async () => {
    expect(await run('user', 'list')).toEqual({ code: 0, out: 'user,list\n', err: '' });
    expect(await run('doctor')).toEqual({ code: 0, out: 'doctor\n', err: '' });
    expect(builds()).toBe(1);
  });

  test('builds again when a source is newer, but not for a test', async () => {
    await run();
    age('dist/src/server.js');
    writeFileSync(join(project, 'src/new.test.ts'), '');
    await run();
    expect(builds()).toBe(1);
    writeFileSync(join(project, 'src/new.ts'), '');
    await run();
    expect(builds()).toBe(2);
  });

  test('builds once for two that come at the same instant', async () => {
    const both = await Promise.all([run('a'), run('b')]);
    expect(both.map(({ out }) => out)).toEqual(['a\n', 'b\n']);
    expect(builds()).toBe(1);
  });

  test('takes what is there where the compiler is not, as in an image for production', async () => {
    await run();
    age('dist/src/server.js');
    rmSync(join(project, 'node_modules'), { recursive: true });
    expect((await run('doctor')).out).toBe('doctor\n');
    for (const folder of ['migrations', 'build.cjs']) rmSync(join(project, folder), { recursive: true });
    expect((await run('doctor')).out).toBe('doctor\n');
    expect(builds()).toBe(1);
  });

  test('says what the compiler said when it fails', async () => {
    writeFileSync(join(project, 'build.cjs'), "console.log('src/x.ts(1,1): error'); process.exit(2);");
    const { code, out, err } = await run();
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^gatehouse: The program could not be built.*\n.*src\/x\.ts\(1,1\): error/s);
  });
});

describe('beside a store that runs', () => {
  let place: Workplace;
  let url: string;
  beforeAll(async () => {
    buildIfStale();
    place = await openWorkplace();
    url = await place.start().open();
  });
  afterAll(() => place.clear());

  const gatehouse = (...args: string[]) => launch(LAUNCHER, args, place.folder, place.settings);

  test('an account is made, used through its link, and shut at its next request', async () => {
    const create = [
      'user',
      'create',
      '--username',
      'carol',
      '--email',
      'carol@example.org',
      '--reason',
      'new',
    ];
    const made = await gatehouse(...create, '--json');
    expect([made.code, made.err]).toEqual([0, '']);
    const { pathname } = new URL(JSON.parse(made.out).link);

    const carol = new Visitor(url);
    await carol.follow(await carol.get(pathname));
    await carol.submit(paths.resetPassword(), { password: PASSWORD, password_confirmation: PASSWORD });
    await carol.follow(await carol.logIn('carol', PASSWORD));
    expect((await carol.get(paths.store())).status).toBe(200);

    expect((await gatehouse('user', 'disable', 'carol', '--reason', 'left')).code).toBe(0);
    expect((await carol.get(paths.store())).location).toBe(paths.login());
  });

  test('the exit code is that of the command, and errors are one line', async () => {
    const [refused, misused, sound] = await Promise.all([
      gatehouse('user', 'show', 'nobody-here'),
      gatehouse('user', 'show'),
      gatehouse('audit', 'verify'),
    ]);
    expect(refused).toEqual({
      code: 1,
      out: '',
      err: `gatehouse: ${USER_ACTIONS_TEXTS.unknown('nobody-here')}\n`,
    });
    expect([misused.code, misused.err]).toEqual([2, "gatehouse: missing required argument 'name'\n"]);
    expect([sound.code, sound.err]).toEqual([0, '']);
  });
});
