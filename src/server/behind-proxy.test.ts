import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { buildIfStale } from '../cli/build.mjs';
import { parseDatabaseUrl } from '../config/config.ts';
import { paths } from '../paths.ts';
import { PASSWORD } from '../testing/people.ts';
import { freePorts } from '../testing/ports.ts';
import { openWorkplace, type Program, type Workplace } from '../testing/program.ts';
import { isInstalled, type ProxyKind, type RunningProxy, startProxy } from '../testing/proxies.ts';
import { textOf, Visitor } from '../testing/visitor.ts';

// Two processes in production behind each of the proxies that docs/operations.md has a sample for. The proxy sends
// requests to both in turn, so whatever one of them alone knew would show.

/** Addresses of this machine that are not the one by which the proxy itself reaches the store. */
const HOME = '127.0.0.2';
const ELSEWHERE = '127.0.0.3';
const FORGED = '203.0.113.9';

/** What proxies do does not depend on the database: one of them is tried on all. */
const KINDS: ProxyKind[] =
  parseDatabaseUrl(inject('databaseUrl')).dialect === 'sqlite' ? ['nginx', 'caddy'] : ['nginx'];

describe.each(KINDS)('%s', (kind) => {
  describe.runIf(isInstalled(kind))('as in the documentation', () => {
    let place: Workplace;
    let proxy: RunningProxy;
    let programs: [Program, Program];
    let url: string;
    let httpUrl: string;
    beforeAll(async () => {
      buildIfStale();
      place = await openWorkplace();
      const [https = 0, http = 0, first = 0, second = 0] = await freePorts(4);
      url = `https://localhost:${https}`;
      httpUrl = `http://localhost:${http}`;
      const settings = {
        NODE_ENV: 'production',
        PUBLIC_URL: url,
        TRUST_PROXY: 'loopback',
        SECRET_KEY: randomBytes(48).toString('base64'),
        BCRYPT_COST: '10',
        REQUIRE_2FA: 'none',
        LOG_LEVEL: 'info',
      };
      const start = (port: number) => place.start({ ...settings, PORT: String(port) });
      programs = [start(first), start(second)];
      await Promise.all(programs.map((program) => program.open()));
      proxy = await startProxy(
        kind,
        { https, http, upstreams: [first, second] },
        join(place.folder, 'proxy'),
      );
    });
    afterAll(async () => {
      await proxy?.stop();
      await place?.clear();
    });

    const visitor = (address = HOME) => new Visitor(url, proxy.fetchFrom(address));

    async function signUp(name: string): Promise<Visitor> {
      const member = visitor();
      await member.register(name, PASSWORD);
      await member.follow(await member.logIn(name, PASSWORD));
      return member;
    }

    /** What a visitor gets for a page from both processes, and again. */
    async function fourTimes(member: Visitor, path: string) {
      const answers = [];
      for (let time = 0; time < 4; time += 1) answers.push(await member.get(path));
      return answers;
    }

    /** How many requests each process has written down, of a method and a route. */
    const asked = (method: string, route: string) =>
      programs.map(
        ({ out }) =>
          out.stdout.split('\n').filter((line) => line.includes(`"method":"${method}","route":"${route}"`))
            .length,
      );

    test('http leads to https', async () => {
      const answer = await fetch(`${httpUrl}/login?next=%2Fstore`, { redirect: 'manual' });
      expect(answer.status).toBe(308);
      // Caddy takes its https port for the one that people see as 443.
      const { protocol, hostname, pathname, search } = new URL(answer.headers.get('location') ?? '');
      expect([protocol, hostname, pathname + search]).toEqual([
        'https:',
        'localhost',
        '/login?next=%2Fstore',
      ]);
      expect((await visitor().get(paths.login())).status).toBe(200);
    });

    test('cookies are Secure and bound to the host', async () => {
      const answer = await proxy.fetchFrom(HOME)(url + paths.login(), { headers: { accept: 'text/html' } });
      const cookies = answer.headers.getSetCookie();
      expect(cookies.length).toBeGreaterThan(0);
      for (const cookie of cookies) expect(cookie).toMatch(/^__Host-.*; HttpOnly; Secure; SameSite=Lax$/);
    });

    test('a login at one process holds at the other, and so does the logout', async () => {
      const alice = await signUp('alice');
      for (const answer of await fourTimes(alice, paths.store())) {
        expect(answer.status).toBe(200);
        expect(answer.headers.get('cache-control')).toContain('no-store');
      }
      expect(Math.min(...asked('GET', paths.store()))).toBeGreaterThan(0);
      expect((await alice.submit(paths.logout())).location).toBe(paths.login());
      for (const answer of await fourTimes(alice, paths.store())) expect(answer.location).toBe(paths.login());
    });

    test('failed logins at both count together, and by the address that came', async () => {
      const statuses = [];
      for (let time = 0; time < 6; time += 1) {
        const mallory = visitor(ELSEWHERE);
        // Every second time one request more, so that the form goes to each process in turn.
        if (time % 2 === 0) await mallory.get(paths.login());
        await mallory.get(paths.login());
        const fields = { username: 'carol', password: 'wrong' };
        statuses.push(
          (await mallory.post(paths.login(), fields, { 'x-forwarded-for': `10.0.0.${time}` })).status,
        );
      }
      expect(statuses).toEqual([422, 422, 422, 422, 422, 429]);
      expect(Math.min(...asked('POST', paths.login()))).toBeGreaterThan(0);
      expect((await visitor(HOME).logIn('carol', 'wrong')).status).toBe(422);
    });

    test('what a visitor says of the own address is not believed', async () => {
      await visitor().register('dora', PASSWORD);
      const dora = visitor();
      await dora.get(paths.login());
      const said = { 'x-forwarded-for': FORGED, 'x-forwarded-proto': 'http', forwarded: `for=${FORGED}` };
      await dora.follow(await dora.post(paths.login(), { username: 'dora', password: PASSWORD }, said));
      const page = textOf((await dora.get(paths.activity())).text);
      expect(page).toContain(HOME);
      expect(page).not.toContain(FORGED);
    });

    test('a role that is given at one process counts at the other at the next request', async () => {
      const erin = await signUp('erin');
      const admin = visitor();
      // Both printed a link, and the one that was made last works.
      for (const { out } of programs) {
        const link = /(\/setup\/\S+)/.exec(out.stderr)?.[1] ?? '';
        if ((await admin.get(link)).status !== 200) continue;
        await admin.post(link, {
          username: 'admin-ana',
          email: 'ana@example.org',
          password: PASSWORD,
          password_confirmation: PASSWORD,
        });
      }
      await admin.follow(await admin.logIn('admin-ana', PASSWORD));
      const list = await admin.get(`${paths.adminMembers()}?q=erin`);
      const id = /\/admin\/members\/(\d+)"/.exec(list.text)?.[1] ?? '';

      for (const { status } of await fourTimes(erin, paths.adminMembers())) expect(status).not.toBe(200);
      const fields = { role: 'moderator', reason: 'as agreed by telephone' };
      expect((await admin.submit(paths.memberAction(id, 'role'), fields)).status).toBe(303);
      for (const { status } of await fourTimes(erin, paths.adminMembers())) expect(status).toBe(200);
    });

    test('metrics are not passed on', async () => {
      const answer = await visitor().get('/metrics');
      expect(answer.status).toBe(404);
      // The proxy's own answer: each of the store's has a number.
      expect(answer.headers.get('x-request-id')).toBeNull();
    });

    test('when one process is killed, whoever reads notices nothing', async () => {
      const frank = await signUp('frank');
      await programs[0].stop('SIGKILL');
      const statuses = [];
      for (let time = 0; time < 12; time += 1) statuses.push((await frank.get(paths.store())).status);
      expect(new Set(statuses)).toEqual(new Set([200]));
      expect((await frank.submit(paths.logout())).location).toBe(paths.login());
    });
  });
});
