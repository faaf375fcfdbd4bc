// SPDX-License-Identifier: LGPL-2.1-or-later
// Starts Debian's Chromium without a window, and watches what its pages do
// that they should not.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

export const PROGRAM = process.env.CHROMIUM || '/usr/bin/chromium';

// Without the first ones it looks for its maker's hosts at every start.
const FLAGS = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--disable-gpu',
  '--no-first-run',
  '--no-sandbox',
  '--no-proxy-server',
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
];

/**
 * A browser with a profile of its own, which goes with it.
 * video, audio: what its camera and microphone give: a Y4M and a WAV file.
 */
export function launch({ video, audio } = {}) {
  if (!existsSync(PROGRAM)) throw new Error(`no browser at ${PROGRAM}`);
  const args = [...FLAGS];
  if (video) args.push(`--use-file-for-fake-video-capture=${video}`);
  if (audio) args.push(`--use-file-for-fake-audio-capture=${audio}`);
  return chromium.launch({ executablePath: PROGRAM, headless: true, args });
}

/**
 * Tells of each thing that goes wrong in the pages of a context:
 * console-error, page-error, violation (of the page's own policy), failed
 * (a request), foreign (a request to a host that is not this machine).
 */
export async function watch(context, tell) {
  await context.exposeBinding('__violation', (_source, text) => tell('violation', { text }));
  await context.addInitScript(() => {
    const report = globalThis.__violation;
    delete globalThis.__violation;
    document.addEventListener('securitypolicyviolation', (event) =>
      report(`${event.effectiveDirective}: ${event.blockedURI} in ${event.sourceFile}`),
    );
  });
  context.on('console', (message) => {
    if (message.type() !== 'error') return;
    const { url, lineNumber } = message.location();
    tell('console-error', { text: `${message.text()} (${url}:${lineNumber + 1})` });
  });
  context.on('weberror', (error) => tell('page-error', { text: String(error.error()) }));
  context.on('request', (request) => {
    const url = new URL(request.url());
    const inside = ['data:', 'blob:', 'about:'].includes(url.protocol);
    if (!inside && !['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname))
      tell('foreign', { text: request.url() });
  });
  context.on('requestfailed', (request) => {
    const why = request.failure()?.errorText;
    // What the page itself gives up has not failed.
    if (why !== 'net::ERR_ABORTED')
      tell('failed', { text: `${request.method()} ${request.url()}: ${why}` });
  });
}
