// SPDX-License-Identifier: LGPL-2.1-or-later
// What every program of this folder does with its terminal: one JSON object
// per line out, commands per line in, one way to end.
import { createInterface } from 'node:readline';
import { writeSync } from 'node:fs';

export const EXIT_OK = 0;
export const EXIT_USAGE = 1;
export const EXIT_CONNECT = 2;
export const EXIT_DISCONNECTED = 3;
export const EXIT_DEADLINE = 4;

/** Wall time and CLOCK_MONOTONIC, both in milliseconds. */
export function now() {
  return {
    t: performance.timeOrigin + performance.now(),
    mono: Number(process.hrtime.bigint()) / 1e6,
  };
}

/** Numbers from the native side are bigint; JSON knows none. */
function plain(_key, value) {
  return typeof value === 'bigint' ? Number(value) : value;
}

/** Writes at once: a line must not be lost when the process is killed. */
export function emit(event, fields = {}, at = now()) {
  const line = JSON.stringify({ event, t: at.t, mono: at.mono, ...fields }, plain) + '\n';
  let bytes = Buffer.from(line);
  while (bytes.length) {
    try {
      bytes = bytes.subarray(writeSync(1, bytes));
    } catch (error) {
      if (error.code === 'EAGAIN') continue;
      // Nobody reads any more: there is no reason to stay.
      process.exit(EXIT_OK);
    }
  }
}

/**
 * Ends the process once, whoever asks first. `leave` gets half a second; the
 * native library must not be able to keep the process alive.
 */
export function makeEnd(leave) {
  let ending = false;
  return async function end(code) {
    if (ending) return;
    ending = true;
    await Promise.race([
      Promise.resolve()
        .then(leave)
        .catch((error) => emit('error', { what: 'leave', text: String(error) })),
      new Promise((resolve) => setTimeout(resolve, 500)),
    ]);
    emit('end', { code });
    process.exitCode = code;
    process.reallyExit(code);
  };
}

/**
 * Ends on signals and when standard input closes, so that nothing outlives
 * the test that started it. Each input line is given to `onLine`.
 */
export function listen(end, onLine) {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => end(EXIT_OK));
  const lines = createInterface({ input: process.stdin });
  lines.on('line', async (line) => {
    const words = line.trim();
    if (!words) return;
    try {
      await onLine(words);
    } catch (error) {
      emit('error', { what: words.split(' ')[0], text: String(error?.message ?? error) });
    }
  });
  lines.on('close', () => end(EXIT_OK));
}
