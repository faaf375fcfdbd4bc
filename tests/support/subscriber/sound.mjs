// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads content out of decoded audio: level, which of the asked tones it
// holds, and when a beep begins.

/** Power of `frequency` in the samples (Goertzel), relative to all power. */
export function tonePower(samples, rate, frequency) {
  const coefficient = 2 * Math.cos((2 * Math.PI * frequency) / rate);
  let s1 = 0;
  let s2 = 0;
  let energy = 0;
  for (const sample of samples) {
    const s0 = sample + coefficient * s1 - s2;
    s2 = s1;
    s1 = s0;
    energy += sample * sample;
  }
  if (!energy) return 0;
  return (2 * (s1 * s1 + s2 * s2 - coefficient * s1 * s2)) / (samples.length * energy);
}

export function rms(samples) {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return samples.length ? Math.sqrt(sum / samples.length) : 0;
}

/** Takes frames, gives windows of `windowMs` and the onset of each beep. */
export class Listener {
  constructor({ tones = [], windowMs = 200, silence = 200 }) {
    this.tones = tones;
    this.windowMs = windowMs;
    this.silence = silence;
    this.quiet = true;
    this.frames = 0;
    this.loudFrames = 0;
    this.pending = [];
    this.pendingLength = 0;
  }

  /** @returns {{onset: null|number, window: null|object}} onset: ms into this frame. */
  feed(frame) {
    const { data, channels, sampleRate } = frame;
    const left = channels === 1 ? data : data.filter((_, i) => i % channels === 0);
    const level = rms(left);
    this.frames++;
    let onset = null;
    if (level > this.silence) {
      this.loudFrames++;
      if (this.quiet) onset = (this.#firstLoud(left) * 1000) / sampleRate;
    }
    this.quiet = level <= this.silence;

    this.pending.push(left.slice());
    this.pendingLength += left.length;
    let window = null;
    if (this.pendingLength * 1000 >= this.windowMs * sampleRate) window = this.#close(sampleRate);
    return { onset, window };
  }

  #firstLoud(samples) {
    const index = samples.findIndex((sample) => Math.abs(sample) > this.silence);
    return index < 0 ? 0 : index;
  }

  #close(sampleRate) {
    const samples = new Int16Array(this.pendingLength);
    let offset = 0;
    for (const part of this.pending) {
      samples.set(part, offset);
      offset += part.length;
    }
    this.pending = [];
    this.pendingLength = 0;
    const powers = this.tones.map((tone) => tonePower(samples, sampleRate, tone));
    const best = powers.length ? powers.indexOf(Math.max(...powers)) : -1;
    const level = rms(samples);
    // What a decoder makes up while nothing comes fades out with the old tone.
    const audible = level > this.silence;
    return {
      rms: Math.round(level),
      tone: best >= 0 && audible && powers[best] > 0.3 ? this.tones[best] : null,
      power: best >= 0 ? Number(powers[best].toFixed(3)) : null,
      frames: this.frames,
      loud_frames: this.loudFrames,
    };
  }
}
