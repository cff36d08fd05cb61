import { Counter, Histogram, type Registry } from 'prom-client';
import type { AnsweredRequest } from '../web/request-log.ts';
import { KNOWN_METHODS } from '../web/route.ts';

/** From a page that was remembered to one that waited for a password to be hashed, in seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What stands where a request has nothing that is known: whoever asks must not be able to make new series. */
const OTHER = 'other';
const ABORTED = 'aborted';

/** Makes what counts each request. Labels are patterns and lists of ours, never what came with the request. */
export function countRequests(registry: Registry): (request: AnsweredRequest) => void {
  const requests = new Counter({
    name: 'gatehouse_http_requests_total',
    help: 'Requests by method, pattern of the route and status; aborted where whoever asked went away.',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
  });
  const durations = new Histogram({
    name: 'gatehouse_http_request_duration_seconds',
    help: 'How long requests took, from the first line to the end of the answer.',
    labelNames: ['method', 'route'],
    buckets: BUCKETS,
    registers: [registry],
  });
  return ({ method: asked, route = OTHER, status, seconds, aborted }) => {
    const method = KNOWN_METHODS.has(asked) ? asked : OTHER;
    requests.inc({ method, route, status: aborted ? ABORTED : status });
    // How long somebody waited who went away says nothing about the store.
    if (!aborted) durations.observe({ method, route }, seconds);
  };
}
