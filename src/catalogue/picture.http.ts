import type { Request, Response } from 'express';
import type { Database } from '../database/connection.ts';
import { YEAR_SECONDS } from '../web/assets.ts';
import { Problem } from '../web/problems.ts';
import { findPicture } from './products.table.ts';

/** A picture's address is its content's hash, so a browser may keep it; `private`, so no cache between may. */
const CACHE = `private, max-age=${YEAR_SECONDS}, immutable`;

/** A drawing opened by itself is a document: it may run nothing and load nothing. */
const POLICY = "default-src 'none'; sandbox";

export function picturePage(db: Database) {
  return {
    async get(req: Request, res: Response): Promise<void> {
      const picture = await findPicture(db, String(req.params.hash));
      if (!picture) throw new Problem(404);
      res.set({
        'Cache-Control': CACHE,
        'Content-Security-Policy': POLICY,
        'Content-Type': picture.mediaType,
      });
      res.send(picture.content);
    },
  };
}
