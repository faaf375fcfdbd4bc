#!/usr/bin/env node
// SPDX-License-Identifier: LGPL-2.1-or-later
// Publishes one video (a colour with frame numbers in bars) and one tone from
// Node: a peer that is not ours, to prove the harness with.
import { parseArgs } from 'node:util';
import {
  AudioFrame,
  AudioSource,
  LocalAudioTrack,
  LocalVideoTrack,
  Room,
  RoomEvent,
  TrackPublishOptions,
  TrackSource,
  VideoBufferType,
  VideoCodec,
  VideoFrame,
  VideoSource,
} from '@livekit/rtc-node';
import { paint } from './picture.mjs';
import {
  EXIT_CONNECT,
  EXIT_DISCONNECTED,
  EXIT_OK,
  EXIT_USAGE,
  emit,
  listen,
  makeEnd,
} from './terminal.mjs';

const { values: args } = parseArgs({
  options: {
    url: { type: 'string' },
    token: { type: 'string' },
    codec: { type: 'string', default: 'vp8' },
    size: { type: 'string', default: '320x240' },
    rate: { type: 'string', default: '15' },
    colour: { type: 'string', default: '81,90,240' }, // Y,U,V of red
    tone: { type: 'string', default: '440' },
  },
});
const codec = { vp8: VideoCodec.VP8, vp9: VideoCodec.VP9, h264: VideoCodec.H264 }[args.codec];
if (!args.url || !args.token || codec === undefined) {
  process.stderr.write('usage: publisher.mjs --url URL --token TOKEN [--codec vp8|vp9|h264]\n');
  process.exit(EXIT_USAGE);
}
const [width, height] = args.size.split('x').map(Number);
const colour = args.colour.split(',').map(Number);

const room = new Room();
const end = makeEnd(() => room.disconnect());
let videoSid = null;

room.on(RoomEvent.Disconnected, () => end(EXIT_DISCONNECTED));
listen(end, async (line) => {
  if (line === 'leave') await end(EXIT_OK);
  else if (line === 'unpublish video') await room.localParticipant.unpublishTrack(videoSid);
  else throw new Error(`no command ${line}`);
});

async function publishVideo() {
  const source = new VideoSource(width, height);
  const track = LocalVideoTrack.createVideoTrack('node-video', source);
  const options = new TrackPublishOptions({
    source: TrackSource.SOURCE_CAMERA,
    videoCodec: codec,
    simulcast: false,
  });
  const publication = await room.localParticipant.publishTrack(track, options);
  videoSid = publication.sid;
  emit('published', { sid: publication.sid, name: 'node-video' });
  let number = 0;
  setInterval(() => {
    const data = paint(width, height, colour, number++ & 0xfff);
    source.captureFrame(new VideoFrame(data, width, height, VideoBufferType.I420));
  }, 1000 / Number(args.rate));
}

async function publishAudio() {
  const source = new AudioSource(48000, 1);
  const track = LocalAudioTrack.createAudioTrack('node-audio', source);
  const options = new TrackPublishOptions({ source: TrackSource.SOURCE_MICROPHONE });
  const publication = await room.localParticipant.publishTrack(track, options);
  emit('published', { sid: publication.sid, name: 'node-audio' });
  let position = 0;
  for (;;) {
    const frame = AudioFrame.create(48000, 1, 480);
    for (let i = 0; i < 480; i++, position++)
      frame.data[i] = 8000 * Math.sin((2 * Math.PI * Number(args.tone) * position) / 48000);
    await source.captureFrame(frame);
  }
}

try {
  await room.connect(args.url, args.token, { autoSubscribe: false, dynacast: false });
  emit('connected', { identity: room.localParticipant.identity });
} catch (error) {
  emit('connect-failed', { text: String(error?.message ?? error) });
  await end(EXIT_CONNECT);
}
for (const publish of [publishVideo, publishAudio])
  publish().catch((error) => emit('error', { what: publish.name, text: String(error) }));
