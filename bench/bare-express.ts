import { readFileSync } from 'node:fs';
import express from 'express';

// What the store is compared with: `node bare-express.js PORT FILE bytes` answers everything with the file's
// bytes, which is the quickest that Express can send. With `text` they are text, as a template's output is, and
// Express turns them into bytes for each answer. A word behind that is their type, if it is not `html`.

const [, , port, file = '', form, type = 'html'] = process.argv;
const bytes = readFileSync(file);
const body = form === 'text' ? bytes.toString() : bytes;

const app = express();
app.set('etag', false);
app.get('/{*path}', (_req, res) => {
  res.type(type).send(body);
});
app.listen(Number(port), '127.0.0.1');
