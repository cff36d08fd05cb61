import type { RequestHandler } from 'express';
import { Problem } from '../web/problems.ts';

export const TEXTS = {
  method: (name: string) => `This address does not accept ${name}. See the header Allow.`,
};

/**
 * Answers every other method of an address: OPTIONS with what there is, all else with 405 (RFC 9110, 9.3.7 and 15.5.6).
 *
 * @param methods those that it has, as Express calls them
 */
export function answerOtherMethods(methods: readonly string[]): RequestHandler {
  const allowed = methods.map((method) => (method === 'get' ? 'GET, HEAD' : method.toUpperCase()));
  return (req, res) => {
    res.set('Allow', [...allowed, 'OPTIONS'].join(', '));
    if (req.method !== 'OPTIONS') throw new Problem(405, TEXTS.method(req.method));
    res.status(204).end();
  };
}
