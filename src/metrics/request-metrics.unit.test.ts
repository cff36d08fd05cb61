import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { samplesOf } from '../testing/metrics.ts';
import { countRequests } from './request-metrics.ts';

const request = { method: 'GET', route: '/store', status: 200, seconds: 0.03, aborted: false };

async function counted(...requests: (typeof request | { route: undefined })[]) {
  const registry = new Registry();
  const count = countRequests(registry);
  for (const one of requests) count({ ...request, ...one });
  return samplesOf(await registry.metrics());
}

test('a request is in every bucket that is long enough for it, and in no other', async () => {
  const samples = await counted(request);
  const bucket = (le: string) =>
    samples.get(`gatehouse_http_request_duration_seconds_bucket{le="${le}",method="GET",route="/store"}`);
  expect([bucket('0.025'), bucket('0.05'), bucket('10'), bucket('+Inf')]).toEqual([0, 1, 1, 1]);
});

test('one that was broken off is counted as such, and not timed', async () => {
  const samples = await counted({ ...request, aborted: true });
  expect([...samples]).toEqual([
    ['gatehouse_http_requests_total{method="GET",route="/store",status="aborted"}', 1],
  ]);
});

test('what is not known is one and the same', async () => {
  const samples = await counted(
    { ...request, method: 'PROPFIND' },
    { ...request, method: 'LOCK' },
    { route: undefined },
  );
  expect(samples.get('gatehouse_http_requests_total{method="other",route="/store",status="200"}')).toBe(2);
  expect(samples.get('gatehouse_http_requests_total{method="GET",route="other",status="200"}')).toBe(1);
});
