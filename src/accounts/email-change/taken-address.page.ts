import type { Response } from 'express';
import type { NextStep } from '../invalid-link.page.ts';

const TEXTS = {
  title: 'This address belongs to another account',
};

/** Answers a mailed link that works, but whose address another account got meanwhile. */
export function showTakenAddress(res: Response, message: string, next: NextStep): Promise<void> {
  return res.status(409).page('errors/error', { title: TEXTS.title, status: 409, message, next });
}
