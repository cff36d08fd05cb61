import { environmentSettings } from './settings.ts';

/** Further OpenID providers have a number. */
const PROVIDER = /^OIDC_(\d+_)?(ISSUER|CLIENT_ID|CLIENT_SECRET|NAME)$/;

/** What only the tests read. */
const TESTS = ['TEST_POSTGRES_URL', 'TEST_MYSQL_URL'];

/** What compose.yaml and Docker Compose take from the same `.env` file. */
const COMPOSE = /^(DATABASE_PASSWORD|COMPOSE_\w+)$/;

const NAMES = [...Object.keys(environmentSettings.shape), ...TESTS];

/** What other programs hand on though it is close to ours: cron, to each command that it runs. */
const OF_OTHERS = ['MAILFROM'];

/** In the environment, shorter names are close to ours by chance: HOSTS, PORTS. */
const SHORTEST_MISTYPED = 6;

/** A name of `.env` that is further from all of ours is not a mistyped one. */
const FURTHEST = 3;

export const TEXTS = {
  unknown: (name: string) => `${name} is not a setting.`,
  nearest: (name: string, meant: string) => `${name} is not a setting. Did you mean ${meant}?`,
};

function isSetting(name: string): boolean {
  return NAMES.includes(name) || PROVIDER.test(name);
}

/** What is wrong with the names of a `.env` file, which holds nothing but settings. One sentence each. */
export function unknownNames(names: readonly string[]): string[] {
  return names
    .filter((name) => !isSetting(name) && !COMPOSE.test(name))
    .map((name) => {
      const meant = nearestTo(name.toUpperCase(), FURTHEST);
      return meant ? TEXTS.nearest(name, meant) : TEXTS.unknown(name);
    });
}

/** The same of the environment, which holds the names of other programs: those that are one letter beside ours. */
export function mistypedNames(names: readonly string[]): string[] {
  return names
    .filter((name) => !isSetting(name) && !OF_OTHERS.includes(name) && name.length >= SHORTEST_MISTYPED)
    .flatMap((name) => {
      const meant = nearestTo(name, 1);
      return meant ? [TEXTS.nearest(name, meant)] : [];
    });
}

/** @param most how many letters may differ */
function nearestTo(name: string, most: number): string | undefined {
  const [, number = ''] = /^OIDC_([2-9]_)/.exec(name) ?? [];
  const names = NAMES.map((ours) => ours.replace(/^OIDC_/, `OIDC_${number}`));
  const [nearest] = names
    .map((ours) => ({ ours, distance: distanceBetween(name, ours) }))
    .filter(({ distance }) => distance <= most)
    .sort((a, b) => a.distance - b.distance);
  return nearest?.ours;
}

/** How many letters must be added, removed, replaced or swapped with their neighbour (optimal string alignment). */
function distanceBetween(one: string, other: string): number {
  const rows = [Array.from({ length: other.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number) => rows[row]?.[column] ?? 0;
  for (let row = 1; row <= one.length; row += 1) {
    const distances = [row];
    rows.push(distances);
    for (let column = 1; column <= other.length; column += 1) {
      const differs = one[row - 1] === other[column - 1] ? 0 : 1;
      const isSwap = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      distances[column] = Math.min(
        at(row - 1, column) + 1,
        at(row, column - 1) + 1,
        at(row - 1, column - 1) + differs,
        isSwap ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
  }
  return at(one.length, other.length);
}
