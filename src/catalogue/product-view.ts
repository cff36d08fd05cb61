import { paths } from '../paths.ts';
import { type Availability, availabilityOf } from './availability.ts';
import type { Money } from './money.ts';
import type { ListedProduct } from './products.table.ts';

/** A product as the store's templates print it. */
export interface ProductView {
  id: number;
  sku: string;
  name: string;
  url: string;
  picture: { src: string; width: number; height: number; alt: string } | undefined;
  category: string;
  price: string;
  unit: string;
  availability: Availability;
}

/** Pictures are drawn 4:3; the numbers keep their place while they load. */
const WIDTH = 400;
const HEIGHT = 300;

export function productView(product: ListedProduct, printMoney: (money: Money) => string): ProductView {
  const { id, sku, name, category, unit } = product;
  return {
    id,
    sku,
    name,
    category,
    unit,
    url: paths.product(product.slug),
    picture: product.pictureHash
      ? { src: paths.picture(product.pictureHash), width: WIDTH, height: HEIGHT, alt: product.pictureAlt }
      : undefined,
    price: printMoney({ minor: product.priceMinor, currency: product.currency }),
    availability: availabilityOf(product.onHand),
  };
}
