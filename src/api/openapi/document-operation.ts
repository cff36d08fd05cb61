import { z } from 'zod';
import { entityTagOf } from '../v1/entity-tags.ts';
import { type Operation, openOperation, type Reply } from '../v1/operation.ts';
import { openApiDocument } from './document.ts';

const ETAG = { ETag: 'Changes with the version of the store.' };

/**
 * The operation that tells what operations there are.
 *
 * @param operations all of them, this one among them
 */
export function documentOperation(operations: () => readonly Operation[]): Operation {
  let reply: Reply | undefined;
  return openOperation({
    method: 'get',
    path: '/openapi.json',
    id: 'getDocument',
    tag: 'This document',
    summary: 'Read what the API can do',
    responses: {
      200: {
        description: 'A document in the format of OpenAPI 3.1.',
        schema: z.looseObject({ openapi: z.string() }).meta({ id: 'OpenApiDocument' }),
        headers: ETAG,
      },
      304: { description: 'It is as it was when you read it.', headers: ETAG },
    },
    examples: [{ status: 200 }],
    async handle() {
      if (!reply) {
        const body = Buffer.from(JSON.stringify(openApiDocument(operations())));
        reply = { status: 200, body, etag: entityTagOf(body) };
      }
      return reply;
    },
  });
}
