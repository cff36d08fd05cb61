import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A disk of its own that can be filled up. */
export interface SmallDisk {
  folder: string;
  /** Takes all the room that is left. */
  fill: () => void;
  makeRoom: () => void;
  remove: () => void;
}

/** @param size as mount understands it: `6m`. @throws where a disk cannot be made: it takes root */
export function makeSmallDisk(size: string): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { stdio: 'pipe' });
  } catch (error) {
    rmSync(folder, { recursive: true });
    throw error;
  }
  const ballast = join(folder, 'ballast');
  mkdirSync(join(folder, 'data'));
  return {
    folder,
    fill() {
      for (const piece of [64 * 1024, 4 * 1024]) writeUntilFull(ballast, Buffer.alloc(piece));
    },
    makeRoom: () => rmSync(ballast),
    remove() {
      execFileSync('umount', ['-l', folder], { stdio: 'pipe' });
      rmSync(folder, { recursive: true });
    },
  };
}

function writeUntilFull(file: string, piece: Buffer): void {
  for (;;) {
    try {
      appendFileSync(file, piece);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return;
      throw error;
    }
  }
}

/** Whether disks can be made here. */
export function canMakeDisks(): boolean {
  try {
    makeSmallDisk('64k').remove();
    return true;
  } catch {
    return false;
  }
}
