/** A product of the demo store, with its stock and its picture. */
export interface DemoProduct {
  sku: string;
  slug: string;
  name: string;
  /** The slug of a demo category. */
  category: string;
  description: string;
  unit: string;
  /** The price in paise. */
  priceMinor: number;
  onHand: number;
  /** A complete SVG document. */
  picture: string;
  pictureAlt: string;
}
