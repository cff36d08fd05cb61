import type { Request } from 'express';
import { sessionHashOf } from '../../sessions/session-store.ts';
import { clientOf } from '../../web/client.ts';
import { memberOf } from '../signed-in.http.ts';
import type { CredentialChange } from './credential-change.ts';

/** The member who asks for a change of their own credentials, and from where. */
export function changeBy(req: Request): CredentialChange {
  return { user: memberOf(req), client: clientOf(req), sessionHash: sessionHashOf(req) };
}
