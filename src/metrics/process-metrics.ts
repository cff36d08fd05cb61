import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, type Registry } from 'prom-client';
import { SECOND } from '../shared/clock.ts';
import { addGauge } from './gauge.ts';

/** How often it is looked whether the process comes to its work in time, in milliseconds. */
const RESOLUTION = 20;
const NANOSECONDS = 1_000_000_000;
const MICROSECONDS = 1_000_000;

/** A minute in windows: whoever asks, and how often, nothing is lost and nothing is taken from another. */
const WINDOW = 15 * SECOND;
const WINDOWS = 4;

/**
 * What a process uses, under the names that all programs on Node have for it. prom-client's own defaults cannot be
 * closed, and put together by sums and means what several processes tell, where the slowest one matters.
 *
 * @returns stops looking
 */
export function watchProcess(registry: Registry): () => void {
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'Computing time, with that of the threads that hash passwords.',
    registers: [registry],
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / MICROSECONDS);
    },
  });
  addGauge(registry, {
    name: 'process_resident_memory_bytes',
    help: 'Memory in RAM, of all processes.',
    read: () => process.memoryUsage.rss(),
  });
  addGauge(registry, {
    name: 'process_start_time_seconds',
    help: 'When the process was started, of several the youngest, in seconds since 1970.',
    aggregator: 'max',
    read: () => Date.now() / SECOND - process.uptime(),
  });
  return watchEventLoop(registry);
}

function watchEventLoop(registry: Registry): () => void {
  const monitor = monitorEventLoopDelay({ resolution: RESOLUTION });
  const current = () => ({ p99: lagOf(monitor.percentile(99)), max: lagOf(monitor.max) });
  const windows: ReturnType<typeof current>[] = [];
  const turn = setInterval(() => {
    windows.push(current());
    monitor.reset();
    if (windows.length > WINDOWS) windows.shift();
  }, WINDOW).unref();
  monitor.enable();

  for (const metric of ['p99', 'max'] as const) {
    addGauge(registry, {
      name: `nodejs_eventloop_lag_${metric}_seconds`,
      help: `How late the process came to its work within the last minute (${metric}), of several the latest.`,
      aggregator: 'max',
      read: () => Math.max(...[...windows, current()].map((lag) => lag[metric])),
    });
  }
  return () => {
    clearInterval(turn);
    monitor.disable();
  };
}

/** The monitor measures from one look to the next, so that in time is the resolution. */
function lagOf(nanoseconds: number): number {
  return Math.max(0, nanoseconds / NANOSECONDS - RESOLUTION / SECOND);
}
