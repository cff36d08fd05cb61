import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { paths } from '../paths.ts';
import { moneyPrinter } from '../shared/money.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { addPerson, PASSWORD, signIn } from '../testing/people.ts';
import { stockShelf } from '../testing/shelf.ts';
import { textOf, type Visitor } from '../testing/visitor.ts';
import { demoProducts } from './demo.ts';
import { TEXTS as STORE_VIEW_TEXTS } from './store.page.ts';

let app: TestApp;
let alice: Visitor;
beforeAll(async () => {
  app = await startTestApp();
  alice = await signIn(app, 'alice');
});
afterAll(() => app.close());

const store = async (query: Record<string, string> = {}) =>
  (await alice.get(`${paths.store()}?${new URLSearchParams(query)}`)).text;

/** The cards of a page, each as the text that a person reads. */
function cardsOf(page: string): string[] {
  return [...page.matchAll(/<li class="card">(.*?)<\/li>/gs)].map(([, card]) => textOf(card ?? ''));
}

/** The links of a page by their text. */
function linksOf(page: string): Map<string, string> {
  return new Map(
    [...page.matchAll(/<a [^>]*href="([^"]*)"[^>]*>(.*?)<\/a>/gs)].map(([, url, inside]) => [
      textOf(inside ?? ''),
      textOf(url ?? ''),
    ]),
  );
}

describe('the store', () => {
  test('greets by name', async () => {
    expect(await store()).toMatch(/<h1[^>]*>Welcome, alice<\/h1>/);
  });

  test('shows all 24 demo products with number, name, price and unit', async () => {
    const print = moneyPrinter('en-IN');
    const rows: { id: number; sku: string }[] = await app.context.db('products').select('id', 'sku');
    const cards = cardsOf(await store());
    expect(cards).toHaveLength(24);
    for (const { sku, name, priceMinor, unit } of demoProducts) {
      const id = rows.find((row) => row.sku === sku)?.id;
      const price = print({ minor: priceMinor, currency: 'INR' });
      const card = cards.find((text) => text.startsWith(`${name} `)) ?? '';
      expect(card).toContain(`No. ${id} ${price} ${unit}`);
    }
  });

  test.each([
    ['Laptop', '₹75,000.00'],
    ['Keyboard', '₹1,500.00'],
    ['Mouse', '₹800.00'],
  ])('sells a %s at %s', async (name, price) => {
    const card = cardsOf(await store()).find((text) => text.startsWith(`${name} `));
    expect(card).toContain(price);
    expect(card).toContain('In stock');
  });

  test('says what is scarce and what is gone', async () => {
    const text = textOf(await store());
    expect(text).toContain('Out of stock');
    expect(text).toMatch(/Only [1-5] left/);
  });

  test('as a list shows the same products in a table', async () => {
    const page = await store({ view: 'list' });
    expect(cardsOf(page)).toEqual([]);
    const text = textOf(page);
    for (const { name } of demoProducts) expect(text).toContain(name);
    expect(page.match(/<tr>/g)).toHaveLength(25);
  });

  test('shows each product’s picture with a text for who cannot see it', async () => {
    const page = await store();
    for (const { pictureAlt } of demoProducts)
      expect(textOf(page.replaceAll('alt="', '>'))).toContain(pictureAlt);
    expect(page).toMatch(/<img src="\/store\/pictures\/[0-9a-f]{64}"/);
  });

  test('is not kept by browsers or proxies (ASVS 14.3.2)', async () => {
    expect((await alice.get(paths.store())).headers.get('cache-control')).toBe('no-store');
  });

  test('still opens when a product has no picture, as cards and as a list', async () => {
    const products = () => app.context.db('products').where('slug', 'mouse');
    const { picture_id } = await products().first('picture_id');
    await products().update({ picture_id: null });
    const cards = await alice.get(paths.store());
    const list = await alice.get(`${paths.store()}?view=list`);
    await products().update({ picture_id });
    expect([cards.status, list.status]).toEqual([200, 200]);
    expect(cards.text).not.toContain('undefined');
  });
});

describe('looking for something', () => {
  test('tells in words what was found, and how to see everything again', async () => {
    const page = await store({ q: 'LAPTOP', category: 'computing' });
    expect(textOf(page)).toMatch(/\d+ products? match(es)? “LAPTOP” in Computing/);
    expect(page).toContain('value="LAPTOP"');
  });

  test('in vain says so and leads to all products', async () => {
    const page = await store({ q: 'rocket' });
    expect(textOf(page)).toContain('Nothing found');
    expect(linksOf(page).get('Show all products')).toBe(paths.store());
  });

  test('keeps every filter in the links to categories and views', async () => {
    const links = linksOf(await store({ q: 'a & b', sort: 'price', view: 'list' }));
    const query = (name: string) => Object.fromEntries(new URLSearchParams(links.get(name)?.split('?')[1]));
    expect(query('Kitchen')).toEqual({ q: 'a & b', category: 'kitchen', sort: 'price', view: 'list' });
    expect(query('Cards')).toEqual({ q: 'a & b', sort: 'price' });
    expect(query('All')).toEqual({ q: 'a & b', sort: 'price', view: 'list' });
  });

  test('keeps what is not on the form in it, so that sorting loses no filter', async () => {
    const page = await store({ q: 'tea', category: 'pantry', sort: 'price', view: 'list' });
    const form = /<form class="sort".*?<\/form>/s.exec(page)?.[0] ?? '';
    expect(form).toContain('<input type="hidden" name="q" value="tea">');
    expect(form).toContain('<input type="hidden" name="category" value="pantry">');
    expect(form).toContain('<input type="hidden" name="view" value="list">');
    expect(form).toContain('<option value="price" selected>');
  });

  test.each([
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    '</title><script>',
    '{{7*7}} <%= 7*7 %>',
  ])('prints what was typed as text and never as markup: %s', async (q) => {
    const page = await store({ q });
    expect(page).not.toContain(q);
    expect(page).not.toMatch(/<script>|<img src=x|<svg\/onload/);
    expect(textOf(page)).toContain(`“${q}”`);
  });
});

describe('a store of another size', () => {
  let other: TestApp;
  let visitor: Visitor;
  beforeAll(async () => {
    other = await startTestApp();
    await addPerson(other.context, 'alice');
    for (const table of ['products', 'pictures', 'categories']) await other.context.db(table).delete();
    visitor = other.visitor();
    await visitor.logIn('alice', PASSWORD);
  });
  afterAll(() => other.close());

  test('when it is empty says what will stand there, and links to no pages', async () => {
    const page = await visitor.get(paths.store());
    expect(page.status).toBe(200);
    expect(textOf(page.text)).toContain(STORE_VIEW_TEXTS.empty.title);
    expect(page.text).not.toContain('aria-label="Pages');
  });

  test('when one page does not hold it links to each page, with every filter', async () => {
    await stockShelf(other.context.db, {
      Pens: Array.from({ length: 53 }, (_, index) => ({ name: `Pen ${index}` })),
    });
    const page = await visitor.get(`${paths.store()}?q=pen&sort=name&page=2`);
    const links = linksOf(page.text);
    expect(links.get('‹ Previous')).toBe(`${paths.store()}?q=pen&sort=name`);
    expect(links.get('Next ›')).toBe(`${paths.store()}?q=pen&sort=name&page=3`);
    expect(textOf(page.text)).toContain('53 products match “pen”');
    expect(cardsOf(page.text)).toHaveLength(24);
  });
});
