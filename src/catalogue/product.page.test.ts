import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { paths } from '../paths.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { signIn } from '../testing/people.ts';
import { textOf, type Visitor } from '../testing/visitor.ts';
import { demoPicture, demoProducts } from './demo.ts';
import { TEXTS as PRODUCT_TEXTS } from './product.page.ts';

let app: TestApp;
let alice: Visitor;
beforeAll(async () => {
  app = await startTestApp();
  alice = await signIn(app, 'alice');
});
afterAll(() => app.close());

describe('a product’s page', () => {
  test('opens for each of the demo products and shows all that is known of it', async () => {
    for (const { slug, name, sku, unit, description } of demoProducts) {
      const answer = await alice.get(paths.product(slug));
      expect(answer.status).toBe(200);
      const text = textOf(answer.text);
      for (const part of [name, sku, unit, description]) expect(text).toContain(part);
    }
  });

  test('says its price, its number and the way back', async () => {
    const { id } = await app.context.db('products').where('slug', 'laptop').first('id');
    const { text } = await alice.get(paths.product('laptop'));
    expect(textOf(text)).toContain('Price ₹75,000.00');
    expect(textOf(text)).toContain(`Product number ${id}`);
    expect(text).toContain(`<a href="${paths.store()}">Store</a>`);
    expect(text).toContain(`<a href="${paths.store()}?category=computing">Computing</a>`);
    expect(text).toContain('<title>Laptop · Gatehouse</title>');
  });

  test('prints whatever its texts hold as text', async () => {
    const product = () => app.context.db('products').where('slug', 'mouse');
    const before = await product().first('name', 'description', 'unit', 'picture_alt');
    const hostile = '"><script>alert(1)</script>';
    const changed = () => app.context.db('catalogue_version').increment('version');
    await product().update({ name: hostile, description: hostile, unit: hostile, picture_alt: hostile });
    await changed();
    const page = (await alice.get(paths.product('mouse'))).text;
    const store = (await alice.get(paths.store())).text;
    await product().update(before);
    await changed();
    for (const text of [page, store]) {
      expect(text).not.toContain('<script>alert');
      expect(text).toContain('&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;');
    }
  });

  test('still opens when the product has no picture', async () => {
    const product = () => app.context.db('products').where('slug', 'mouse');
    const { picture_id } = await product().first('picture_id');
    await product().update({ picture_id: null });
    const answer = await alice.get(paths.product('mouse'));
    await product().update({ picture_id });
    expect(answer.status).toBe(200);
    expect(answer.text).not.toContain('undefined');
  });

  test.each([
    ['nothing has this address', 'rocket'],
    ['another case', 'LAPTOP'],
    ['a space behind', 'laptop '],
    ['a space before', ' laptop'],
    ['a wildcard', 'lap%'],
    ['SQL', "laptop' or '1'='1"],
    ['a path', '../login'],
    ['a very long one', 'x'.repeat(3_000)],
    ['a letter beyond the first plane', '🦊'],
  ])('is 404 in the layout when there is no such product: %s', async (_kind, slug) => {
    const answer = await alice.get(paths.product(slug));
    expect(answer.status).toBe(404);
    const text = textOf(answer.text);
    expect(text).toContain(PRODUCT_TEXTS.missing);
    expect(text).toContain('alice');
    expect(answer.text).toContain(`href="${paths.store()}">To the store`);
  });
});

describe('a picture', () => {
  let address = '';
  beforeAll(async () => {
    const { text } = await alice.get(paths.product('laptop'));
    address = /<img src="(\/store\/pictures\/[^"]+)"/.exec(text)?.[1] ?? '';
  });

  test('comes as the drawing that it is, byte for byte', async () => {
    const answer = await alice.get(address);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^image\/svg\+xml(;|$)/);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.text).toBe(demoPicture('laptop').toString());
  });

  test('may be kept by the browser for a year, never by a proxy', async () => {
    const { headers } = await alice.get(address);
    expect(headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
    expect(headers.get('set-cookie')).toBeNull();
  });

  test('opened by itself may run and load nothing', async () => {
    const { headers } = await alice.get(address);
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
  });

  test('is shut to guests: a visit leads to the login page, a picture in a page is refused', async () => {
    const visit = await app.visitor().get(address);
    expect([visit.status, visit.location]).toEqual([303, paths.login()]);
    const embedded = await app.visitor().get(address, { accept: 'image/*', 'sec-fetch-dest': 'image' });
    expect(embedded.status).toBe(401);
    expect(embedded.headers.get('cache-control')).toBe('no-store');
    expect(embedded.text).not.toContain('<svg xmlns');
  });

  test.each(['0'.repeat(64), 'x', "' or 1=1", 'A'.repeat(5_000)])(
    'that is not there is 404: %#',
    async (hash) => {
      const answer = await alice.get(paths.picture(hash));
      expect(answer.status).toBe(404);
      expect(answer.headers.get('cache-control')).toBe('no-store');
    },
  );

  test('is not looked up by a part of its hash or in another case', async () => {
    expect((await alice.get(address.slice(0, -1))).status).toBe(404);
    expect(
      (await alice.get(address.replace(/[a-f](?=[^/]*$)/, (letter) => letter.toUpperCase()))).status,
    ).toBe(404);
  });
});
