import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

// The least that Node can do: `node bare-http.js PORT FILE` answers everything with the file's bytes.

const [, , port, file = ''] = process.argv;
const body = readFileSync(file);

createServer((_req, res) => {
  res.setHeader('Content-Type', 'text/html; charset=utf-8');
  res.setHeader('Content-Length', body.length);
  res.end(body);
}).listen(Number(port), '127.0.0.1');
