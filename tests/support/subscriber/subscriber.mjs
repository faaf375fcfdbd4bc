#!/usr/bin/env node
// SPDX-License-Identifier: LGPL-2.1-or-later
// Joins a room, subscribes, decodes, and says what it saw: one JSON object per
// line. Run with --help for the options and the commands read from stdin.
import { parseArgs } from 'node:util';
import {
  AudioStream,
  DisconnectReason,
  Room,
  RoomEvent,
  TrackKind,
  TrackSource,
  VideoStream,
} from '@livekit/rtc-node';
import { AccessToken } from 'livekit-server-sdk';
import { brightness, patches, readBars } from './picture.mjs';
import { Listener } from './sound.mjs';
import {
  EXIT_CONNECT,
  EXIT_DEADLINE,
  EXIT_DISCONNECTED,
  EXIT_OK,
  EXIT_USAGE,
  emit,
  listen,
  makeEnd,
  now,
} from './terminal.mjs';

const HELP = `usage: subscriber.mjs --url URL (--token TOKEN | --api-key K --api-secret S --room R --identity I)
  --no-auto-subscribe   subscribe to nothing by itself
  --grid CxR            print mean colours of C times R patches of each printed frame
  --bars                print the frame number painted as bars
  --brightness          print the mean luma below the bars
  --every N             print every Nth decoded frame of a track (default 1; 0: only the first)
  --tones F,F,...       look for these frequencies (Hz) in audio
  --audio-every MS      length of an audio window (default 200; 0: print only beeps)
  --summary SECONDS     print frames, rate and size of every track that often
  --frames N            end with 0 after N decoded video frames in all
  --deadline SECONDS    end with ${EXIT_DEADLINE} when nothing else has ended it before
stdin: leave | stats | subscribe SID | unsubscribe SID | quality SID low|medium|high | tracks
exit: 0 asked to end, ${EXIT_USAGE} usage, ${EXIT_CONNECT} no connection, ${EXIT_DISCONNECTED} put out by the server, ${EXIT_DEADLINE} deadline
`;

function options() {
  let parsed;
  try {
    parsed = parseArgs({
      options: {
        help: { type: 'boolean' },
        url: { type: 'string' },
        token: { type: 'string' },
        'api-key': { type: 'string' },
        'api-secret': { type: 'string' },
        room: { type: 'string' },
        identity: { type: 'string', default: 'subscriber' },
        'no-auto-subscribe': { type: 'boolean' },
        grid: { type: 'string' },
        bars: { type: 'boolean' },
        brightness: { type: 'boolean' },
        every: { type: 'string', default: '1' },
        tones: { type: 'string', default: '' },
        'audio-every': { type: 'string', default: '200' },
        summary: { type: 'string', default: '0' },
        frames: { type: 'string', default: '0' },
        deadline: { type: 'string', default: '0' },
      },
    });
  } catch (error) {
    process.stderr.write(`${error.message}\n${HELP}`);
    process.exit(EXIT_USAGE);
  }
  const values = parsed.values;
  if (values.help) {
    process.stdout.write(HELP);
    process.exit(EXIT_OK);
  }
  const mints = values['api-key'] && values['api-secret'] && values.room;
  if (!values.url || !(values.token || mints)) {
    process.stderr.write(HELP);
    process.exit(EXIT_USAGE);
  }
  return values;
}

const args = options();
const every = Number(args.every);
const [columns, rows] = (args.grid ?? '0x0').split('x').map(Number);
const tones = args.tones.split(',').filter(Boolean).map(Number);
const room = new Room();
const seen = new Map();
let framesInAll = 0;

const end = makeEnd(() => room.disconnect());

function describe(publication, participant) {
  return {
    identity: participant?.identity,
    participant_sid: participant?.sid,
    sid: publication.sid,
    name: publication.name,
    kind: TrackKind[publication.kind]?.replace('KIND_', '').toLowerCase(),
    source: TrackSource[publication.source]?.replace('SOURCE_', '').toLowerCase(),
    mime: publication.mimeType,
    width: publication.width,
    height: publication.height,
    muted: publication.muted,
  };
}

