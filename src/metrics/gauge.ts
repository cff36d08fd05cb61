import { Gauge, type Registry } from 'prom-client';

type Value = number | Record<string, number> | undefined;

interface AskedGauge {
  name: string;
  help: string;
  /** What the keys are where a value has keys. */
  label?: string;
  /** How the values of several processes go together; by default it is their sum. */
  aggregator?: 'max' | 'min';
  /** Is asked whenever somebody wants the metrics. What is undefined is not told. */
  read: () => Value | Promise<Value>;
}

export function addGauge(registry: Registry, { label, read, ...about }: AskedGauge): void {
  new Gauge({
    ...about,
    labelNames: label ? [label] : [],
    registers: [registry],
    async collect() {
      const value = await read();
      if (value === undefined) this.remove();
      else if (typeof value === 'number') this.set(value);
      else for (const [key, part] of Object.entries(value)) this.set({ [label ?? '']: key }, part);
    },
  });
}
