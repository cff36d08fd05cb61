import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiClient } from '../../testing/api-client.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { addPerson, PASSWORD } from '../../testing/people.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  await addPerson(app.context, 'alice');
});
afterAll(() => app.close());

const client = () => new ApiClient(app.url);

describe('a program that logs in', () => {
  test('gets tokens and is whom they stand for', async () => {
    const program = client();
    const login = await program.logIn('alice', PASSWORD);
    expect(login.status).toBe(200);
    expect(login.json).toMatchObject({ token_type: 'Bearer', expires_in: 900 });
    expect(login.headers.getSetCookie()).toEqual([]);
    const me = await program.get('/me');
    expect(me.status).toBe(200);
    expect(me.json).toMatchObject({ username: 'alice', role: 'user', standing: 'in' });
  });

  test('goes on with a refresh token, once', async () => {
    const program = client();
    const { json } = await program.logIn('alice', PASSWORD);
    const next = await program.post('/refresh', { refresh_token: json.refresh_token });
    expect(next.status).toBe(200);
    app.passTime(11_000);
    const again = await program.post('/refresh', { refresh_token: json.refresh_token });
    expect(again.status).toBe(401);
    expect((await program.get('/me', { token: next.json.access_token })).status).toBe(401);
  });

  test('is out at once when it logs out', async () => {
    const program = client();
    await program.logIn('alice', PASSWORD);
    expect((await program.post('/logout')).status).toBe(204);
    const me = await program.get('/me');
    expect(me.status).toBe(401);
    expect(me.headers.get('www-authenticate')).toBe('Bearer realm="gatehouse", error="invalid_token"');
    expect(me.json).toMatchObject({ type: '/api/docs#invalid-token', status: 401 });
  });
});
