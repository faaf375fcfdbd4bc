// SPDX-License-Identifier: LGPL-2.1-or-later
// Graph: the last minute of a tile: bitrate, frame rate, loss.

const SECONDS = 60;

export class Graph {
  #canvas;
  #samples = [];                // { bitrate, frames, loss }, a second each

  constructor(canvas) {
    this.#canvas = canvas;
  }

  add(sample) {
    this.#samples.push(sample);
    if (this.#samples.length > SECONDS)
      this.#samples.shift();
    this.#draw();
  }

  #draw() {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if (!width || !height)
      return;
    const scale = window.devicePixelRatio || 1;
    this.#canvas.width = width * scale;
    this.#canvas.height = height * scale;
    const context = this.#canvas.getContext('2d');
    const style = getComputedStyle(this.#canvas);
    const colour = (name) => style.getPropertyValue(name).trim();
    context.scale(scale, scale);

    context.fillStyle = colour('--line');
    context.fillRect(0, height - 1, width, 1);
    const top = Math.max(1, ...this.#samples.map(({ bitrate }) => bitrate)) * 1.15;
    const rate = this.#path(width, height, ({ bitrate }) => bitrate / top);
    const area = new Path2D(rate);
    area.lineTo(width, height);
    area.lineTo(this.#x(0, width), height);
    context.fillStyle = colour('--accent');
    context.globalAlpha = 0.14;
    context.fill(area);
    context.globalAlpha = 1;
    context.lineWidth = 1.75;
    context.strokeStyle = colour('--accent');
    context.stroke(rate);
    context.strokeStyle = colour('--frames');
    context.stroke(this.#path(width, height, ({ frames }) => frames / 75));
    context.fillStyle = colour('--bad');
    // A tenth of all packets fills the height.
    this.#samples.forEach(({ loss }, i) => {
      const bar = Math.min(1, loss * 10) * height;
      context.fillRect(this.#x(i, width) - 2, height - bar, 3, bar);
    });
  }

  // The newest is at the right edge.
  #x(i, width) {
    return width - (this.#samples.length - 1 - i) * width / (SECONDS - 1);
  }

  #path(width, height, value) {
    const path = new Path2D();
    this.#samples.forEach((sample, i) =>
      path.lineTo(this.#x(i, width), height - 1 - value(sample) * (height - 3)));
    return path;
  }
}
