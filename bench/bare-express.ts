import { readFileSync } from 'node:fs';
import express from 'express';

// What the store is compared with: `node bare-express.js PORT FILE TYPE` answers everything with the file's text, as an
// app answers with what a template gave; Express turns it into bytes for each answer.

const [, , port, file = '', type = 'html'] = process.argv;
const text = readFileSync(file, 'utf8');

const app = express();
app.set('etag', false);
app.get('/{*path}', (_req, res) => {
  res.type(type).send(text);
});
app.listen(Number(port), '127.0.0.1');
