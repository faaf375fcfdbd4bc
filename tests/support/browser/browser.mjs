#!/usr/bin/env node
// SPDX-License-Identifier: LGPL-2.1-or-later
// Chromium on request. Reads one JSON request per line, {"id": N, "call": NAME,
// "page": P, "args": [...]}, answers one line; what happens in the pages by
// itself comes as lines of its own. Run with --help for the options.
import { parseArgs } from 'node:util';
import { EXIT_OK, EXIT_USAGE, emit, listen, makeEnd } from '../subscriber/terminal.mjs';
import { launch, watch } from './chromium.mjs';
import { hear, see } from './look.mjs';
import { serve } from './files.mjs';

const HELP = `usage: browser.mjs [--video Y4M] [--audio WAV]
  --video, --audio  what the camera and the microphone give
calls: open URL | goto URL | close | evaluate SOURCE ARG | wait SOURCE ARG MS |
  click SELECTOR | press KEY | fill SELECTOR TEXT | size WIDTH HEIGHT |
  screenshot PATH | see OPTIONS | hear OPTIONS
`;

const { values: args } = parseArgs({
  options: {
    help: { type: 'boolean' },
    video: { type: 'string' },
    audio: { type: 'string' },
  },
});
if (args.help) {
  process.stdout.write(HELP);
  process.exit(EXIT_OK);
}

const pages = new Map();
let browser = null;
const end = makeEnd(() => browser?.close());

/** Each page is a visitor of its own: nothing is shared, nothing is cached. */
async function open(number, url) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  await watch(context, (event, fields) => emit(event, { page: number, ...fields }));
  await context.exposeBinding('tell', (_source, event, fields) =>
    emit(event, { page: number, ...fields }),
  );
  const page = await context.newPage();
  page.setDefaultTimeout(20000);
  pages.set(number, page);
  return goto(page, url);
}

async function goto(page, url) {
  const answer = await page.goto(url);
  return { status: answer?.status(), headers: answer?.headers() };
}

/** Source of a function that takes one argument, in the page. */
const inPage = (source) => `(argument) => (${source})(argument)`;

const CALLS = {
  goto,
  close: (page) => page.context().close(),
  evaluate: (page, source, argument) =>
    page.evaluate(new Function(`return ${inPage(source)}`)(), argument),
  wait: async (page, source, argument, ms = 10000) => {
    const handle = await page.waitForFunction(
      new Function(`return ${inPage(source)}`)(), argument, { timeout: ms, polling: 50 });
    return handle.jsonValue();
  },
  click: (page, selector) => page.click(selector),
  press: (page, key) => page.keyboard.press(key),
  fill: (page, selector, text) => page.fill(selector, text),
  size: (page, width, height) => page.setViewportSize({ width, height }),
  screenshot: (page, path) => page.screenshot({ path, fullPage: true }).then(() => path),
  see,
  hear,
};

async function obey({ call, page: number, args: words = [] }) {
  await ready;
  if (call === 'open') return open(number, ...words);
  const page = pages.get(number);
  if (!page) throw new Error(`no page ${number}`);
  if (!Object.hasOwn(CALLS, call)) throw new Error(`no call ${call}`);
  if (call === 'close') pages.delete(number);
  return CALLS[call](page, ...words);
}

async function start() {
  browser = await launch(args);
  browser.on('disconnected', () => end(EXIT_OK));
  emit('ready', { version: browser.version(), files: await serve() });
}

const ready = start();
ready.catch((error) => {
  emit('launch-failed', { text: String(error?.message ?? error) });
  end(EXIT_USAGE);
});
listen(end, async (line) => {
  const request = JSON.parse(line);
  try {
    emit('result', { id: request.id, result: (await obey(request)) ?? null });
  } catch (error) {
    emit('result', { id: request.id, error: String(error?.message ?? error) });
  }
});
