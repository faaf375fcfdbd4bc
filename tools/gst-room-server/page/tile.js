// SPDX-License-Identifier: LGPL-2.1-or-later
// Tile: a picture with its sound, or a sound alone, as it is shown. What it
// plays and how that is going is told to it.
//
// For tests, on the element: data-state (connecting, playing, muted, away, lost,
// unsupported, refused), data-identity, data-track, data-kind, data-key,
// data-frames (decoded), data-bytes (received), data-sound (there is some:
// on, off).

import { Graph } from './graph.js';

const rate = (bits) => (bits >= 1e6 ? `${(bits / 1e6).toFixed(1)} Mbit/s`
  : `${Math.round(bits / 1e3)} kbit/s`);

export class Tile {
  #video;
  #graph;
  #receivers = [];              // the picture's first
  #last = null;                 // { at, bytes, frames, lost, received }
  begun = false;                // something was shown or heard of these

  constructor(template, onSound, onBegin) {
    this.element = template.content.firstElementChild.cloneNode(true);
    this.#video = this.find('video');
    this.#graph = new Graph(this.find('canvas'));
    this.find('.mute').onclick = () => onSound(this, this.silent);
    this.find('.volume').oninput = (event) => {
      this.#video.volume = event.target.value / 100;
      onSound(this, this.#video.volume > 0);
    };
    this.find('.more').onclick = () => this.toggleGraph();
    this.find('.full').onclick = () => this.toggleFull();
    this.#video.onloadeddata = () => {
      this.begun = this.#receivers.length > 0;
      onBegin();
    };
    this.find('.stage').ondblclick = () => this.toggleFull();
    this.setSound(false);
  }

  find(selector) {
    return this.element.querySelector(selector);
  }

  // @track: the picture or, when there is none, the sound.
  describe(publisher, track, hasSound) {
    const { dataset } = this.element;
    const name = publisher.name || publisher.identity;
    const size = track.width && track.height ? `${track.width}×${track.height}` : '';
    dataset.identity = publisher.identity;
    dataset.track = track.name;
    dataset.kind = track.kind;
    dataset.key = track.key;
    if (hasSound)
      dataset.sound = this.silent ? 'off' : 'on';
    else
      delete dataset.sound;
    this.element.ariaLabel = `${name}, ${track.name || track.kind}`;
    this.find('.who strong').textContent = name;
    this.find('.who span').textContent =
      [track.name, track.codec.toUpperCase(), size].filter(Boolean).join(' · ');
    this.find('.face').hidden = track.kind === 'video';
    this.find('.face span').textContent = [...name][0].toUpperCase();
  }

  show(state, words) {
    this.element.dataset.state = state;
    this.find('.words').textContent = words;
  }

  get receivers() {
    return this.#receivers;
  }

  play(receivers) {
    if (receivers.length === this.#receivers.length
        && receivers.every((receiver, i) => receiver === this.#receivers[i]))
      return;
    this.#receivers = receivers;
    this.#last = null;
    this.begun = false;
    this.#video.srcObject = receivers.length
      ? new MediaStream(receivers.map(({ track }) => track)) : null;
    // Muted it always may.
    if (receivers.length)
      this.#video.play().catch(() => {});
  }

  get silent() {
    return this.#video.muted;
  }

  setSound(on) {
    const { dataset } = this.element;
    const button = this.find('.mute');
    this.#video.muted = !on;
    button.ariaPressed = String(!on);
    button.querySelector('use').setAttribute('href', on ? '#i-sound' : '#i-mute');
    if (dataset.sound)
      dataset.sound = on ? 'on' : 'off';
  }

  changeVolume(by) {
    const slider = this.find('.volume');
    slider.value = Number(slider.value) + by;
    slider.dispatchEvent(new Event('input'));
  }

  toggleGraph() {
    const button = this.find('.more');
    const shown = button.ariaPressed !== 'true';
    button.ariaPressed = String(shown);
    this.find('.graph').hidden = !shown;
  }

  toggleFull() {
    if (document.fullscreenElement)
      document.exitFullscreen();
    else if (this.element.requestFullscreen)
      this.element.requestFullscreen().catch(() => {});
    else
      this.#video.webkitEnterFullscreen?.();
  }

  // Once a second. Gives what came since the page plays it.
  async measure() {
    const now = { at: performance.now(), bytes: 0, frames: 0, lost: 0, received: 0 };
    let level = 0;
    for (const receiver of this.#receivers) {
      for (const report of (await receiver.getStats()).values()) {
        if (report.type !== 'inbound-rtp')
          continue;
        now.bytes += report.bytesReceived ?? 0;
        now.frames += report.framesDecoded ?? 0;
        now.lost += Math.max(0, report.packetsLost ?? 0);
        now.received += report.packetsReceived ?? 0;
        level = Math.max(level, report.audioLevel ?? 0);
      }
    }
    this.element.dataset.frames = now.frames;
    this.element.dataset.bytes = now.bytes;
    if (this.#last)
      this.#figure(now, this.#last);
    this.#last = now;
    this.find('.face span').style.boxShadow =
      `0 0 0 ${Math.round(Math.sqrt(level) * 28)}px rgb(91 121 235 / 28%)`;
    return now;
  }

  #figure(now, last) {
    const seconds = (now.at - last.at) / 1000;
    const since = (name) => Math.max(0, now[name] - last[name]);
    const all = since('lost') + since('received');
    const sample = {
      bitrate: since('bytes') * 8 / seconds,
      frames: since('frames') / seconds,
      loss: all ? since('lost') / all : 0,
    };
    this.#graph.add(sample);
    this.find('.rate dd').textContent = rate(sample.bitrate);
    this.find('.frames dd').textContent = `${Math.round(sample.frames)} fps`;
    this.find('.loss dd').textContent = `${(sample.loss * 100).toFixed(1)} % lost`;
  }
}
