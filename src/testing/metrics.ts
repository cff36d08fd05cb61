/** What a scrape said, by name and labels as they are written: `gatehouse_mails_total{outcome="sent"}`. */
export type Samples = Map<string, number>;

/** Reads Prometheus' text format. Throws on a line that is none of it. */
export function samplesOf(text: string): Samples {
  const samples: Samples = new Map();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('# ')) continue;
    const [, name = '', value = ''] =
      /^([a-z_0-9]+(?:\{(?:[a-z]+="(?:[^"\\]|\\.)*",?)*\})?) (\S+)$/.exec(line) ?? [];
    if (name === '' || Number.isNaN(Number(value))) throw new Error(`This is no sample: ${line}`);
    samples.set(name, Number(value));
  }
  return samples;
}

/** The names of all metrics in a scrape. */
export function namesIn(text: string): string[] {
  return [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name = '']) => name);
}
