import { readFileSync } from 'node:fs';
import express from 'express';

// What the store is compared with: `node bare-express.js PORT FILE` answers everything with the file's bytes.
// They are a Buffer from the start, which is the quickest that Express can send.

const [, , port, file = ''] = process.argv;
const body = readFileSync(file);

const app = express();
app.set('etag', false);
app.get('/{*path}', (_req, res) => {
  res.type('html').send(body);
});
app.listen(Number(port), '127.0.0.1');
