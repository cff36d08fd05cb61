import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROJECT_FOLDER } from '../shared/folders.ts';
import { fetchTrusting, writeCertificate } from './https.ts';

/** A proxy that docs/operations.md has a sample for. */
export type ProxyKind = 'nginx' | 'caddy';

/** A proxy as the sample has it, but for names, ports and certificate. */
export interface RunningProxy {
  /** Carries requests to it as somebody at an address of this machine, trusting its certificate. */
  fetchFrom: (address: string) => (url: string, init: RequestInit) => Promise<Response>;
  stop: () => Promise<void>;
}

export interface ProxyPorts {
  https: number;
  http: number;
  /** Of the store's processes. */
  upstreams: [number, number];
}

/** The name at which the store of the samples is, and the ports of its two processes. */
const SAMPLE = { host: 'store.example.org', upstreams: ['127.0.0.1:3000', '127.0.0.1:3001'] };

export function isInstalled(kind: ProxyKind): boolean {
  try {
    execFileSync(kind, [kind === 'nginx' ? '-v' : 'version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/**
 * Starts a proxy with the sample of the documentation.
 *
 * @param folder where it keeps its files
 */
export async function startProxy(kind: ProxyKind, ports: ProxyPorts, folder: string): Promise<RunningProxy> {
  mkdirSync(folder, { recursive: true });
  const { files, cert } = await writeCertificate({ folder });
  renameSync(files.cert, join(folder, 'fullchain.pem'));
  renameSync(files.key, join(folder, 'privkey.pem'));
  const command = (kind === 'nginx' ? prepareNginx : prepareCaddy)(sampleOf(kind), ports, folder);

  const proxy = spawn(kind, command, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  proxy.stderr.on('data', (text) => {
    said += text;
  });
  await untilOpen(proxy, ports.https, () => said);
  return {
    fetchFrom: (address) => fetchTrusting(cert, address),
    async stop() {
      if (proxy.exitCode !== null) return;
      proxy.kill('SIGTERM');
      await once(proxy, 'exit');
    },
  };
}

/** The sample of the documentation, with this test's processes. */
function sampleOf(kind: ProxyKind): string {
  const page = readFileSync(join(PROJECT_FOLDER, 'docs', 'operations.md'), 'utf8');
  const [, sample = ''] = new RegExp(`\`\`\`${kind}\n(.*?)\`\`\``, 's').exec(page) ?? [];
  return sample;
}

/** Puts this test's own in the place of what a sample has; each must be there. */
function replace(sample: string, pairs: [string, string][]): string {
  return pairs.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`The sample has no ${from}.`);
    return text.replaceAll(from, to);
  }, sample);
}

function prepareNginx(sample: string, { https, http, upstreams }: ProxyPorts, folder: string): string[] {
  const site = replace(sample, [
    ['    listen [::]:80;\n', ''],
    ['    listen [::]:443 ssl http2;\n', ''],
    ['listen 80;', `listen 127.0.0.1:${http};`],
    ['listen 443 ', `listen 127.0.0.1:${https} `],
    [`https://${SAMPLE.host}$`, `https://localhost:${https}$`],
    [`/etc/letsencrypt/live/${SAMPLE.host}`, folder],
    [SAMPLE.host, 'localhost'],
    ...SAMPLE.upstreams.map((one, index): [string, string] => [one, `127.0.0.1:${upstreams[index]}`]),
  ]);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const file = join(folder, 'nginx.conf');
  writeFileSync(
    file,
    [
      ...(process.getuid?.() === 0 ? ['user root;'] : []),
      `daemon off; worker_processes 1; pid ${folder}/nginx.pid;`,
      'events {}',
      'http { access_log off;',
      ...temporary.map((name) => `${name}_temp_path ${folder}/${name};`),
      `${site}}`,
    ].join('\n'),
  );
  return ['-e', 'stderr', '-c', file];
}

function prepareCaddy(sample: string, { https, http, upstreams }: ProxyPorts, folder: string): string[] {
  const site = replace(sample, [
    [
      `${SAMPLE.host} {`,
      `localhost:${https} {\n    bind 127.0.0.1\n    tls ${folder}/fullchain.pem ${folder}/privkey.pem`,
    ],
    ...SAMPLE.upstreams.map((one, index): [string, string] => [one, `127.0.0.1:${upstreams[index]}`]),
  ]);
  const file = join(folder, 'Caddyfile');
  const options = `{\n    admin off\n    storage file_system ${folder}\n    http_port ${http}\n    https_port ${https}\n}\n`;
  writeFileSync(file, options + site);
  return ['run', '--config', file, '--adapter', 'caddyfile'];
}

async function untilOpen(proxy: ChildProcess, port: number, said: () => string): Promise<void> {
  const ended = once(proxy, 'exit').then(() => Promise.reject(new Error(`The proxy ended: ${said()}`)));
  for (let open = false; !open; ) {
    const socket = connect(port, '127.0.0.1');
    const connected = once(socket, 'connect').then(
      () => true,
      () => sleep(20, false),
    );
    open = await Promise.race([connected, ended]);
    socket.destroy();
  }
  ended.catch(() => undefined);
}
