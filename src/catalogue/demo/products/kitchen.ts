import type { DemoProduct } from '../demo-product.ts';
import { espressoMachine, kettle, mugs, waterBottle } from '../pictures/kitchen.ts';

export const kitchen: readonly DemoProduct[] = [
  {
    sku: 'KIT-3001',
    slug: 'espresso-machine',
    name: 'Espresso machine, two groups',
    category: 'kitchen',
    description:
      'A two-group machine for a canteen or a busy office kitchen, with a steam wand and a cup warmer. ' +
      'It needs a 16 A socket and a water connection. Installation is arranged after the order; cups are ' +
      'not included.',
    unit: 'each',
    priceMinor: 12_450_000,
    onHand: 2,
    picture: espressoMachine,
    pictureAlt: 'A green and steel espresso machine with two groups and cups warming on top',
  },
  {
    sku: 'KIT-3002',
    slug: 'electric-kettle',
    name: 'Electric kettle, 1.7 litres',
    category: 'kitchen',
    description:
      'An enamelled steel kettle with a wooden handle, on a corded base. It boils 1.7 litres in about ' +
      'six minutes and switches itself off.',
    unit: 'each',
    priceMinor: 249_500,
    onHand: 14,
    picture: kettle,
    pictureAlt: 'A brick-red kettle with a wooden handle, steaming on its black base',
  },
  {
    sku: 'KIT-3003',
    slug: 'stoneware-mugs',
    name: 'Stoneware mugs',
    category: 'kitchen',
    description:
      'Four stacking mugs of 300 ml in four glazes, with a bare clay foot. They are safe in the ' +
      'dishwasher and the microwave.',
    unit: 'set of 4',
    priceMinor: 124_000,
    onHand: 36,
    picture: mugs,
    pictureAlt: 'Four mugs in amber, blue-grey, brick red and green, stacked in twos',
  },
  {
    sku: 'KIT-3004',
    slug: 'water-bottle',
    name: 'Steel water bottle, 750 ml',
    category: 'kitchen',
    description:
      'A single-wall stainless steel bottle with a screw cap and a carrying loop. It is light and easy ' +
      'to clean, but it does not keep drinks hot.',
    unit: 'each',
    priceMinor: 69_900,
    onHand: 48,
    picture: waterBottle,
    pictureAlt: 'A green steel bottle with a dark loop cap and a gate on its side',
  },
];
