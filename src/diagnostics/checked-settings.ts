import type { Operation } from '../config/operation.ts';
import type { DatabaseAddress } from '../database/dialect.ts';

/** What is looked at of the store's settings. */
export interface CheckedSettings extends Operation {
  production: boolean;
  host: string;
  dataDir: string;
  database: DatabaseAddress;
  secretKey: string | undefined;
  publicUrl: URL;
  smtpUrl: string | undefined;
  trustProxy: number | string[] | false;
}
