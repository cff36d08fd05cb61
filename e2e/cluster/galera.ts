import { execFile, execFileSync } from 'node:child_process';
import { chownSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePorts } from '../../src/testing/ports.ts';
import { createNode, type Node, type Owner } from './node.ts';

const run = promisify(execFile);

/**
 * Starts three nodes that are one cluster, on free ports of this machine.
 *
 * @param folder where their data go; it is removed by whoever made it
 */
export async function startCluster(folder: string): Promise<Node[]> {
  const owner = ownerOf(folder);
  const free = await freePorts(12);
  const nodes = ['one', 'two', 'three'].map((name, index) => {
    const [mysql = 0, group = 0, sst = 0, ist = 0] = free.slice(index * 4, index * 4 + 4);
    return { name, data: join(folder, name), ports: { mysql, group, sst, ist }, owner };
  });
  for (const { data } of nodes) {
    await run(
      'mariadb-install-db',
      [
        '--no-defaults',
        `--datadir=${data}`,
        '--auth-root-authentication-method=normal',
        '--skip-name-resolve',
        '--skip-test-db',
      ],
      owner,
    );
  }
  const groups = nodes.map(({ ports }) => ports.group);
  const [first, ...others] = nodes.map((node) => createNode(node, groups));
  await first?.begin(true);
  // One after another: each gets its data from one that is there, who gives to one at a time.
  for (const node of others) await node.begin(false);
  return [first, ...others].filter((node) => node !== undefined);
}

/** Root must run neither the server nor what copies its data: then it is the user of the packages, who gets the folder. */
function ownerOf(folder: string): Owner {
  if (process.getuid?.() !== 0) return {};
  const idOf = (option: string) => Number(execFileSync('id', [option, 'mysql'], { encoding: 'utf8' }));
  const owner = { uid: idOf('-u'), gid: idOf('-g') };
  chownSync(folder, owner.uid, owner.gid);
  return owner;
}
