import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildIfStale } from '../cli/build.mjs';
import { readConfig } from '../config/config.ts';
import { paths } from '../paths.ts';
import { DAY } from '../shared/clock.ts';
import { makeSelfSigned } from '../shared/crypto/self-signed.ts';
import { PROJECT_FOLDER } from '../shared/folders.ts';
import { openWorkplace, type Workplace } from './program.ts';
import { Visitor } from './visitor.ts';

// The image and what runs it, as far as that can be seen without Docker.

const read = (file: string) => readFileSync(join(PROJECT_FOLDER, file), 'utf8');
const dockerfile = read('Dockerfile').replaceAll(/\\\n\s*/g, '');
const compose = read('compose.yaml');

/** An instruction of the Dockerfile in its exec form: the last one of that name, as it counts. */
function commandOf(instruction: string): string[] {
  const [, command = ''] =
    [...dockerfile.matchAll(new RegExp(`^${instruction}(\\[.*\\])$`, 'gm'))].at(-1) ?? [];
  return JSON.parse(command);
}

/** What the Dockerfile takes from the project, in its two stages. */
const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].map(([, names = '']) =>
  names.split(' '),
);

describe('the Dockerfile', () => {
  test('copies what is there, and .dockerignore lets that and nothing else in', () => {
    const names = copied.flat();
    expect(names.length).toBeGreaterThan(6);
    expect(names.filter((name) => !existsSync(join(PROJECT_FOLDER, name)))).toEqual([]);
    const [first, ...rest] = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(first).toBe('*');
    const letIn = rest.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    expect(letIn.sort()).toEqual([...new Set(names)].sort());
  });

  test('starts the program as npm start does, as a user who is not root', () => {
    const { scripts } = JSON.parse(read('package.json'));
    expect(commandOf('CMD ').join(' ')).toBe(scripts.start.split(' && ').at(-1));
    expect([...dockerfile.matchAll(/^USER (.+)$/gm)].map(([, user]) => user)).toEqual(['10001']);
  });

  test('has images with a version, and no secret', () => {
    for (const text of [dockerfile.replaceAll(/ AS \w+/g, ''), compose]) {
      const images = [...text.matchAll(/^(?:FROM|\s+image:) (\S+)$/gm)].map(([, image = '']) => image);
      expect(images.filter((image) => image !== 'gatehouse' && !/:v?\d[\w.-]*$/.test(image))).toEqual([]);
    }
    expect(dockerfile).not.toMatch(/SECRET_KEY|PASSWORD/);
  });
});

describe('the health check', () => {
  /** @returns its exit code */
  async function check(port: number, settings: Record<string, string>): Promise<number> {
    const [node, ...rest] = commandOf('HEALTHCHECK .*CMD ');
    expect(node).toBe('node');
    const env = { PORT: String(port), ...settings };
    const [code] = await once(spawn(process.execPath, rest, { env }), 'exit');
    return code;
  }

  let pem: { cert: string; key: string };
  beforeAll(async () => {
    const now = Date.now();
    pem = await makeSelfSigned(['store.example.org'], { from: now - DAY, until: now + DAY });
  });

  test.each([
    ['a store that answers is well', 200, false, 0],
    ['one that answers by https is well', 200, true, 0],
    ['one that fails is not', 503, false, 1],
    ['one that fails by https is not', 503, true, 1],
  ])('%s', async (_name, status, speaksHttps, code) => {
    const asked: (string | undefined)[] = [];
    const answer: RequestListener = (req, res) => {
      asked.push(req.url);
      res.writeHead(status).end();
    };
    const server = speaksHttps ? createHttpsServer(pem, answer) : createServer(answer);
    const settings: Record<string, string> = speaksHttps ? { TLS_CERT: '/etc/tls/fullchain.pem' } : {};
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    expect(await check(port, settings)).toBe(code);
    expect(asked).toEqual([paths.alive()]);
    server.closeAllConnections();
    await once(server.close(), 'close');
    expect(await check(port, settings)).toBe(1);
  });
});

