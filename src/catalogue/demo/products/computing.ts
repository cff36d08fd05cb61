import type { DemoProduct } from '../demo-product.ts';
import { headset, keyboard, laptop, monitor, mouse } from '../pictures/computing.ts';

export const computing: readonly DemoProduct[] = [
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
];
