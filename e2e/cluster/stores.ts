import { execFile } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AccountContext } from '../../src/accounts/account-context.ts';
import { createPasswordHasher } from '../../src/accounts/password-hasher.ts';
import { BUILT } from '../../src/cli/build.mjs';
import { connect, type Database } from '../../src/database/connection.ts';
import { createMailer } from '../../src/mail/mailer.ts';
import { createEncryptor } from '../../src/shared/crypto/encryption.ts';
import { accountContext } from '../../src/testing/account-context.ts';
import { unheard } from '../../src/testing/database.ts';
import { type MailServer, startMailServer } from '../../src/testing/mail-server.ts';
import { type Program, startProgram } from '../../src/testing/program.ts';
import { Visitor } from '../../src/testing/visitor.ts';
import { startCluster } from './galera.ts';
import type { Node } from './node.ts';

const run = promisify(execFile);

const DATABASE = 'gatehouse';

/** One process of the store, and the node that it works on. */
export interface Store {
  node: Node;
  db: Database;
  program: Program;
  url: string;
  /** A browser that has never been here, at an address of its own. */
  visitor: (address?: string) => StrangeVisitor;
}

/** Where a process of the store runs, and with which settings. */
export interface Place {
  folder: string;
  settings: Record<string, string>;
}

/** A cluster of three nodes with an empty database, and one process of the store on each once it is open. */
export interface Cluster {
  /** One for each node, when they are open. */
  stores: Store[];
  /** Counts on: after the third comes the first again. */
  storeAt: (number: number) => Store;
  post: MailServer;
  placeAt: (number: number) => Place;
  /** Opens the store at each node, all at once. */
  open: () => Promise<void>;
  /** What the rules need to work on a store as its own processes do. */
  contextAt: (number: number) => AccountContext;
  /** How often a node refused or undid a transaction because another node's came first. */
  conflicts: () => Promise<number>;
  /** Ends everything and removes the folder. */
  clear: () => Promise<void>;
}

/** @param folder where all files of nodes and stores go */
export async function openCluster(folder: string): Promise<Cluster> {
  const [nodes, post, hasher] = await Promise.all([
    startCluster(folder),
    startMailServer(),
    createPasswordHasher(4),
  ]);
  const stores: Store[] = [];
  const settings = {
    SECRET_KEY: 'moss-lantern-fiddle-barn-78901234',
    SMTP_URL: post.url,
    PORT: '0',
    BCRYPT_COST: '4',
    LOG_LEVEL: 'warn',
    REQUIRE_2FA: 'none',
    // Everybody comes from an address of their own.
    TRUST_PROXY: '1',
  };
  const nodeAt = (number: number) => nodes[number % nodes.length] as Node;
  const storeAt = (number: number) => stores[number % stores.length] as Store;
  const placeAt = (number: number) => {
    const place = join(folder, `store-${nodeAt(number).name}`);
    mkdirSync(place, { recursive: true });
    return { folder: place, settings: { ...settings, DATABASE_URL: nodeAt(number).url(DATABASE) } };
  };
  await makeDatabase(nodeAt(0));

  return {
    stores,
    storeAt,
    post,
    placeAt,
    async open() {
      const opened = await Promise.all(nodes.map((node, index) => openStore(node, placeAt(index))));
      stores.push(...opened);
    },
    contextAt(number) {
      const clock = Date.now;
      const mailer = createMailer({ encryptor: createEncryptor(settings.SECRET_KEY), clock });
      return { ...accountContext(storeAt(number).db, hasher), clock, mailer };
    },
    async conflicts() {
      const names = ['wsrep_local_cert_failures', 'wsrep_local_bf_aborts'];
      const counts = await Promise.all(nodes.flatMap((node) => names.map((name) => node.status(name))));
      return counts.reduce((sum, count) => sum + Number(count), 0);
    },
    async clear() {
      await Promise.all(stores.map(({ program }) => program.stop('SIGKILL')));
      await Promise.all(stores.map(({ db }) => db.destroy()));
      await Promise.all(nodes.map((node) => node.kill()));
      await post.goDown();
      await hasher.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

async function openStore(node: Node, place: Place): Promise<Store> {
  const program = startProgram(place.settings, place.folder);
  const url = await program.open();
  const db = connect({ dialect: 'mysql', url: node.url(DATABASE) }, unheard);
  return { node, db, program, url, visitor: (address) => new StrangeVisitor(url, address) };
}

/** It is there on all nodes at once. */
async function makeDatabase(node: Node): Promise<void> {
  const db = connect({ dialect: 'mysql', url: node.url('') }, unheard);
  try {
    await db.raw('create database ?? character set utf8mb4', [DATABASE]);
  } finally {
    await db.destroy();
  }
}

/** How often each value comes. */
export function countEach<T extends string | number>(values: T[]): Record<T, number> {
  const counts = {} as Record<T, number>;
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

/** Runs the gatehouse command against a node. */
export function gatehouse(place: Place, ...words: string[]) {
  return run(process.execPath, [join(BUILT, 'cli/gatehouse.js'), ...words], {
    cwd: place.folder,
    env: place.settings,
  });
}

let addresses = 0;

function nextAddress(): string {
  addresses += 1;
  return `10.0.${Math.floor(addresses / 250)}.${(addresses % 250) + 1}`;
}

/** The same browser can go to another process: what a load balancer does with a member's requests. */
export class StrangeVisitor extends Visitor {
  readonly #address: string;

  constructor(url: string, address = nextAddress()) {
    super(url);
    this.#address = address;
  }

  override request(path: string, init: RequestInit) {
    return super.request(path, { ...init, headers: { 'x-forwarded-for': this.#address, ...init.headers } });
  }

  /** Goes on at another process. */
  at({ url }: Store): StrangeVisitor {
    const there = new StrangeVisitor(url, this.#address);
    for (const [name, value] of this.cookies) there.cookies.set(name, value);
    return there;
  }
}
