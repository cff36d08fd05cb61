/**
 * No circles between folders: each is a layer over those that it imports. Tests may import anything, and the files
 * at the top of `src` put all together, so both are left out.
 */

import files from './.dependency-cruiser.mjs';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no-folder-circles', severity: 'error', scope: 'folder', from: {}, to: { circular: true } },
  ],
  options: { ...files.options, exclude: { path: '^src/testing/|\\.test\\.ts$|^src/[^/]+\\.ts$' } },
};
