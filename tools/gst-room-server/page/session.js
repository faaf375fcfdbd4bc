// SPDX-License-Identifier: LGPL-2.1-or-later
// Session: one WHEP session: an offer, an answer, and the media until it ends.
// It is not used again; who wants more makes another.

import { withToken } from './token.js';

const REPLY_TIMEOUT = 15_000;
const CONNECT_TIMEOUT = 15_000;
// A connection may come back from this by itself.
const DISCONNECTED_TIMEOUT = 4_000;

export class Refused extends Error {
  constructor(status, text) {
    super(text);
    this.status = status;
  }
}

// mid to what the server calls the track: the second word of its msid.
function readKeys(sdp) {
  const keys = new Map();
  for (const section of sdp.split(/\r?\nm=/).slice(1)) {
    const mid = section.match(/^a=mid:(\S+)/m);
    const msid = section.match(/^a=msid:\S+ (\S+)/m);
    if (mid && msid)
      keys.set(mid[1], msid[1]);
  }
  return keys;
}

export class Session {
  #pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  #resource = null;
  #etag = '';
  #candidates = [];
  #timer = 0;
  #end;
  alive = true;
  receivers = new Map();        // by key

  // onEnd() once, not after close().
  constructor(onEnd) {
    this.#end = onEnd;
  }

  // @kinds: 'audio' or 'video' for each track. Resolves when the answer is set.
  async open(url, kinds) {
    const pc = this.#pc;
    for (const kind of kinds)
      pc.addTransceiver(kind, { direction: 'recvonly' });
    pc.onicecandidate = ({ candidate }) => this.#found(candidate);
    pc.onconnectionstatechange = () => this.#changed();
    const { sdp } = await pc.createOffer();
    // Without it Opus is played in mono.
    const offer = sdp.replaceAll('useinbandfec=1', 'useinbandfec=1;stereo=1');
    await pc.setLocalDescription({ type: 'offer', sdp: offer });
    const reply = await fetch(url, {
      method: 'POST',
      headers: withToken({ 'Content-Type': 'application/sdp' }),
      body: offer,
      signal: AbortSignal.timeout(REPLY_TIMEOUT),
    });
    const text = await reply.text();
    if (reply.status !== 201)
      throw new Refused(reply.status, text);
    this.#resource = new URL(reply.headers.get('Location'), reply.url);
    this.#etag = reply.headers.get('ETag');
    if (!this.alive) {
      this.#delete();
      throw new Error('closed');
    }
    await pc.setRemoteDescription({ type: 'answer', sdp: text });
    const keys = readKeys(text);
    for (const { mid, receiver, currentDirection } of pc.getTransceivers()) {
      if (keys.has(mid) && currentDirection === 'recvonly')
        this.receivers.set(keys.get(mid), receiver);
    }
    this.#wait(CONNECT_TIMEOUT);
    this.#changed();
    this.#trickle();
  }

  get connected() {
    return this.#pc.connectionState === 'connected';
  }

  close() {
    if (!this.alive)
      return;
    this.alive = false;
    clearTimeout(this.#timer);
    // In this order: a connection that ends is the end of the resource too.
    this.#delete().finally(() => this.#pc.close());
  }

  async #delete() {
    const resource = this.#resource;
    this.#resource = null;
    // It outlives the page.
    if (resource)
      await fetch(resource, { method: 'DELETE', headers: withToken(),
        keepalive: true, signal: AbortSignal.timeout(REPLY_TIMEOUT) }).catch(() => {});
  }

  #wait(time) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fail(), time);
  }

  #fail() {
    if (!this.alive)
      return;
    this.close();
    this.#end();
  }

  #changed() {
    switch (this.#pc.connectionState) {
      case 'connected':
        clearTimeout(this.#timer);
        break;
      case 'disconnected':
        this.#wait(DISCONNECTED_TIMEOUT);
        break;
      case 'failed':
      case 'closed':
        this.#fail();
        break;
    }
  }

  #found(candidate) {
    if (!candidate?.candidate)
      return;
    this.#candidates.push(candidate);
    this.#trickle();
  }

  #trickle() {
    if (!this.#resource || !this.#candidates.length || !this.alive)
      return;
    const [{ sdpMid, usernameFragment }] = this.#candidates;
    const lines = [`a=ice-ufrag:${usernameFragment}`,
      'm=audio 9 UDP/TLS/RTP/SAVPF 0', `a=mid:${sdpMid}`,
      ...this.#candidates.map(({ candidate }) => `a=${candidate}`)];
    this.#candidates = [];
    // The connection may well be made without.
    fetch(this.#resource, {
      method: 'PATCH',
      headers: withToken({ 'Content-Type': 'application/trickle-ice-sdpfrag',
        'If-Match': this.#etag }),
      body: `${lines.join('\r\n')}\r\n`,
    }).catch(() => {});
  }
}
