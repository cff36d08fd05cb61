import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_FOLDER } from '../shared/folders.ts';
import demo from './demo-products.json' with { type: 'json' };

/** The categories of the demo store with their products, both in shelf order; prices are in paise. */
export const demoCategories = demo;

export const demoProducts = demo.flatMap(({ products }) => products);

/** @returns a complete SVG document */
export function demoPicture(slug: string): Buffer {
  return readFileSync(join(PROJECT_FOLDER, 'public/images/demo', `${slug}.svg`));
}
