import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTokenKeys, KEY_PERIOD } from '../../accounts/api-tokens/token-keys.ts';
import { THROTTLE } from '../../accounts/throttle-limits.ts';
import { readAllOf } from '../../audit/audit-log.table.ts';
import { cleanUp } from '../../jobs/jobs.ts';
import { paths } from '../../paths.ts';
import { DAY, SECOND } from '../../shared/clock.ts';
import { ApiClient } from '../../testing/api-client.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { expectNoFault } from '../../testing/faults.ts';
import { alarmPath, lastMailTo, mailsTo } from '../../testing/mailbox.ts';
import { addPerson, PASSWORD } from '../../testing/people.ts';
import { addPersonalToken, readJwtPart } from '../../testing/tokens.ts';

const COPIED = 'A program was logged out';

let app: TestApp;
let people = 0;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

/** A program of a new member, logged in. */
async function newProgram() {
  people += 1;
  const name = `alice-${people}`;
  const id = await addPerson(app.context, name);
  const program = new ApiClient(app.url);
  const { json } = await program.logIn(name, PASSWORD);
  return { id, mail: `${name}@example.org`, program, refreshToken: json.refresh_token as string };
}

const refresh = (program: ApiClient, token: unknown) => program.post('/refresh', { refresh_token: token });
/** The refresh tokens of a login that were not exchanged yet. */
const livingTokensOf = (familyId: string) =>
  app.context.db('refresh_tokens').where('family_id', familyId).whereNull('used_at');
const isGood = async (program: ApiClient, token?: string) =>
  (await program.get('/me', { token })).status === 200;

describe('a refresh token', () => {
  test('is exchanged for the next one; the access token from before goes on until it expires', async () => {
    const { program, refreshToken } = await newProgram();
    const next = await refresh(program, refreshToken);
    expect(next.status).toBe(200);
    expect(next.json).toEqual({
      access_token: expect.any(String),
      refresh_token: expect.stringMatching(/^gatehouse_refresh_[\w-]{43}$/),
      token_type: 'Bearer',
      expires_in: 900,
    });
    expect(next.json.refresh_token).not.toBe(refreshToken);
    expect(next.headers.get('cache-control')).toBe('no-store');
    expect([await isGood(program), await isGood(program, next.json.access_token)]).toEqual([true, true]);
  });

  test('is kept as a hash alone', async () => {
    const { refreshToken } = await newProgram();
    const rows = await app.context.db('refresh_tokens').select();
    expect(JSON.stringify(rows)).not.toContain(refreshToken.slice(-43));
  });

  test.each([
    ['none', undefined, 422],
    ['an empty one', '', 422],
    ['one that is no text', { $ne: '' }, 422],
    ['one of 10,000 characters', 'x'.repeat(10_000), 422],
    ['garbage', 'garbage', 401],
    ['the prefix alone', 'gatehouse_refresh_', 401],
  ])('that is %s is refused', async (_name, token, status) => {
    const answer = await refresh(new ApiClient(app.url), token);
    expect(answer.status).toBe(status);
    if (status === 401) expect(answer.json.type).toBe(`${paths.apiDocs()}#invalid-token`);
  });

  test('is neither an access token nor a personal one', async () => {
    const { id, program } = await newProgram();
    expect((await refresh(program, program.token)).status).toBe(401);
    expect((await refresh(program, await addPersonalToken(app.context, id))).status).toBe(401);
  });
});

