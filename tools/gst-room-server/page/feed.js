// SPDX-License-Identifier: LGPL-2.1-or-later
// Feed: the server's events, read with fetch: an EventSource cannot send a
// token in a header. Each event is a whole snapshot.

import { Backoff } from './backoff.js';
import { withToken } from './token.js';

// The server says something every ten seconds.
const SILENCE = 25_000;

async function* events(body, alive) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done)
      return;
    alive();
    text += value;
    for (let end; (end = text.indexOf('\n\n')) >= 0; text = text.slice(end + 2)) {
      const data = text.slice(0, end).split('\n')
        .filter((line) => line.startsWith('data: '));
      if (data.length)
        yield JSON.parse(data.map((line) => line.slice(6)).join('\n'));
    }
  }
}

async function read(url, tell) {
  const abort = new AbortController();
  let timer;
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => abort.abort(), SILENCE);
  };
  try {
    alive();
    const reply = await fetch(url, {
      headers: withToken({ Accept: 'text/event-stream' }),
      cache: 'no-store',
      signal: abort.signal,
    });
    if (!reply.ok)
      return { status: reply.status, text: await reply.text() };
    for await (const snapshot of events(reply.body, alive))
      tell(snapshot);
    return { status: 0, text: '' };
  } finally {
    clearTimeout(timer);
  }
}

// onSnapshot(snapshot); onState('live' | 'lost' | 'refused', words). Ends only
// when the server does not want us.
export async function follow(url, onSnapshot, onState) {
  const backoff = new Backoff();
  for (;;) {
    let end = { status: 0, text: '' };
    try {
      end = await read(url, (snapshot) => {
        backoff.reset();
        onState('live', 'Live');
        onSnapshot(snapshot);
      });
    } catch {
      // The network, or a silence.
    }
    if (end.status === 401 || end.status === 403) {
      onState('refused', end.text);
      return;
    }
    onState('lost', 'Connection lost, trying again');
    await new Promise((resolve) => setTimeout(resolve, backoff.next()));
  }
}
