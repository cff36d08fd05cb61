import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { GALERA_LIBRARY } from './packages.mjs';

const run = promisify(execFile);

const HOST = '127.0.0.1';
const READY_WITHIN = 60_000;
const LOOK_AGAIN = 100;

/** What every node is started with: small, on this machine alone, and quick to see that another is gone. */
const OPTIONS = [
  '--no-defaults',
  `--bind-address=${HOST}`,
  '--skip-name-resolve',
  '--skip-log-bin',
  '--binlog-format=ROW',
  '--innodb-autoinc-lock-mode=2',
  // A killed process loses nothing by it; only a machine that loses its power does, and the cluster has the data.
  '--innodb-flush-log-at-trx-commit=2',
  '--innodb-buffer-pool-size=32M',
  '--innodb-log-file-size=8M',
  '--key-buffer-size=1M',
  '--aria-pagecache-buffer-size=1M',
  '--performance-schema=OFF',
  '--wsrep-on=ON',
  `--wsrep-provider=${GALERA_LIBRARY}`,
  '--wsrep-cluster-name=gatehouse',
  '--wsrep-slave-threads=2',
  '--wsrep-sst-method=rsync',
];

/** How soon a node that is silent counts as gone; a node that was away gets what it missed (IST) from the cache. */
const PROVIDER_OPTIONS = [
  'gcache.size=32M',
  'repl.causal_read_timeout=PT5S',
  'evs.keepalive_period=PT0.5S',
  'evs.inactive_check_period=PT0.5S',
  'evs.suspect_timeout=PT2S',
  'evs.inactive_timeout=PT4S',
  'evs.install_timeout=PT4S',
];

/** One server of the cluster. */
export interface Node {
  name: string;
  /** For DATABASE_URL. */
  url: (database: string) => string;
  /** The value of a status variable of the cluster, such as `wsrep_local_cert_failures`. */
  status: (variable: string) => Promise<string>;
  /** Ends it as a power cut of its machine does. */
  kill: () => Promise<void>;
  /** Starts it again after that; comes back when it has all that the others have. */
  rejoin: () => Promise<void>;
  /** Cuts it from the others, and joins it with them again: the network between them is gone and comes back. */
  isolate: (isolated: boolean) => Promise<void>;
  /** All that it has printed. */
  log: () => string;
}

interface Ports {
  mysql: number;
  group: number;
  sst: number;
  ist: number;
}

/** Where a node is, and as whom it runs. */
export interface Place {
  name: string;
  data: string;
  ports: Ports;
  owner: Owner;
}

/** Nothing where it is whoever runs the tests. */
export interface Owner {
  uid?: number;
  gid?: number;
}

/** One node of a cluster, not begun. @param groups the ports at which the nodes find each other */
export function createNode(place: Place, groups: number[]) {
  const { name, data, ports, owner } = place;
  const log = `${data}.log`;
  let server: ChildProcess | undefined;

  async function begin(isFirst: boolean, more: string[] = []): Promise<void> {
    const output = openSync(log, 'a');
    const group = groups.map((port) => `${HOST}:${port}`).join();
    server = spawn(
      'mariadbd',
      [
        ...optionsOf(place),
        `--wsrep-node-name=${name}`,
        `--wsrep-node-address=${HOST}:${ports.group}`,
        `--wsrep-sst-receive-address=${HOST}:${ports.sst}`,
        `--wsrep-provider-options=${[
          ...PROVIDER_OPTIONS,
          `gmcast.listen_addr=tcp://${HOST}:${ports.group}`,
          `ist.recv_addr=${HOST}:${ports.ist}`,
        ].join(';')}`,
        ...(isFirst ? ['--wsrep-new-cluster', '--wsrep-cluster-address=gcomm://'] : []),
        ...(isFirst ? [] : [`--wsrep-cluster-address=gcomm://${group}`]),
        ...more,
      ],
      { ...owner, stdio: ['ignore', output, output] },
    );
    await isReady(server);
  }

  /** Whether it takes part: it answers, knows the others and has what they have. */
  async function isReady(started: ChildProcess): Promise<void> {
    const deadline = performance.now() + READY_WITHIN;
    for (;;) {
      if (hasEnded(started) || performance.now() > deadline)
        throw new Error(`The node ${name} does not come up:\n${readFileSync(log, 'utf8').slice(-3_000)}`);
      const state = await status('wsrep_local_state_comment').catch(() => '');
      if (state === 'Synced') return;
      await sleep(LOOK_AGAIN);
    }
  }

  async function ask<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await createConnection({ host: HOST, port: ports.mysql, user: 'root' });
    try {
      return await work(connection);
    } finally {
      connection.destroy();
    }
  }

  async function status(variable: string): Promise<string> {
    const [rows] = await ask((connection) =>
      connection.query<RowDataPacket[]>('show global status where variable_name = ?', [variable]),
    );
    return String(rows[0]?.Value);
  }

  return {
    name,
    begin,
    status,
    url: (database: string) => `mysql://root@${HOST}:${ports.mysql}/${database}`,
    async kill() {
      if (!server || hasEnded(server)) return;
      server.kill('SIGKILL');
      await once(server, 'exit');
    },
    async rejoin() {
      // Where its data stand is asked first, as the service of the packages does: else it would get all of them anew.
      const { stderr } = await run(
        'mariadbd',
        [...optionsOf(place), '--wsrep-cluster-address=gcomm://', '--wsrep-recover'],
        owner,
      );
      const position = /Recovered position: (\S+)/.exec(stderr)?.[1];
      await begin(false, position ? [`--wsrep-start-position=${position}`] : []);
    },
    async isolate(isolated: boolean) {
      await ask((connection) =>
        connection.query(`set global wsrep_provider_options = 'gmcast.isolate=${isolated ? 1 : 0}'`),
      );
    },
    log: () => readFileSync(log, 'utf8'),
  };
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function optionsOf({ data, ports }: Place): string[] {
  return [
    ...OPTIONS,
    `--datadir=${data}`,
    `--socket=${data}/s`,
    `--pid-file=${data}/pid`,
    `--port=${ports.mysql}`,
  ];
}
