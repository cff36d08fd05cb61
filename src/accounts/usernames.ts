import { z } from 'zod';

const LEAST = 3;
const MOST = 30;

export const TEXTS = {
  missing: 'Enter a username.',
  length: `Use ${LEAST} to ${MOST} characters.`,
  characters: 'Use only letters from A to Z, digits, dots, underscores and hyphens.',
  reserved: 'This name is reserved. Please choose another.',
};

/** Names that speak for the store, name a machine's account or could stand as a path of the site. */
const RESERVED = [
  'about abuse access account accounts active admin administrator admins anonymous api app auth',
  'billing board bot buy cart catalogue ceo checkout club committee contact coop customer daemon demo dev',
  'everyone feedback finance ftp gatehouse guest guests healthz help helpdesk host hostmaster info invoice invoices it',
  'localhost login logout mail mailer mailerdaemon manager me member members mod moderator moderators moderation',
  'nobody none noreply notification notifications null office official operator order orders owner',
  'payment payments postmaster privacy product products profile public readyz register robot root',
  'sales secretary security server service settings setup shop signin signout signup staff static status store',
  'superuser support sysadmin sys sysop system team terms test treasurer trust undefined unknown user users',
  'verify warehouse webmaster www you',
].flatMap((line) => line.split(' '));

/** Digits and letter pairs that look like a letter, and letters that look like each other. */
const LOOK_ALIKES: [RegExp, string][] = [
  [/rn/g, 'm'],
  [/vv/g, 'w'],
  [/0/g, 'o'],
  [/[1i]/g, 'l'],
  [/3/g, 'e'],
  [/4/g, 'a'],
  [/5/g, 's'],
  [/7/g, 't'],
  [/8/g, 'b'],
];

/** What a name looks like at a glance: without case, dots and hyphens, with look-alikes as one. */
function skeletonOf(name: string): string {
  const plain = name.toLowerCase().replaceAll(/[._-]/g, '');
  return LOOK_ALIKES.reduce((text, [pattern, letter]) => text.replaceAll(pattern, letter), plain);
}

const RESERVED_SKELETONS = new Set(RESERVED.map(skeletonOf));

/** Whether a name is kept back, or could be mistaken for one that is: `Admin`, `adm1n`, `r.o.o.t`. */
export function isReservedUsername(name: string): boolean {
  return RESERVED_SKELETONS.has(skeletonOf(name));
}

/** A username: 3 to 30 of `A-Z a-z 0-9 . _ -`, not a reserved one. */
export const usernameField = z
  .string({ error: TEXTS.missing })
  .trim()
  .min(1, { error: TEXTS.missing, abort: true })
  .regex(/^[A-Za-z0-9._-]*$/, TEXTS.characters)
  .refine((name) => [...name].length >= LEAST && [...name].length <= MOST, TEXTS.length)
  .refine((name) => !isReservedUsername(name), TEXTS.reserved)
  // What the refinements cannot tell the documentation of the API.
  .meta({ minLength: LEAST, maxLength: MOST });
