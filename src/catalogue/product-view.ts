import { paths } from '../paths.ts';
import type { Money } from '../shared/money.ts';
import { availabilityOf } from './availability.ts';
import type { ListedProduct } from './products.table.ts';

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
