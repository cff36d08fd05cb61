import type { ApiContext } from '../api-context.ts';
import { documentOperation } from '../openapi/document-operation.ts';
import { meOperations } from './me.ts';
import type { Operation } from './operation.ts';
import { categoryOperations } from './products/category-operations.ts';
import { productOperations } from './products/product-operations.ts';
import { taskOperations } from './tasks/task-operations.ts';
import { tokenOperations } from './token-operations.ts';
import { userOperations } from './users/user-operations.ts';

/** Everything that the API does, in the order of its documentation. */
export function allOperations(context: ApiContext): readonly Operation[] {
  const all: readonly Operation[] = [
    ...tokenOperations(context),
    ...meOperations(context),
    ...productOperations(context),
    ...categoryOperations(context),
    ...userOperations(context),
    ...taskOperations(context),
    documentOperation(() => all),
  ];
  return all;
}
