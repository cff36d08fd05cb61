import type { DemoProduct } from '../demo-product.ts';
import { coffeeBeans, honey, lentils, rice, tea } from '../pictures/pantry.ts';

export const pantry: readonly DemoProduct[] = [
  {
    sku: 'PAN-4001',
    slug: 'coffee-beans',
    name: 'Coffee beans, medium roast',
    category: 'pantry',
    description:
      'Arabica beans from Chikkamagaluru, roasted medium and packed within the week. They suit a filter ' +
      'or an espresso machine. Best used within two months.',
    unit: '500 g bag',
    priceMinor: 52_500,
    onHand: 64,
    picture: coffeeBeans,
    pictureAlt: 'A brown paper bag of coffee beans with an arched window and a few loose beans',
  },
  {
    sku: 'PAN-4002',
    slug: 'assam-tea',
    name: 'Assam leaf tea',
    category: 'pantry',
    description:
      'Whole-leaf black tea from Assam in a tin with a tight lid. One tin makes about a hundred cups.',
    unit: '250 g tin',
    priceMinor: 34_000,
    onHand: 90,
    picture: tea,
    pictureAlt: 'A green tea tin with an amber lid beside a steaming glass of tea',
  },
  {
    sku: 'PAN-4003',
    slug: 'basmati-rice',
    name: 'Basmati rice',
    category: 'pantry',
    description:
      'Long-grain basmati, aged for a year, in a jute sack with a food-safe lining. Sold by the sack for ' +
      'canteens and shared kitchens.',
    unit: '25 kg sack',
    priceMinor: 287_500,
    onHand: 40,
    picture: rice,
    pictureAlt: 'An open jute sack heaped with white rice, a wooden scoop standing in it',
  },
  {
    sku: 'PAN-4004',
    slug: 'red-lentils',
    name: 'Red lentils (masoor dal)',
    category: 'pantry',
    description:
      'Split red lentils, cleaned and sorted. They cook in about twenty minutes and need no soaking.',
    unit: '1 kg pack',
    priceMinor: 13_500,
    onHand: 175,
    picture: lentils,
    pictureAlt: 'A clear pack of orange lentils beside a wooden bowl of them',
  },
  {
    sku: 'PAN-4005',
    slug: 'wildflower-honey',
    name: 'Wildflower honey',
    category: 'pantry',
    description:
      'Unblended honey from beekeepers in the Nilgiris, strained but not heated. It may set in cool ' +
      'weather; stand the jar in warm water to loosen it.',
    unit: '500 g jar',
    priceMinor: 42_000,
    onHand: 27,
    picture: honey,
    pictureAlt: 'A jar of amber honey with a bee on its label, a wooden dipper leaning against it',
  },
];
