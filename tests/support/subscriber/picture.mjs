// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads content out of decoded frames: mean colours of a grid of patches and
// the frame number painted as bars.
//
// The bars: the top quarter of the picture is sixteen columns, black or white,
// most significant bit first. Twelve bits are the number, four a check.
import { VideoBufferType } from '@livekit/rtc-node';

const COLUMNS = 16;

export function checkBits(number) {
  return ((number ^ (number >> 4) ^ (number >> 8)) & 0xf) ^ 0xa;
}

function asI420(frame) {
  return frame.type === VideoBufferType.I420 ? frame : frame.convert(VideoBufferType.I420);
}

function mean(data, offset, stride, x0, y0, x1, y1) {
  const dx = Math.max(1, (x1 - x0) >> 3);
  const dy = Math.max(1, (y1 - y0) >> 3);
  let sum = 0;
  let count = 0;
  for (let y = y0; y < y1; y += dy) {
    for (let x = x0; x < x1; x += dx) {
      sum += data[offset + y * stride + x];
      count++;
    }
  }
  return count ? sum / count : 0;
}

/** BT.601, limited range, as the small test pictures are. */
function toRgb(y, u, v) {
  const c = 1.164 * (y - 16);
  const clamp = (value) => Math.max(0, Math.min(255, Math.round(value)));
  return [
    clamp(c + 1.596 * (v - 128)),
    clamp(c - 0.813 * (v - 128) - 0.391 * (u - 128)),
    clamp(c + 2.018 * (u - 128)),
  ];
}

/** Rows of [r, g, b], the middle of each of columns × rows cells. */
export function patches(source, columns, rows) {
  const frame = asI420(source);
  const { width, height, data } = frame;
  const chromaWidth = (width + 1) >> 1;
  const chromaHeight = (height + 1) >> 1;
  const u = width * height;
  const v = u + chromaWidth * chromaHeight;
  const grid = [];
  for (let row = 0; row < rows; row++) {
    const line = [];
    for (let column = 0; column < columns; column++) {
      // The outer quarter on each side of a cell is left out: codecs smear edges.
      const x0 = Math.floor(((column + 0.25) * width) / columns);
      const x1 = Math.ceil(((column + 0.75) * width) / columns);
      const y0 = Math.floor(((row + 0.25) * height) / rows);
      const y1 = Math.ceil(((row + 0.75) * height) / rows);
      const half = (offset) =>
        mean(data, offset, chromaWidth, x0 >> 1, y0 >> 1, (x1 + 1) >> 1, (y1 + 1) >> 1);
      line.push(toRgb(mean(data, 0, width, x0, y0, x1, y1), half(u), half(v)));
    }
    grid.push(line);
  }
  return grid;
}

/** Mean luma of the lower three quarters, which hold no bars. */
export function brightness(source) {
  const frame = asI420(source);
  return mean(frame.data, 0, frame.width, 0, frame.height >> 2, frame.width, frame.height);
}

/** The number in the bars, or null when the check bits do not fit. */
export function readBars(source) {
  const frame = asI420(source);
  const y0 = Math.floor(frame.height / 16);
  const y1 = Math.floor((frame.height * 3) / 16);
  let bits = 0;
  for (let column = 0; column < COLUMNS; column++) {
    const x0 = Math.floor(((column + 0.25) * frame.width) / COLUMNS);
    const x1 = Math.ceil(((column + 0.75) * frame.width) / COLUMNS);
    bits = (bits << 1) | (mean(frame.data, 0, frame.width, x0, y0, x1, y1) > 127 ? 1 : 0);
  }
  const number = bits >> 4;
  return (bits & 0xf) === checkBits(number) ? number : null;
}

/** An I420 picture of one colour [y, u, v] with `number` in its bars. */
export function paint(width, height, [y, u, v], number) {
  const luma = width * height;
  const chroma = ((width + 1) >> 1) * ((height + 1) >> 1);
  const data = new Uint8Array(luma + 2 * chroma);
  data.fill(y, 0, luma);
  data.fill(u, luma, luma + chroma);
  data.fill(v, luma + chroma);
  const bits = ((number & 0xfff) << 4) | checkBits(number & 0xfff);
  for (let row = 0; row < height >> 2; row++) {
    for (let x = 0; x < width; x++) {
      const column = Math.floor((x * COLUMNS) / width);
      data[row * width + x] = bits & (1 << (COLUMNS - 1 - column)) ? 235 : 16;
    }
  }
  return data;
}
