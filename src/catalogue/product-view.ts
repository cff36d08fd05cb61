import { paths } from '../paths.ts';
import type { Money } from '../shared/money.ts';
import type { ListedProduct } from './products.table.ts';

/** From this many on, how many are left is nobody's concern. */
const PLENTY = 6;

const TEXTS = {
  in: 'In stock',
  low: (left: number) => `Only ${left} left`,
  out: 'Out of stock',
};

/**
 * Whether a product can be had, as a kind for its look and in words.
 *
 * @param onHand how many units are in stock
 */
export function availabilityOf(onHand: number): { kind: 'in' | 'low' | 'out'; text: string } {
  if (onHand <= 0) return { kind: 'out', text: TEXTS.out };
  if (onHand < PLENTY) return { kind: 'low', text: TEXTS.low(onHand) };
  return { kind: 'in', text: TEXTS.in };
}

/** How this store prints a product. */
export interface ProductLook {
  printMoney: (money: Money) => string;
  /** The address of the picture that stands where a product has none. */
  noPicture: string;
}

/** Pictures are drawn 4:3; the numbers keep their place while they load. */
const WIDTH = 400;
const HEIGHT = 300;

/** A product as the store's templates print it. */
export function productView(product: ListedProduct, look: ProductLook) {
  const { id, sku, name, category, unit } = product;
  return {
    id,
    sku,
    name,
    category,
    unit,
    url: paths.product(product.slug),
    picture: {
      src: product.pictureHash ? paths.picture(product.pictureHash) : look.noPicture,
      width: WIDTH,
      height: HEIGHT,
      alt: product.pictureAlt,
    },
    price: look.printMoney({ minor: product.priceMinor, currency: product.currency }),
    availability: availabilityOf(product.onHand),
  };
}
