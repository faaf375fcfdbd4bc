// SPDX-License-Identifier: LGPL-2.1-or-later
// FFmpeg 8.1, as far as the tests of RTMP and FLV need it.
//
//   node ffmpeg8.mjs PACKAGES
//
// PACKAGES is the folder whose node_modules has node-av. On standard input, one
// JSON array a line:
//   ["list", URL]          one object per stream of it, and per packet
//   ["hear", URL]          the same of an RTMP publisher, who is waited for
//   ["remux", FLV, URL...] writes all streams of these into one FLV, in order of
//                          time; FLV may be an RTMP URL
// After each comes {"event": "done"}, or "failed" with a text.

import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

// Node 20 lacks it, and without it the demuxer gives no packets.
Promise.withResolvers ??= () => {
  let resolve, reject;
  const promise = new Promise((a, b) => {
    resolve = a;
    reject = b;
  });
  return { promise, resolve, reject };
};

const [packages] = process.argv.slice(2);
const require = createRequire(join(packages, 'package.json'));
const { Demuxer, Muxer } = await import(pathToFileURL(require.resolve('node-av/api')));
const say = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);

const NONE = -(2n ** 63n);

function toMs(time, base) {
  return time === NONE ? null : (Number(time) * 1000 * base.num) / base.den;
}

const hear = (url) => list(url, { options: { listen: '1' } });

async function list(url, how = {}) {
  const input = await Demuxer.open(url, how);
  for (const stream of input.streams) {
    const par = stream.codecpar;
    say({
      event: 'stream',
      index: stream.index,
      video: par.width > 0,
      width: par.width,
      height: par.height,
      rate: par.sampleRate,
      extradata: par.extradata ? Buffer.from(par.extradata).toString('hex') : '',
      primaries: par.colorPrimaries,
      transfer: par.colorTrc,
    });
  }
  for await (const packet of input.packets()) {
    // The end says so with nothing.
    if (!packet) break;
    const base = input.streams[packet.streamIndex].timeBase;
    say({
      event: 'packet',
      stream: packet.streamIndex,
      pts: toMs(packet.pts, base),
      dts: toMs(packet.dts, base),
      key: packet.isKeyframe,
      size: packet.size,
      md5: createHash('md5').update(packet.data ?? Buffer.alloc(0)).digest('hex'),
    });
    packet.free();
  }
  await input.close();
}

async function remux(target, ...sources) {
  const inputs = [];
  for (const source of sources) inputs.push(await Demuxer.open(source));
  // A tag of the old container is none of the new one.
  for (const input of inputs) for (const stream of input.streams) stream.codecpar.codecTag = 0;
  const output = await Muxer.open(target, { format: 'flv', input: inputs[0] });
  const numbers = inputs.map((input) => input.streams.map((stream) => output.addStream(stream)));
  const packets = inputs.map((input) => input.packets()[Symbol.asyncIterator]());
  const next = await Promise.all(packets.map((each) => each.next()));
  const time = (i) => {
    const packet = next[i].value;
    return packet ? toMs(packet.dts, inputs[i].streams[packet.streamIndex].timeBase) : Infinity;
  };
  for (;;) {
    let first = 0;
    for (let i = 1; i < next.length; i++) if (time(i) < time(first)) first = i;
    const packet = next[first].value;
    if (!packet) break;
    await output.writePacket(packet, numbers[first][packet.streamIndex]);
    next[first] = await packets[first].next();
  }
  await output.close();
  for (const input of inputs) await input.close();
}

for await (const line of createInterface({ input: process.stdin })) {
  const [command, ...urls] = JSON.parse(line);
  try {
    await { list, hear, remux }[command](...urls);
    say({ event: 'done' });
  } catch (error) {
    say({ event: 'failed', text: String(error) });
  }
}
process.exit(0);
