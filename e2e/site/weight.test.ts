import { paths } from '../../src/paths.ts';
import { expect, type Request, test } from '../support/test.ts';

const MOST_BYTES = 60_000;
const KEPT = /^public, max-age=31536000, immutable$/;

for (const path of [paths.login(), paths.store()]) {
  test(`what ${path} loads for its looks is light, and kept`, async ({ otherBrowser, enter }) => {
    const page = await otherBrowser();
    if (path === paths.store()) await enter(page, 'alice');
    const requests: Request[] = [];
    page.on('requestfinished', (request) => {
      if (['stylesheet', 'script'].includes(request.resourceType())) requests.push(request);
    });
    await page.goto(path, { waitUntil: 'networkidle' });

    expect(requests.length, 'style sheets and scripts').toBeGreaterThanOrEqual(2);
    let bytes = 0;
    for (const request of requests) {
      const response = await request.response();
      expect(request.url()).toMatch(/\?v=\w{8,}$/);
      expect(response?.headers()['cache-control']).toMatch(KEPT);
      bytes += (await request.sizes()).responseBodySize;
    }
    expect(bytes).toBeLessThan(MOST_BYTES);
  });
}

test('a picture of a product is kept, but by nobody in between', async ({ page, enter }) => {
  await enter(page, 'alice');
  await page.goto(paths.product('laptop'));
  const src = await page.getByRole('main').getByRole('img').getAttribute('src');
  const response = await page.request.get(src ?? '');
  expect(response.headers()['cache-control']).toBe('private, max-age=31536000, immutable');
});
