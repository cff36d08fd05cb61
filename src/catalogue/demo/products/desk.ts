import type { DemoProduct } from '../demo-product.ts';
import { deskLamp, notebook, paperReam, pens, stickyNotes } from '../pictures/desk.ts';

export const desk: readonly DemoProduct[] = [
  {
    sku: 'DSK-2001',
    slug: 'desk-lamp',
    name: 'Desk lamp',
    category: 'desk',
    description:
      'A jointed steel lamp with a weighted base, for desks and workbenches. It takes an E27 bulb; a 7 W ' +
      'warm white LED bulb is included.',
    unit: 'each',
    priceMinor: 189_900,
    onHand: 18,
    picture: deskLamp,
    pictureAlt: 'A green jointed desk lamp throwing a pool of warm light',
  },
  {
    sku: 'DSK-2002',
    slug: 'notebook-a5',
    name: 'Cloth-bound notebook, A5',
    category: 'desk',
    description:
      'A stitched notebook of 192 ruled pages that lies flat when open. It has a ribbon marker and an ' +
      'elastic band. The pencil is sold separately.',
    unit: 'each',
    priceMinor: 32_000,
    onHand: 140,
    picture: notebook,
    pictureAlt: 'A green notebook with a gate on its cover and an amber elastic band, behind a pencil',
  },
  {
    sku: 'DSK-2003',
    slug: 'gel-pens',
    name: 'Gel pens, assorted',
    category: 'desk',
    description:
      'Ten 0.7 mm gel pens in a card sleeve: five blue, three green and two red. The ink dries within ' +
      'seconds.',
    unit: 'pack of 10',
    priceMinor: 18_000,
    onHand: 220,
    picture: pens,
    pictureAlt: 'Ten blue, green and red pens standing in a brown card sleeve',
  },
  {
    sku: 'DSK-2004',
    slug: 'paper-a4',
    name: 'Copier paper, A4',
    category: 'desk',
    description:
      'Plain white 75 gsm paper for printers and copiers. Sold by the ream; a carton holds five. Large ' +
      'orders are delivered on a pallet.',
    unit: 'ream of 500 sheets',
    priceMinor: 31_500,
    onHand: 12_480,
    picture: paperReam,
    pictureAlt: 'Two wrapped reams of paper with loose white sheets on top',
  },
  {
    sku: 'DSK-2005',
    slug: 'sticky-notes',
    name: 'Sticky notes',
    category: 'desk',
    description:
      'Three pads of 100 notes, 76 mm square, in yellow, green and pink. The notes lift off without a ' +
      'mark.',
    unit: 'pack of 3 pads',
    priceMinor: 14_500,
    onHand: 310,
    picture: stickyNotes,
    pictureAlt: 'Pads of yellow, pink and green sticky notes, with two written notes on the wall above',
  },
];
