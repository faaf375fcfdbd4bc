#!/usr/bin/env node
// SPDX-License-Identifier: LGPL-2.1-or-later
// Visits one page in Chromium, looks and listens, and tells what there was as
// one JSON object. Run with --help for the options.
import { parseArgs } from 'node:util';
import { launch, watch } from './chromium.mjs';
import { hear, see, SILENCE } from './look.mjs';

const EXIT_OK = 0;
const EXIT_NOT_SO = 1;
const EXIT_NO_BROWSER = 2;
const EXIT_USAGE = 64;

const HELP = `usage: visit.mjs [OPTIONS] URL
  --pictures N    so many pictures must move (default 1)
  --grid CxR      tell the mean colours of C times R patches of each
  --sounds N      so many sounds must be heard, whatever they are (default 0)
  --tones F,F,..  one of these frequencies (Hz) must sound
  --click CSS     first click there
  --picture FILE  write a screenshot
  --within S      so long at most, once the page is there (default 20)
exit: ${EXIT_OK} all of it is so and nothing went wrong in the page, ${EXIT_NOT_SO} it is not,
      ${EXIT_NO_BROWSER} no browser, ${EXIT_USAGE} usage
`;

function parse() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        help: { type: 'boolean' },
        pictures: { type: 'string', default: '1' },
        grid: { type: 'string', default: '4x2' },
        sounds: { type: 'string', default: '0' },
        tones: { type: 'string', default: '' },
        click: { type: 'string' },
        picture: { type: 'string' },
        within: { type: 'string', default: '20' },
      },
    });
    if (values.help) {
      process.stdout.write(HELP);
      process.exit(EXIT_OK);
    }
    if (positionals.length !== 1) throw new Error('one URL is wanted');
    return { ...values, url: positionals[0] };
  } catch (error) {
    process.stderr.write(`${error.message}\n${HELP}`);
    process.exit(EXIT_USAGE);
  }
}

const args = parse();
const tones = args.tones.split(',').filter(Boolean).map(Number);
const wanted = Number(args.pictures);
const wantedSounds = Number(args.sounds);
const within = Number(args.within) * 1000;
let until = 0;
const left = () => Math.max(1, (until - performance.now()) / 1000);

/** Looks again and again: a picture may come a moment after the page. */
async function look(page) {
  let pictures = [];
  do {
    pictures = await see(page, { grid: args.grid, within: Math.min(left(), 2) });
  } while (pictures.filter(({ frames }) => frames).length < wanted && performance.now() < until);
  return pictures;
}

const audible = (sounds) => sounds.filter(({ decibels }) => decibels > SILENCE).length;
const isHeard = (sounds) =>
  audible(sounds) >= wantedSounds &&
  (!tones.length || sounds.some(({ tone }) => tone !== null));

async function listen(page) {
  let heard = { sounds: [] };
  do {
    heard = await hear(page, { tones, within: Math.min(left(), 2) });
  } while (!isHeard(heard.sounds) && performance.now() < until);
  return heard.sounds;
}

async function visit(browser) {
  const problems = [];
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  await watch(context, (what, { text }) => problems.push(`${what}: ${text}`));
  const page = await context.newPage();
  const start = performance.now();
  await page.goto(args.url, { timeout: within + 10000 });
  if (args.click) await page.click(args.click, { timeout: within });
  // Only now: a busy machine takes its time to start a browser.
  until = performance.now() + within;
  const pictures = await look(page);
  const seen = Math.round(performance.now() - start);
  const sounds = tones.length || wantedSounds ? await listen(page) : [];
  if (args.picture) await page.screenshot({ path: args.picture });
  return { title: await page.title(), ms: seen, pictures, sounds, problems };
}

function verdict({ pictures, sounds, problems }) {
  const moving = pictures.filter(({ frames, shown }) => frames && shown).length;
  const said = [...problems];
  if (moving < wanted) said.push(`${moving} of ${wanted} pictures move`);
  if (audible(sounds) < wantedSounds)
    said.push(`${audible(sounds)} of ${wantedSounds} sounds are heard`);
  if (tones.length && !sounds.some(({ tone }) => tone !== null))
    said.push(`none of ${tones.join(', ')} Hz is heard`);
  for (const text of said) process.stderr.write(`${text}\n`);
  return said.length ? EXIT_NOT_SO : EXIT_OK;
}

let browser;
try {
  browser = await launch();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(EXIT_NO_BROWSER);
}
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'])
  process.on(signal, () => browser.close().finally(() => process.exit(EXIT_NOT_SO)));
try {
  const found = await visit(browser);
  process.stdout.write(`${JSON.stringify(found)}\n`);
  process.exitCode = verdict(found);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = EXIT_NOT_SO;
} finally {
  await browser.close();
}
