import { z } from 'zod';
import type { ApiContext } from '../api-context.ts';
import { taggedAnswers, taggedReply } from '../v1/entity-tags.ts';
import { type Operation, openOperation, type Reply } from '../v1/operation.ts';
import { productOperations } from '../v1/products/product-operations.ts';
import { taskOperations } from '../v1/tasks/task-operations.ts';
import { tokenOperations } from '../v1/token-operations.ts';
import { memberActionOperations } from '../v1/users/member-actions.ts';
import { memberOperations } from '../v1/users/members.ts';
import { meOperation, ownAccountOperations } from '../v1/users/own-account.ts';
import { registrationOperation } from '../v1/users/registration.ts';
import { openApiDocument } from './document.ts';

/** Everything that the API does, in the order of its documentation. */
export function allOperations(context: ApiContext): readonly Operation[] {
  const all: readonly Operation[] = [
    ...tokenOperations(context),
    meOperation(context),
    ...productOperations(context),
    registrationOperation(context),
    ...memberOperations(context),
    ...ownAccountOperations(context),
    ...memberActionOperations(context),
    ...taskOperations(context),
    documentOperation(() => all),
  ];
  return all;
}

/** The operation that tells what operations there are; it never changes while the store runs. */
function documentOperation(operations: () => readonly Operation[]): Operation {
  let reply: Reply | undefined;
  return openOperation('GET /openapi.json', {
    id: 'getDocument',
    tag: 'This document',
    summary: 'Read what the API can do',
    responses: taggedAnswers({
      description: 'A document in the format of OpenAPI 3.1.',
      schema: z.looseObject({ openapi: z.string() }).meta({ id: 'OpenApiDocument' }),
      headers: { ETag: 'Changes with the version of the store.' },
    }),
    examples: [{ status: 200 }],
    async handle() {
      reply ??= taggedReply(openApiDocument(operations()));
      return reply;
    },
  });
}
