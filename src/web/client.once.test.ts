import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { paths } from '../paths.ts';
import { networkOf, networksAround, networksOf } from '../shared/networks.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { addPerson, PASSWORD } from '../testing/people.ts';

describe('what a throttle counts by', () => {
  test.each([
    ['an IPv4 address', '192.0.2.7', '192.0.2.7'],
    ['IPv4 written as IPv6', '::ffff:192.0.2.7', '192.0.2.7'],
    ['the same in hexadecimal', '::ffff:c000:207', '192.0.2.7'],
    ['an IPv6 address, by its /64', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['another one of the same subscriber', '2001:db8:1:2:ffff::1', '2001:db8:1:2::/64'],
    ['one written short', '2001:db8::1', '2001:db8:0:0::/64'],
    ['one in capitals', '2001:DB8:1:2::9', '2001:db8:1:2::/64'],
    ['one with a zone', 'fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['this machine', '::1', '0:0:0:0::/64'],
  ])('is, of %s', (_what, address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  test('differs for neighbours that are different subscribers', () => {
    expect(networkOf('2001:db8:1:2::1')).not.toBe(networkOf('2001:db8:1:3::1'));
    expect(networkOf('192.0.2.7')).not.toBe(networkOf('192.0.2.8'));
  });

  test.each(['', 'unknown', '192.0.2.300', '1.2.3.4.5', ':::', '[2001:db8::1]:80', '<script>'])(
    'is the text itself when it is no address: "%s"',
    (text) => {
      expect(networkOf(text)).toBe(text);
    },
  );
});

describe('the networks around an address', () => {
  test('are, of IPv6, its /64, /56 and /48, narrow to wide', () => {
    expect(networksOf('2001:db8:1:abcd:3:4:5:6')).toEqual([
      '2001:db8:1:abcd::/64',
      '2001:db8:1:ab00::/56',
      '2001:db8:1::/48',
    ]);
  });

  test('are shared by what one subscriber has, and by nobody else', () => {
    const [, home, site] = networksOf('2001:db8:1:ab01::1');
    expect(networksOf('2001:db8:1:abff::9').slice(1)).toEqual([home, site]);
    expect(networksOf('2001:db8:1:ac00::9').slice(1)).toEqual(['2001:db8:1:ac00::/56', site]);
    expect(networksOf('2001:db8:2:ab01::1')).not.toContain(site);
  });

  test.each(['2001:db8:1:ab01::1', '::1', '192.0.2.7', 'unknown'])(
    'are found by its network: %s',
    (address) => {
      expect(networksAround(networkOf(address))).toEqual(networksOf(address));
    },
  );

  test('are only the address itself, of IPv4 and of what is no address', () => {
    expect(networksOf('192.0.2.7')).toEqual(['192.0.2.7']);
    expect(networksOf('::ffff:192.0.2.7')).toEqual(['192.0.2.7']);
    expect(networksOf('unknown')).toEqual(['unknown']);
  });
});

describe('the address that a session remembers', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ TRUST_PROXY: '1' });
    await addPerson(app.context, 'alice');
  });
  afterAll(() => app.close());

  const addresses = () => app.context.db('sessions').distinct('address').pluck('address');

  test.each([
    ['an IPv4 address', '192.0.2.7'],
    ['an IPv6 address', '2001:db8::1'],
    ['an IPv6 address with a port', '[2001:db8::1]:4711'],
    ['a word', 'unknown'],
    ['markup', '<script>alert(1)</script>'],
    ['a very long text', 'x'.repeat(2_000)],
  ])('is whatever the trusted proxy says, and never a fault of ours: %s', async (_what, forwarded) => {
    const visitor = app.visitor();
    const page = await visitor.get(paths.login(), { 'x-forwarded-for': forwarded });
    expect(page.status).toBe(200);
    const answer = await visitor.post(
      paths.login(),
      { username: 'alice', password: PASSWORD },
      { 'x-forwarded-for': forwarded, 'user-agent': 'x'.repeat(2_000) },
    );
    expect(answer.status).toBe(303);
  });

  test('is the one that the last proxy saw, not what the client claims', async () => {
    await app.visitor().get(paths.login(), { 'x-forwarded-for': '203.0.113.9, 192.0.2.99' });
    expect(await addresses()).toContain('192.0.2.99');
    expect(await addresses()).not.toContain('203.0.113.9');
  });
});

test('without a trusted proxy a forwarded address counts for nothing (ASVS 4.1.3)', async () => {
  const app = await startTestApp();
  await app.visitor().get(paths.login(), { 'x-forwarded-for': '203.0.113.9' });
  const addresses = await app.context.db('sessions').distinct('address').pluck('address');
  await app.close();
  expect(addresses).toEqual(['127.0.0.1']);
});