async function watchVideo(track, publication, participant) {
  const state = { name: publication.name, identity: participant.identity, frames: 0, size: '' };
  seen.set(publication.sid, state);
  for await (const { frame, timestampUs } of new VideoStream(track)) {
    const at = now();
    // The library goes on with tiny black pictures after the track's end.
    if (state.ended && frame.width <= 2) break;
    const first = state.frames++ === 0;
    framesInAll++;
    const size = `${frame.width}x${frame.height}`;
    const resized = size !== state.size;
    state.size = size;
    if (first || resized || (every && state.frames % every === 0)) {
      const fields = {
        sid: publication.sid,
        name: publication.name,
        frame: state.frames,
        width: frame.width,
        height: frame.height,
        timestamp_us: timestampUs,
      };
      if (columns) fields.grid = patches(frame, columns, rows);
      if (args.bars) fields.number = readBars(frame);
      if (args.brightness) fields.brightness = Math.round(brightness(frame));
      emit('video', fields, at);
    }
    if (Number(args.frames) && framesInAll >= Number(args.frames)) end(EXIT_OK);
  }
  emit('video-end', { sid: publication.sid, name: publication.name, frames: state.frames });
}

async function watchAudio(track, publication, participant) {
  const state = { name: publication.name, identity: participant.identity, frames: 0, size: '' };
  seen.set(publication.sid, state);
  const windowMs = Number(args['audio-every']);
  const listener = new Listener({ tones, windowMs: windowMs || 1000 });
  for await (const frame of new AudioStream(track, 48000, 1)) {
    const at = now();
    const { onset, window } = listener.feed(frame);
    state.frames = listener.loudFrames;
    const which = { sid: publication.sid, name: publication.name };
    if (onset !== null) {
      // The frame is handed over when it is whole: its first sample is older.
      const length = (frame.samplesPerChannel * 1000) / frame.sampleRate;
      emit('beep', { ...which, offset_ms: onset - length, loud_frames: listener.loudFrames }, at);
    }
    if (window && windowMs) emit('audio', { ...which, ...window }, at);
  }
  emit('audio-end', { sid: publication.sid, name: publication.name });
}

function watch(track, publication, participant) {
  const watcher = track.kind === TrackKind.KIND_VIDEO ? watchVideo : watchAudio;
  watcher(track, publication, participant).catch((error) =>
    emit('error', { what: 'stream', sid: publication.sid, text: String(error) }),
  );
}

function report(event, publication, participant, more = {}) {
  emit(event, { ...describe(publication, participant), ...more });
}

room
  .on(RoomEvent.ParticipantConnected, (participant) =>
    emit('participant-joined', {
      identity: participant.identity,
      sid: participant.sid,
      name: participant.name,
      metadata: participant.metadata,
      attributes: participant.attributes,
    }),
  )
  .on(RoomEvent.ParticipantDisconnected, (participant) =>
    emit('participant-left', {
      identity: participant.identity,
      sid: participant.sid,
      reason: DisconnectReason[participant.disconnectReason],
    }),
  )
  .on(RoomEvent.TrackPublished, (publication, participant) =>
    report('track-published', publication, participant),
  )
  .on(RoomEvent.TrackUnpublished, (publication, participant) =>
    report('track-unpublished', publication, participant),
  )
  .on(RoomEvent.TrackSubscribed, (track, publication, participant) => {
    report('track-subscribed', publication, participant);
    watch(track, publication, participant);
  })
  .on(RoomEvent.TrackUnsubscribed, (_track, publication, participant) => {
    const state = seen.get(publication.sid);
    if (state) state.ended = true;
    report('track-unsubscribed', publication, participant);
  })
  .on(RoomEvent.TrackSubscriptionFailed, (sid, participant, reason) =>
    emit('track-subscription-failed', { sid, identity: participant?.identity, reason }),
  )
  .on(RoomEvent.TrackMuted, (publication, participant) =>
    report('track-muted', publication, participant),
  )
  .on(RoomEvent.TrackUnmuted, (publication, participant) =>
    report('track-unmuted', publication, participant),
  )
  .on(RoomEvent.ParticipantNameChanged, (name, participant) =>
    emit('participant-name', { identity: participant.identity, name }),
  )
  .on(RoomEvent.Reconnecting, () => emit('reconnecting'))
  .on(RoomEvent.Reconnected, () => emit('reconnected'))
  .on(RoomEvent.Disconnected, (reason) => {
    emit('disconnected', { reason: DisconnectReason[reason] });
    end(EXIT_DISCONNECTED);
  });

