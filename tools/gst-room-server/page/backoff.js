// SPDX-License-Identifier: LGPL-2.1-or-later
// Backoff: how long to wait before the next try, in milliseconds.

const FIRST = 500;
const LONGEST = 10_000;

export class Backoff {
  #tries = 0;

  next() {
    const delay = Math.min(FIRST * 2 ** this.#tries++, LONGEST);
    // Not all pages at once, when a server comes back.
    return delay * (0.75 + Math.random() / 4);
  }

  reset() {
    this.#tries = 0;
  }
}