describe('two refreshes with one token', () => {
  test('at the same instant, as of two windows, both succeed, and both go on', async () => {
    const { id, mail, program, refreshToken } = await newProgram();
    const answers = await Promise.all([1, 2].map(() => refresh(program, refreshToken)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    // One line of tokens goes on, not two: a copy of either is noticed.
    expect(new Set(answers.map(({ json }) => json.refresh_token)).size).toBe(1);
    const family = await app.context.db('token_families').where('user_id', id).first();
    expect(await livingTokensOf(family.id)).toHaveLength(1);
    app.passTime(11 * SECOND);
    for (const { json } of answers) {
      expect(await isGood(program, json.access_token)).toBe(true);
      expect((await refresh(program, json.refresh_token)).status).toBe(200);
    }
    expect(await livingTokensOf(family.id)).toHaveLength(1);
    expect(await app.context.db('token_families').where('user_id', id)).toHaveLength(1);
    expect(await mailsTo(app.context, mail)).toEqual([]);
  });

  test('with others in between give the newest one of the line, which goes on', async () => {
    const { id, program, refreshToken } = await newProgram();
    const first = await refresh(program, refreshToken);
    const second = await refresh(program, first.json.refresh_token);
    app.passTime(9 * SECOND);
    const late = await refresh(program, refreshToken);
    expect(late.json.refresh_token).toBe(second.json.refresh_token);
    const family = await app.context.db('token_families').where('user_id', id).first();
    expect(await livingTokensOf(family.id)).toHaveLength(1);
    app.passTime(9 * SECOND);
    expect((await refresh(program, late.json.refresh_token)).status).toBe(200);
  });

  test('give tokens that nobody can foretell without the key of the store', async () => {
    const { program, refreshToken } = await newProgram();
    const next = await refresh(program, refreshToken);
    const foretold = createTokenKeys('another key of thirty-two bytes at least').successorOf(refreshToken);
    expect(next.json.refresh_token).not.toBe(foretold);
    expect((await refresh(program, foretold)).status).toBe(401);
  });

  test('more than ten seconds apart end the login for both, and the member reads of it, once (RFC 9700, 4.14.2)', async () => {
    const { id, mail, program, refreshToken } = await newProgram();
    const other = new ApiClient(app.url);
    await other.logIn(mail, PASSWORD);
    const next = await refresh(program, refreshToken);
    app.passTime(10 * SECOND + 1);
    const thief = new ApiClient(app.url);
    const late = await Promise.all([1, 2].map(() => refresh(thief, refreshToken)));
    expect(late.map(({ status }) => status)).toEqual([401, 401]);
    expect(await isGood(program, next.json.access_token)).toBe(false);
    expect((await refresh(program, next.json.refresh_token)).status).toBe(401);
    expect(await isGood(other)).toBe(true);

    const told = (await mailsTo(app.context, mail)).filter(({ message }) => message.subject === COPIED);
    expect(told).toHaveLength(1);
    expect(alarmPath(await lastMailTo(app.context, mail, COPIED))).toContain('/not-me/');
    const reused = (await readAllOf(app.context.db, id)).filter(({ action }) => action === 'program.reused');
    expect(reused).toMatchObject([{ actorKind: 'guest' }]);
  });
});

describe('a login of a program', () => {
  test('ends after 14 days without use, and then is swept away with its tokens', async () => {
    const { program, refreshToken } = await newProgram();
    app.passTime(14 * DAY - 10 * SECOND);
    const next = await refresh(program, refreshToken);
    expect(next.status).toBe(200);
    app.passTime(14 * DAY + 1);
    expect((await refresh(program, next.json.refresh_token)).status).toBe(401);
    await cleanUp(app.context);
    expect(await app.context.db('refresh_tokens')).toEqual([]);
    expect(await app.context.db('token_families')).toEqual([]);
  });

  test('ends after 30 days however much it is used', async () => {
    const { program, refreshToken } = await newProgram();
    let token = refreshToken;
    for (const days of [10, 10, 10]) {
      app.passTime(days * DAY - 1 * SECOND);
      const next = await refresh(program, token);
      expect(next.status).toBe(200);
      token = next.json.refresh_token;
      program.token = next.json.access_token;
    }
    app.passTime(4 * SECOND);
    expect([await isGood(program), (await refresh(program, token)).status]).toEqual([false, 401]);
  });

  test('leaves no more rows behind than 120 refreshes an hour, and a copy is noticed all the same', async () => {
    const { id, program, refreshToken } = await newProgram();
    const next = await refresh(program, refreshToken);
    const family = await app.context.db('token_families').where('user_id', id).first();
    for (let count = 1; count < THROTTLE.refreshes.points; count += 1)
      await app.context.throttles.refreshes.take(family.id);
    const answer = await refresh(program, next.json.refresh_token);
    expect([answer.status, answer.json.type]).toEqual([429, '/api/docs#too-many-requests']);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await app.context.db('refresh_tokens').where('family_id', family.id)).toHaveLength(2);
    app.passTime(11 * SECOND);
    expect((await refresh(program, refreshToken)).status).toBe(401);
    expect(await isGood(program)).toBe(false);
  });

  test('goes on when the signing key changes, with the access token that it has and with the next', async () => {
    // To ten seconds before the next period, then over its edge.
    app.passTime(KEY_PERIOD - (app.context.clock() % KEY_PERIOD) - 10 * SECOND);
    const { program, refreshToken } = await newProgram();
    app.passTime(20 * SECOND);
    expect(await isGood(program)).toBe(true);
    const next = await refresh(program, refreshToken);
    const kidOf = (token = '') => readJwtPart(token, 0).kid;
    expect(kidOf(next.json.access_token)).not.toBe(kidOf(program.token));
    expect(await isGood(program, next.json.access_token)).toBe(true);
  });
});

test('nothing of all this was a fault', () => expectNoFault(app));
