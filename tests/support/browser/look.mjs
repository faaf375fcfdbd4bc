// SPDX-License-Identifier: LGPL-2.1-or-later
// What a person would say of a page: which pictures move, what colours they
// have, which tone sounds. All of it is asked of the page's own elements.

/** What is not louder (dB, of the strongest part) is not heard. */
export const SILENCE = -60;

/** In the page: each picture, with the mean colours of columns × rows patches. */
function seePictures({ selector, columns, rows, frames, within }) {
  const SIZE = 16; // of a patch in the drawn copy

  function patches(video) {
    const canvas = document.createElement('canvas');
    canvas.width = columns * SIZE;
    canvas.height = rows * SIZE;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const grid = [];
    for (let row = 0; row < rows; row++) {
      const line = [];
      for (let column = 0; column < columns; column++) {
        // The outer quarter on each side is left out: codecs smear edges.
        const { data } = context.getImageData(
          column * SIZE + SIZE / 4, row * SIZE + SIZE / 4, SIZE / 2, SIZE / 2);
        const sum = [0, 0, 0];
        for (let i = 0; i < data.length; i += 4)
          for (let c = 0; c < 3; c++) sum[c] += data[i + c];
        line.push(sum.map((value) => Math.round((value * 4) / data.length)));
      }
      grid.push(line);
    }
    return grid;
  }

  /** How many new frames it showed, until there were enough or it is too late. */
  function advance(video) {
    return new Promise((resolve) => {
      let count = 0;
      const late = setTimeout(() => resolve(count), within * 1000);
      const next = () => {
        if (++count < frames) return video.requestVideoFrameCallback(next);
        clearTimeout(late);
        resolve(count);
      };
      video.requestVideoFrameCallback(next);
    });
  }

  return Promise.all([...document.querySelectorAll(selector)].map(async (video) => {
    const advanced = await advance(video);
    const box = video.getBoundingClientRect();
    return {
      id: video.id,
      width: video.videoWidth,
      height: video.videoHeight,
      shown: box.width > 0 && box.height > 0,
      frames: advanced,
      grid: advanced && columns ? patches(video) : null,
    };
  }));
}

/**
 * In the page: what sounds in each element. `tones` are searched for until the
 * strongest part of the sound is one of them, so long at most.
 */
async function hearSounds({ selector, tones, silence, within }) {
  const context = new AudioContext();
  const until = performance.now() + within * 1000;
  const pause = () => new Promise((resolve) => setTimeout(resolve, 50));

  async function hear(element) {
    const found = { id: element.id, muted: element.muted, volume: element.volume, tone: null };
    const tracks = element.srcObject?.getAudioTracks() ?? [];
    if (!tracks.length) return { ...found, tracks: 0 };
    const source = context.createMediaStreamSource(new MediaStream(tracks));
    const analyser = new AnalyserNode(context, { fftSize: 16384, smoothingTimeConstant: 0 });
    source.connect(analyser);
    const bins = new Float32Array(analyser.frequencyBinCount);
    const width = context.sampleRate / analyser.fftSize;
    for (;;) {
      analyser.getFloatFrequencyData(bins);
      const peak = bins.indexOf(Math.max(...bins));
      found.hertz = Math.round(peak * width);
      found.decibels = Math.round(bins[peak]);
      if (bins[peak] > silence)
        found.tone = tones.find((tone) => Math.abs(tone - peak * width) < 2 * width) ?? null;
      if (found.tone !== null || performance.now() > until) break;
      await pause();
    }
    source.disconnect();
    return { ...found, tracks: tracks.length };
  }

  try {
    // It begins by itself: what is evaluated from outside counts as a touch.
    while (context.state !== 'running' && performance.now() < until) await pause();
    const sounds = await Promise.all([...document.querySelectorAll(selector)].map(hear));
    return { state: context.state, sounds };
  } finally {
    await context.close();
  }
}

export function see(page, { selector = 'video', grid = '0x0', frames = 5, within = 5 } = {}) {
  const [columns, rows] = grid.split('x').map(Number);
  return page.evaluate(seePictures, { selector, columns, rows, frames, within });
}

export function hear(page, { selector = 'audio, video', tones = [], within = 5 } = {}) {
  return page.evaluate(hearSounds, { selector, tones, silence: SILENCE, within });
}
