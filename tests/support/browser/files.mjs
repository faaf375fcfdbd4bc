// SPDX-License-Identifier: LGPL-2.1-or-later
// Serves the pages of this folder and the foreign clients that npm brought, on
// a port of this machine: a page's scripts come from nowhere else.
import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

const FILES = {
  '/client.html': ['client.html', 'text/html; charset=utf-8'],
  '/client.js': ['client.js', 'text/javascript'],
  '/pattern.html': ['pattern.html', 'text/html; charset=utf-8'],
  '/pattern.js': ['pattern.js', 'text/javascript'],
  '/livekit-client.js': ['node_modules/livekit-client/dist/livekit-client.esm.mjs', 'text/javascript'],
  '/whip.js': ['node_modules/whip-whep/whip.js', 'text/javascript'],
  '/whep.js': ['node_modules/whip-whep/whep.js', 'text/javascript'],
};

function answer(request, response) {
  const [path, type] = FILES[request.url.split('?')[0]] ?? [];
  if (!path) {
    response.writeHead(request.url === '/favicon.ico' ? 204 : 404).end();
    return;
  }
  response.writeHead(200, { 'Content-Type': type });
  createReadStream(fileURLToPath(new URL(path, import.meta.url))).pipe(response);
}

/** The address it is reached at, once it listens. */
export function serve() {
  return new Promise((resolve, reject) => {
    const server = createServer(answer);
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${server.address().port}`));
    server.unref();
  });
}
