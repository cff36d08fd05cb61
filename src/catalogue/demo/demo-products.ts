import { headset, keyboard, laptop, monitor, mouse } from './pictures/computing.ts';
import { deskLamp, notebook, paperReam, pens, stickyNotes } from './pictures/desk.ts';
import { firstAidKit, plant, soap, toteBag, umbrella } from './pictures/household.ts';
import { espressoMachine, kettle, mugs, waterBottle } from './pictures/kitchen.ts';
import { coffeeBeans, honey, lentils, rice, tea } from './pictures/pantry.ts';

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

/** The categories of the demo store, in shelf order. */
export const demoCategories: readonly { slug: string; name: string }[] = [
  { slug: 'computing', name: 'Computing' },
  { slug: 'desk', name: 'Desk and paper' },
  { slug: 'kitchen', name: 'Kitchen' },
  { slug: 'pantry', name: 'Pantry' },
  { slug: 'household', name: 'Household' },
];

/** The 24 products of the demo store. */
export const demoProducts: readonly DemoProduct[] = [
  {
    sku: 'COM-1001',
    slug: 'laptop',
    name: 'Laptop',
    category: 'computing',
    description:
      'A 14-inch laptop with 16 GB of memory and a 512 GB solid-state drive. It weighs 1.4 kg and runs ' +
      'for about nine hours of office work on one charge. The charger is in the box.',
    unit: 'each',
    priceMinor: 7_500_000,
    onHand: 12,
    picture: laptop,
    pictureAlt: 'An open silver laptop with an arched gate on its green screen',
  },
  {
    sku: 'COM-1002',
    slug: 'keyboard',
    name: 'Keyboard',
    category: 'computing',
    description:
      'A compact wired keyboard with quiet keys and a standard layout. The lead is 1.8 m long and ends ' +
      'in a USB-A plug.',
    unit: 'each',
    priceMinor: 150_000,
    onHand: 60,
    picture: keyboard,
    pictureAlt: 'A blue-grey keyboard with pale keys, an amber escape key and a green enter key',
  },
  {
    sku: 'COM-1003',
    slug: 'mouse',
    name: 'Mouse',
    category: 'computing',
    description:
      'A wired mouse with two buttons and a scroll wheel, shaped for either hand. It needs no driver. ' +
      'The mat in the picture is not included.',
    unit: 'each',
    priceMinor: 80_000,
    onHand: 85,
    picture: mouse,
    pictureAlt: 'A pale grey mouse with an amber scroll wheel on a round green mat',
  },
  {
    sku: 'COM-1004',
    slug: 'monitor-27-inch',
    name: '27-inch monitor',
    category: 'computing',
    description:
      'A 27-inch monitor with a matt screen and a resolution of 2560 by 1440. It has HDMI and USB-C ' +
      'inputs, and both leads are supplied. The stand tilts but does not change height.',
    unit: 'each',
    priceMinor: 2_249_000,
    onHand: 3,
    picture: monitor,
    pictureAlt: 'A wide monitor on a metal stand, showing green hills at sunrise',
  },
  {
    sku: 'COM-1005',
    slug: 'headset',
    name: 'Headset with microphone',
    category: 'computing',
    description:
      'A padded headset for calls, with a microphone arm that swings up out of the way. It connects by ' +
      'USB-A. Spare ear cushions can be ordered at the counter.',
    unit: 'each',
    priceMinor: 279_900,
    onHand: 0,
    picture: headset,
    pictureAlt: 'A dark headset with brick-red ear cushions and a microphone arm',
  },
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
  {
    sku: 'HSE-5001',
    slug: 'neem-soap',
    name: 'Neem and lemongrass soap',
    category: 'household',
    description:
      'Three 100 g bars made with coconut oil, each in a paper band. Lightly scented and free of palm ' +
      'oil.',
    unit: 'pack of 3',
    priceMinor: 22_500,
    onHand: 180,
    picture: soap,
    pictureAlt: 'Two banded bars of soap beside a green bar with lather on a wooden dish',
  },
  {
    sku: 'HSE-5002',
    slug: 'tote-bag',
    name: 'Canvas tote bag',
    category: 'household',
    description:
      'A heavy cotton bag printed with the gate, with handles long enough for the shoulder. It carries ' +
      'about 12 kg. Wash it cold.',
    unit: 'each',
    priceMinor: 34_900,
    onHand: 125,
    picture: toteBag,
    pictureAlt: 'A cream canvas bag with a green arched gate printed on it',
  },
  {
    sku: 'HSE-5003',
    slug: 'snake-plant',
    name: 'Snake plant in a clay pot',
    category: 'household',
    description:
      'A sturdy plant about 45 cm tall, in a clay pot with a drainage hole. It tolerates low light and ' +
      'wants water every two weeks.',
    unit: 'each',
    priceMinor: 64_900,
    onHand: 9,
    picture: plant,
    pictureAlt: 'A snake plant with upright banded leaves in a clay pot',
  },
  {
    sku: 'HSE-5004',
    slug: 'umbrella',
    name: 'Umbrella',
    category: 'household',
    description:
      'A full-length umbrella with eight fibreglass ribs and a crook handle of cane. It opens to 112 cm ' +
      'across, wide enough for two.',
    unit: 'each',
    priceMinor: 119_000,
    onHand: 22,
    picture: umbrella,
    pictureAlt: 'An open green and cream umbrella with a wooden crook handle, resting on its edge',
  },
  {
    sku: 'HSE-5005',
    slug: 'first-aid-kit',
    name: 'Workplace first-aid kit for up to 25 people, with wall bracket',
    category: 'household',
    description:
      'A hard case with dressings, bandages, plasters, gloves and a burns sheet for up to 25 people. ' +
      'Sterile items show their expiry date. The bracket screws to a wall.',
    unit: 'each',
    priceMinor: 215_000,
    onHand: 16,
    picture: firstAidKit,
    pictureAlt: 'A green first-aid case with a white cross, and a roll of bandage before it',
  },
];
