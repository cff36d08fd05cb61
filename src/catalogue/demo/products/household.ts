import type { DemoProduct } from '../demo-product.ts';
import { firstAidKit, plant, soap, toteBag, umbrella } from '../pictures/household.ts';

export const household: readonly DemoProduct[] = [
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
