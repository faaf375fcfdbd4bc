// SPDX-License-Identifier: LGPL-2.1-or-later
// Publisher: one who publishes: his tiles, and the one session that plays them,
// so that picture and sound go together. He may go and come back: as long as the
// server keeps his tracks, the session goes on.

import { Backoff } from './backoff.js';
import { Refused, Session } from './session.js';
import { Tile } from './tile.js';

// With bytes and no picture for so long, the browser cannot show it.
const DECODE_TIMEOUT = 6_000;
// Back, and nothing has come for so long: the session is another one's.
const RETURN_TIMEOUT = 5_000;

function canDecode({ kind, codec }) {
  const codecs = RTCRtpReceiver.getCapabilities(kind)?.codecs ?? [];
  return codecs.some(({ mimeType }) =>
    mimeType.toLowerCase() === `${kind}/${codec}`.toLowerCase());
}

// Which sounds go with which picture, by name or source: [{ picture, sounds }].
function arrange(tracks) {
  const tiles = tracks.filter(({ kind }) => kind === 'video')
    .map((picture) => ({ picture, sounds: [] }));
  for (const sound of tracks.filter(({ kind }) => kind === 'audio')) {
    const screen = sound.source === 'screen-audio';
    const tile = tiles.find(({ picture }) => sound.name && picture?.name === sound.name)
      ?? tiles.find(({ picture }) => (picture?.source === 'screen') === screen) ?? tiles[0];
    if (tile)
      tile.sounds.push(sound);
    else
      tiles.push({ picture: null, sounds: [sound] });
  }
  return tiles;
}

export class Publisher {
  #url;
  #make;                        // gives a new tile, shown; takes onBegin
  #info;
  #tiles = new Map();           // by the key of the first track: { tile, tracks }
  #session = null;
  #next = null;                 // being opened
  #backoff = new Backoff();
  #timer = 0;
  #refusal = null;
  #away = false;
  #back = null;                 // { at, bytes }, until something comes
  #since = new Map();           // tile key: when bytes came without a picture

  constructor(url, make) {
    this.#url = url;
    this.#make = make;
  }

  get tiles() {
    return [...this.#tiles.values()].map(({ tile }) => tile);
  }

  update(info) {
    if (this.#away)
      this.#back = { at: performance.now(), bytes: null };
    this.#away = false;
    this.#info = info;
    const wanted = arrange(info.tracks);
    const keys = wanted.map(({ picture, sounds }) => (picture ?? sounds[0]).key);
    for (const [key, { tile }] of this.#tiles) {
      if (!keys.includes(key)) {
        tile.play([]);
        tile.element.remove();
        this.#tiles.delete(key);
      }
    }
    wanted.forEach(({ picture, sounds }, i) => {
      const known = this.#tiles.get(keys[i]) ?? { tile: this.#make(() => this.#show()) };
      known.tracks = picture ? [picture, ...sounds] : sounds;
      known.tile.describe(info, known.tracks[0], sounds.length > 0);
      this.#tiles.set(keys[i], known);
    });
    this.#deal();
    this.#show();
    this.#connect();
  }

  leave() {
    this.#away = true;
    this.#show();
  }

  close() {
    clearTimeout(this.#timer);
    this.#next?.close();
    this.#session?.close();
    for (const { tile } of this.#tiles.values()) {
      tile.play([]);
      tile.element.remove();
    }
    this.#tiles.clear();
  }

  // Once a second.
  async measure() {
    let bytes = 0;
    for (const [key, { tile, tracks }] of this.#tiles) {
      const now = await tile.measure();
      bytes += now.bytes;
      const blind = tracks[0].kind === 'video' && now.bytes > 0 && !now.frames;
      if (!blind)
        this.#since.delete(key);
      else if (!this.#since.has(key))
        this.#since.set(key, performance.now());
    }
    if (this.#back) {
      this.#back.bytes ??= bytes;
      if (bytes !== this.#back.bytes)
        this.#back = null;
      else if (performance.now() - this.#back.at > RETURN_TIMEOUT)
        this.#drop();
    }
    this.#show();
  }

  get #tracks() {
    return [...this.#tiles.values()].flatMap(({ tracks }) => tracks)
      .filter(canDecode);
  }

  #received({ tracks }) {
    return tracks.map(({ key }) => this.#session?.receivers.get(key)).filter(Boolean);
  }

  // What the session has already goes to the tile where it is shown now. A sound
  // that is over stays: its picture would begin anew without it.
  #deal() {
    const all = [...this.#tiles.values()].flatMap((each) => this.#received(each));
    for (const each of this.#tiles.values()) {
      const own = this.#received(each);
      const shown = each.tile.receivers;
      if (own.some((receiver) => !shown.includes(receiver))
          || shown.some((receiver) => !own.includes(receiver) && all.includes(receiver)))
        each.tile.play(own);
    }
  }

  // The session has all that can be played, or another one is opened; the old
  // one plays until then.
  async #connect() {
    const tracks = this.#tracks;
    const missing = tracks.filter(({ key }) => !this.#session?.receivers.has(key));
    if (!missing.length || this.#next || this.#timer || this.#away)
      return;
    const next = new Session(() => this.#ended(next));
    this.#next = next;
    try {
      await next.open(this.#url, tracks.map(({ kind }) => kind));
      this.#next = null;
      this.#session?.close();
      this.#session = next;
      this.#refusal = null;
      this.#back = null;
      for (const each of this.#tiles.values())
        each.tile.play(this.#received(each));
      // What the server did not have yet is asked for later, what came
      // meanwhile at once.
      if (tracks.some(({ key }) => !next.receivers.has(key)))
        this.#retry();
      setTimeout(() => this.#connect());
    } catch (error) {
      this.#next = null;
      next.close();
      this.#refusal = error instanceof Refused ? error : null;
      this.#retry();
    }
    this.#show();
  }

  #retry() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      this.#connect();
    }, this.#backoff.next());
  }

  #ended(session) {
    if (session === this.#session)
      this.#drop();
  }

  #drop() {
    this.#session?.close();
    this.#session = null;
    this.#back = null;
    this.#retry();
    this.#show();
  }

  #state(key, tracks, tile) {
    const name = this.#info.name || this.#info.identity;
    const [first] = tracks;
    const codec = first.codec.toUpperCase();
    if (this.#away)
      return ['away', `${name} has left. Waiting for a moment`];
    if (!canDecode(first))
      return ['unsupported', `This browser cannot play ${codec}`];
    if (performance.now() - (this.#since.get(key) ?? Infinity) > DECODE_TIMEOUT)
      return ['unsupported', `This browser cannot show this kind of ${codec}`];
    if (first.muted && first.kind === 'video')
      return ['muted', `${name} has switched the picture off`];
    if (this.#refusal && [401, 403].includes(this.#refusal.status))
      return ['refused', 'The token of this page does not let you watch'];
    if (!this.#session)
      return tile.element.dataset.bytes > 0
        ? ['lost', 'Connection lost, trying again'] : ['connecting', 'Connecting'];
    if (!tile.begun)
      return ['connecting', this.#session.connected ? 'Waiting for the first picture'
        : 'Connecting'];
    this.#backoff.reset();
    return ['playing', ''];
  }

  #show() {
    for (const [key, { tile, tracks }] of this.#tiles)
      tile.show(...this.#state(key, tracks, tile));
  }
}