function publicationOf(sid) {
  for (const participant of room.remoteParticipants.values()) {
    const publication = participant.trackPublications.get(sid);
    if (publication) return publication;
  }
  throw new Error(`no track ${sid}`);
}

function setQuality(sid, quality) {
  const value = { low: 0, medium: 1, high: 2 }[quality];
  if (value === undefined) throw new Error(`no quality ${quality}`);
  // The public class has no call for it; the native library does.
  globalThis._ffiClientInstance.request({
    message: {
      case: 'setRemoteTrackPublicationQuality',
      value: { trackPublicationHandle: publicationOf(sid).ffiHandle.handle, quality: value },
    },
  });
}

async function printStats() {
  const { publisherStats, subscriberStats } = await room.getRtcStats();
  const inbound = [...(subscriberStats ?? []), ...(publisherStats ?? [])]
    .map((entry) => entry.stats)
    .filter((entry) => entry?.case === 'inboundRtp')
    .map(({ value }) => ({
      ssrc: value.stream?.ssrc,
      kind: value.stream?.kind,
      track: value.inbound?.trackIdentifier,
      packets: value.received?.packetsReceived,
      lost: value.received?.packetsLost,
      bytes: value.inbound?.bytesReceived,
      frames_received: value.inbound?.framesReceived,
      frames_decoded: value.inbound?.framesDecoded,
      key_frames_decoded: value.inbound?.keyFramesDecoded,
      pli: value.inbound?.pliCount,
      nack: value.inbound?.nackCount,
    }));
  emit('stats', { inbound });
}

async function command(line) {
  const [verb, sid, argument] = line.split(/\s+/);
  if (verb === 'leave') await end(EXIT_OK);
  else if (verb === 'stats') await printStats();
  else if (verb === 'subscribe') publicationOf(sid).setSubscribed(true);
  else if (verb === 'unsubscribe') publicationOf(sid).setSubscribed(false);
  else if (verb === 'quality') setQuality(sid, argument);
  else if (verb === 'tracks') listTracks();
  else throw new Error(`no command ${verb}`);
}

function listTracks() {
  const tracks = [];
  for (const participant of room.remoteParticipants.values())
    for (const publication of participant.trackPublications.values())
      tracks.push(describe(publication, participant));
  emit('tracks', { tracks });
}

function startSummary(seconds) {
  const before = new Map();
  setInterval(() => {
    const tracks = [...seen].filter(([, state]) => !state.ended).map(([sid, state]) => {
      const rate = (state.frames - (before.get(sid) ?? 0)) / seconds;
      before.set(sid, state.frames);
      return { sid, ...state, rate };
    });
    emit('summary', { tracks });
  }, seconds * 1000);
}

async function mint() {
  const token = new AccessToken(args['api-key'], args['api-secret'], { identity: args.identity });
  token.addGrant({ roomJoin: true, room: args.room, canPublish: false, canSubscribe: true });
  return token.toJwt();
}

listen(end, command);
if (Number(args.deadline)) setTimeout(() => end(EXIT_DEADLINE), Number(args.deadline) * 1000);
if (Number(args.summary)) startSummary(Number(args.summary));
try {
  await room.connect(args.url, args.token ?? (await mint()), {
    autoSubscribe: !args['no-auto-subscribe'],
    dynacast: false,
  });
  emit('connected', {
    room: room.name,
    identity: room.localParticipant.identity,
    sid: room.localParticipant.sid,
    participants: [...room.remoteParticipants.keys()],
  });
  for (const participant of room.remoteParticipants.values())
    for (const publication of participant.trackPublications.values())
      report('track-published', publication, participant, { before: true });
} catch (error) {
  emit('connect-failed', { text: String(error?.message ?? error) });
  end(EXIT_CONNECT);
}
