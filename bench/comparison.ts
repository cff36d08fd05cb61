import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fullSpeed, type Target, type Throughput } from './load.ts';
import { atLeast, type Figure, ratio, say } from './report.ts';
import { median } from './statistics.ts';
import type { Workplace } from './workplace.ts';

/** Many short rounds: a disturbance that spoils a few leaves the middle one alone. */
const ROUNDS = 10;
const ROUND_SECONDS = 1.5;
const WARM_UP_SECONDS = 2;

/**
 * Sets a page of the store against bare Express that does nothing but send the same text, as any app sends what it
 * rendered. Both are measured in turns, so that what else the machine does meets both, and compared round by round.
 *
 * @param target is warm already
 * @param type of the text: `html` or `json`
 */
export async function compareWithExpress(
  workplace: Workplace,
  name: string,
  { target, text, type, goal }: { target: Target; text: string; type: string; goal: number },
): Promise<Figure[]> {
  const file = join(workplace.folder, `page.${type}`);
  writeFileSync(file, text);
  const express = await workplace.serve('bare-express.js', {
    args: (port) => [String(port), file, type],
    readyPath: '/',
  });
  // The same request, down to the cookie.
  const bare: Target = { ...target, url: express.url + new URL(target.url).pathname, pid: express.pid };
  await fullSpeed(bare, { duration: WARM_UP_SECONDS });
  const rounds: { store: Throughput; bare: Throughput }[] = [];
  for (let round = 0; round < ROUNDS; round += 1)
    rounds.push({
      store: await fullSpeed(target, { duration: ROUND_SECONDS }),
      bare: await fullSpeed(bare, { duration: ROUND_SECONDS }),
    });
  await express.stop();

  say(`\n${name}: ${target.bytes} bytes; the middle round`);
  say(`  store         ${speedText(rounds.map(({ store }) => store))}`);
  say(`  bare Express  ${speedText(rounds.map((round) => round.bare))}`);
  const speeds = rounds.map((round) => round.store.perSecond / round.bare.perSecond);
  // More time for each request is less speed.
  const costs = rounds.map((round) => round.bare.cpuPerRequest / round.store.cpuPerRequest);
  return [
    atLeast(`${name} to bare Express`, median(speeds), goal, ratio),
    {
      name: '- lowest and highest round',
      measured: `${ratio(Math.min(...speeds))} - ${ratio(Math.max(...speeds))}`,
    },
    { name: '- by computing time', measured: ratio(median(costs)) },
  ];
}

function speedText(rounds: Throughput[]): string {
  const perSecond = median(rounds.map((round) => round.perSecond));
  const cpu = median(rounds.map((round) => round.cpuPerRequest));
  return `${perSecond.toFixed(0).padStart(6)}/s, ${cpu.toFixed(3)} ms of computing for each`;
}
