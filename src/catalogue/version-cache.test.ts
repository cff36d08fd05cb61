import { afterAll, beforeAll, expect, test } from 'vitest';
import { paths } from '../paths.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { addPerson, PASSWORD } from '../testing/people.ts';
import type { Visitor } from '../testing/visitor.ts';
import { insertCategory, insertPicture, insertProduct, raiseVersion } from './products.table.ts';

let app: TestApp;
let alice: Visitor;
let bob: Visitor;
beforeAll(async () => {
  app = await startTestApp();
  alice = app.visitor();
  bob = app.visitor();
  await addPerson(app.context, 'alice');
  await addPerson(app.context, 'bob');
  await alice.follow(await alice.logIn('alice', PASSWORD));
  await bob.follow(await bob.logIn('bob', PASSWORD));
});
afterAll(() => app.close());

async function queriesOf(work: () => Promise<unknown>): Promise<string[]> {
  const queries: string[] = [];
  const note = ({ sql }: { sql: string }) => void queries.push(sql);
  app.context.db.on('query', note);
  await work();
  app.context.db.off('query', note);
  return queries;
}

test('a page of the store that was shown before costs two queries: who asks, and has anything changed', async () => {
  const queries = await queriesOf(() => alice.get(paths.store()));
  expect(queries).toHaveLength(2);
  expect(queries[0]).toContain('sessions');
  expect(queries[1]).toContain('catalogue_version');
});

test('the remembered shelf holds nothing of the person who saw it first', async () => {
  const hers = (await alice.get(paths.store())).text;
  const his = (await bob.get(paths.store())).text;
  expect(hers).toContain('Welcome, alice');
  expect(his).toContain('Welcome, bob');
  expect(his).not.toContain('alice');
});

test('a new product and a new category stand there at the next request', async () => {
  await alice.get(paths.store());
  await app.context.db.transaction(async (trx) => {
    const categoryId = await insertCategory(trx, { slug: 'garden', name: 'Garden' }, 99);
    await insertProduct(trx, {
      sku: 'GAR-1',
      slug: 'spade',
      name: 'Spade',
      description: 'It digs.',
      unit: 'each',
      priceMinor: 99_900,
      currency: 'INR',
      onHand: 4,
      categoryId,
      pictureId: await insertPicture(
        trx,
        'image/svg+xml',
        Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      ),
      pictureAlt: 'A spade',
      createdAt: app.context.clock(),
    });
    await raiseVersion(trx);
  });
  const store = (await bob.get(paths.store())).text;
  expect(store).toContain('25 products');
  expect(store).toContain('Garden');
  expect((await bob.get(`${paths.store()}?category=garden`)).text).toContain('Only 4 left');
});