describe('compose.yaml', () => {
  const SECRETS = { SECRET_KEY: 'k'.repeat(64), DATABASE_PASSWORD: '0123abcd' };

  /** A value as Compose puts variables into it; throws for one that must be set. */
  function fillIn(text: string, variables: Record<string, string>): string {
    return text.replaceAll(/\$\{(\w+)(?:(:[-+?])([^}]*))?\}/g, (_all, name: string, operator, word = '') => {
      const value = variables[name] ?? '';
      if (operator === ':+') return value && word;
      if (operator === ':?' && value === '') throw new Error(`${name} ${word}`);
      return value || (operator === ':-' ? word : '');
    });
  }

  /** The environment that a service of the store gets. */
  function environmentOf(service: string, variables: Record<string, string>): Record<string, string> {
    const [, shared = ''] = /^x-settings:.*\n((?: {2}.+\n)+)/m.exec(compose) ?? [];
    const [, own = ''] = new RegExp(`^  ${service}:\\n((?: {4}.+\\n)+)`, 'm').exec(compose) ?? [];
    const lines = [...`${shared}${own}`.matchAll(/^\s+([A-Z_]+): "?([^"\n]*)"?$/gm)];
    return Object.fromEntries(lines.map(([, name, value = '']) => [name, fillIn(value, variables)]));
  }

  test.each([
    ['store', 'sqlite'],
    ['store-postgres', 'postgres'],
    ['store-mysql', 'mysql'],
  ])(
    '%s is a trial by itself, and production with an address: settings that the store takes',
    (service, dialect) => {
      const trial = readConfig(environmentOf(service, SECRETS));
      expect(trial).toMatchObject({ production: false, database: { dialect }, smtpUrl: 'smtp://mail:1025' });
      expect(trial.publicUrl.href).toBe('http://localhost:3000/');

      const ours = { PUBLIC_URL: 'https://store.example.org', SMTP_URL: 'smtps://mail.example.org' };
      const settings = { ...environmentOf(service, { ...SECRETS, ...ours }), TRUST_PROXY: 'uniquelocal' };
      expect(readConfig(settings)).toMatchObject({
        production: true,
        smtpUrl: ours.SMTP_URL,
        host: '0.0.0.0',
      });
    },
  );

  test.each(Object.keys(SECRETS))('without %s nothing starts, and it says what to do', (secret) => {
    expect(() => environmentOf('store-postgres', { ...SECRETS, [secret]: '' })).toThrow(
      `${secret} must be set in .env, as docs/operations.md says under Docker`,
    );
  });

  test('goes with the service for backups in docs/operations.md: the folders of both are there', () => {
    const [, sample = ''] = /^```yaml\n( {2}backup:\n[^`]+)```/m.exec(read('docs/operations.md')) ?? [];
    const mounts = [...sample.matchAll(/"([^":]+):\/[^"]+"/g)].map(([, from = '']) => from);
    const [, declared = ''] = /^volumes:\n((?: {2}.+\n)+)/m.exec(compose) ?? [];
    expect(mounts).toHaveLength(2);
    for (const name of mounts.filter((from) => !from.startsWith('/')))
      expect(declared).toContain(`  ${name}:\n`);
    expect(sample).toContain('<<: *settings');
  });

  test('opens its ports to this machine alone, and shuts the store in', () => {
    const ports = [...compose.matchAll(/ports: \["([^"]+)"\]/g)].map(([, port = '']) => port);
    expect(ports).toEqual(['127.0.0.1:3000:3000', '127.0.0.1:8025:8025']);
    const [, store = ''] = /^x-store:.*\n((?: {2}.+\n)+)/m.exec(compose) ?? [];
    for (const line of ['read_only: true', 'cap_drop: [ALL]', 'no-new-privileges:true', 'tmpfs: [/tmp]'])
      expect(store).toContain(line);
  });
});

describe('what the image holds', () => {
  let place: Workplace;
  let app: string;
  beforeAll(async () => {
    buildIfStale();
    place = await openWorkplace();
    app = join(place.folder, 'app');
    mkdirSync(app);
    // The last stage: what it copies from the project, and what was built.
    const shown = copied.slice(-3).flat();
    expect(shown).toEqual(['package.json', 'views', 'public']);
    for (const name of shown) cpSync(join(PROJECT_FOLDER, name), join(app, name), { recursive: true });
    for (const name of ['src', 'migrations'])
      cpSync(join(PROJECT_FOLDER, 'dist', name), join(app, 'dist', name), { recursive: true });
    symlinkSync(join(PROJECT_FOLDER, 'node_modules'), join(app, 'node_modules'));
  });
  afterAll(() => place.clear());

  const list = () =>
    readdirSync(app, { recursive: true, encoding: 'utf8' }).filter(
      (name) => !name.startsWith('node_modules'),
    );

  function setModes(mode: number): void {
    for (const name of list()) chmodSync(join(app, name), mode);
  }

  test('is enough to serve pages, and nothing is written there', async () => {
    const before = list();
    setModes(0o555);
    const program = place.start(
      { DATA_DIR: join(place.folder, 'data') },
      join(app, 'dist', 'src', 'server.js'),
    );
    const url = await program.open();
    const door = await new Visitor(url).get(paths.login());
    expect(door.status).toBe(200);
    const assets = [...door.text.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(assets.length).toBeGreaterThan(2);
    for (const path of assets) expect((await fetch(url + path)).status).toBe(200);
    expect(await program.stop()).toEqual({ code: 0, signal: null });
    setModes(0o755);
    expect(list()).toEqual(before);
  });

  test('a reload of the systemd unit runs the program that a link leads to by then', async () => {
    const unit = read('docs/operations.md');
    const [, server = ''] = /^ExecStart=.* (\S+server\.js)$/m.exec(unit) ?? [];
    const link = join(place.folder, 'current');
    symlinkSync(app, link);
    const program = place.start(
      { DATA_DIR: join(place.folder, 'data'), WORKERS: '2', LOG_LEVEL: 'info' },
      server.replace('/srv/gatehouse', link),
    );
    const url = await program.open();

    const newer = join(place.folder, 'newer');
    cpSync(app, newer, { recursive: true, verbatimSymlinks: true });
    appendFileSync(join(newer, 'views', 'accounts', 'login', 'login.ejs'), 'A newer version');
    unlinkSync(link);
    symlinkSync(newer, link);
    program.process.kill('SIGHUP');
    await expect.poll(() => program.out.stdout, { timeout: 60_000 }).toContain('all workers are replaced');
    expect((await new Visitor(url).get(paths.login())).text).toContain('A newer version');
  }, 90_000);
});
