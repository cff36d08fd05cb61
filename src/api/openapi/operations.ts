import type { ApiContext } from '../api-context.ts';
import { meOperations } from '../v1/me.ts';
import type { Operation } from '../v1/operation.ts';
import { categoryOperations } from '../v1/products/category-operations.ts';
import { productOperations } from '../v1/products/product-operations.ts';
import { taskOperations } from '../v1/tasks/task-operations.ts';
import { tokenOperations } from '../v1/token-operations.ts';
import { userOperations } from '../v1/users/user-operations.ts';
import { documentOperation } from './document-operation.ts';

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
