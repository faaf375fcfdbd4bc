// SPDX-License-Identifier: LGPL-2.1-or-later
// Makes signals.txt, json.txt, joins.txt and tokens.txt, and of the same messages
// the seeds in tests/fuzz/corpus, with LiveKit's own packages:
//
//   npm install && node generate.mjs
//
// The output is the same every time and is committed; the tests read it and
// need neither npm nor node. A line is: what, name, bytes in hex, and the
// message as text, so that each number can be compared with its name; in
// json.txt in place of that the message's JSON.
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

// The tokens' clock: 2026-01-02 03:04:05 UTC.
const Clock = globalThis.Date;
globalThis.Date = class extends Clock {
  constructor(...args) {
    super(...(args.length ? args : [1767323045000]));
  }
  static now() {
    return 1767323045000;
  }
};

const P = await import('@livekit/protocol');
const { AccessToken } = await import('livekit-server-sdk');

// Fields that our livekit.proto leaves out: data tracks, data blobs, and what
// neither a publisher nor a small server has a use for.
const leftOut = new Set([
  'SignalRequest.publish_data_track_request',
  'SignalRequest.unpublish_data_track_request',
  'SignalRequest.update_data_subscription',
  'SignalRequest.store_data_blob_request',
  'SignalRequest.get_data_blob_request',
  'SignalResponse.publish_data_track_response',
  'SignalResponse.unpublish_data_track_response',
  'SignalResponse.data_track_subscriber_handles',
  'SignalResponse.store_data_blob_response',
  'SignalResponse.get_data_blob_response',
  'RequestResponse.publish_data_track',
  'RequestResponse.unpublish_data_track',
  'SyncState.publish_data_tracks',
  'SyncState.data_subscription',
  'ParticipantInfo.kind_details',
  'ParticipantInfo.data_tracks',
]);

const short = (type) => type.typeName.replace(/^livekit\./, '');
const isLeftOut = (type, field) => leftOut.has(`${short(type)}.${field.name}`);
const fieldsOf = (type, all) =>
  type.fields.byNumber().filter((f) => all || !isLeftOut(type, f));

// -- A message with every field set, each to something else ------------------

let counter = 0;

function scalar(T) {
  counter++;
  switch (T) {
    case 2: // float
      return 0.25 * counter;
    case 3: // int64
      return BigInt(counter) * 1000000007n;
    case 5: // int32
      return counter % 2 ? counter : -counter;
    case 8: // bool
      return true;
    case 9: // string
      return `té ${counter}`;
    case 12: // bytes
      return Uint8Array.of(counter & 255, 0, 255);
    case 13: // uint32
      return 2147483648 + counter;
  }
  throw new Error(`scalar ${T}`);
}

function value(field, all) {
  switch (field.kind) {
    case 'scalar':
      return scalar(field.T);
    case 'enum': {
      const values = field.T.values;
      return values[1 + (counter++ % (values.length - 1))].no;
    }
    case 'message':
      return filled(field.T, all);
  }
  throw new Error(field.kind);
}

function filled(type, all, oneof) {
  const message = new type();
  for (const f of fieldsOf(type, all)) {
    if (f.oneof) {
      if (oneof ? f.name === oneof : !message[f.oneof.localName].case)
        message[f.oneof.localName] = { case: f.localName, value: value(f, all) };
    } else if (f.kind === 'map') {
      message[f.localName] = { [scalar(9)]: scalar(9), [scalar(9)]: scalar(9) };
    } else if (f.repeated) {
      message[f.localName] = [value(f, all), value(f, all)];
    } else {
      message[f.localName] = value(f, all);
    }
  }
  return message;
}

// -- A message as text -------------------------------------------------------

function textOfValue(field, v) {
  switch (field.kind) {
    case 'message':
      return textOf(v);
    case 'enum':
      return field.T.findNumber(v).name;
    case 'scalar':
      if (field.T === 9) return `"${v}"`;
      if (field.T === 12) return Buffer.from(v).toString('hex');
      return String(v);
  }
  throw new Error(field.kind);
}

function textOfField(message, f) {
  if (f.oneof) {
    const one = message[f.oneof.localName];
    return one.case === f.localName ? textOfValue(f, one.value) : null;
  }
  const v = message[f.localName];
  if (f.kind === 'map') {
    const entries = Object.entries(v);
    return entries.length
      ? `[${entries.map(([k, w]) => `{key="${k}" value="${w}"}`).join(' ')}]`
      : null;
  }
  if (f.repeated)
    return v.length ? `[${v.map((w) => textOfValue(f, w)).join(' ')}]` : null;
  if (v === undefined) return null;
  if (!f.opt && f.kind !== 'message') {
    if (v === 0 || v === 0n || v === '' || v === false || v.length === 0)
      return null;
  }
  return textOfValue(f, v);
}

function textOf(message) {
  const type = message.getType();
  const parts = fieldsOf(type, false)
    .map((f) => [f, textOfField(message, f)])
    .filter(([, text]) => text !== null)
    .map(([f, text]) => (text.startsWith('{') || text.startsWith('[')
      ? `${f.name}${text}` : `${f.name}=${text}`));
  return `{${parts.join(' ')}}`;
}

const hex = (bytes) => Buffer.from(bytes).toString('hex');

// -- Signals -----------------------------------------------------------------

const seed = (target, name, bytes) => {
  const folder = `../../../fuzz/corpus/${target}`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/golden-${name.replace(/^-/, '').replaceAll('.', '-')}`, bytes);
};

const signals = createWriteStream('signals.txt');
const json = createWriteStream('json.txt');
const jsonSeeds = ['add_track', 'leave', 'ping', 'subscription_permission', 'update_metadata'];
const put = (what, name, message) => {
  const bytes = message.toBinary();
  signals.write(`${what}\t${name}\t${hex(bytes)}\t${textOf(message)}\n`);
  if (!what.startsWith('newer'))
    json.write(`${what}\t${name}\t${hex(bytes)}\t${message.toJsonString()}\n`);
  if (what === 'request' && jsonSeeds.includes(name))
    seed('protojson', name, message.toJsonString());
  if (!name.startsWith('='))
    seed(what.endsWith('request') ? 'signalrequest' : 'signalresponse',
      what.startsWith('newer') ? `newer-${name || 'kind'}` : name, bytes);
};

for (const [what, type] of [['request', P.SignalRequest], ['response', P.SignalResponse]]) {
  for (const f of fieldsOf(type, false)) {
    counter = f.no;
    put(what, f.name, filled(type, false, f.name));
  }
  put(what, '-empty', new type());
}
for (const [what, outer, inner] of [
  ['request', 'simulate', P.SimulateScenario],
  ['response', 'request_response', P.RequestResponse],
]) {
  const type = what === 'request' ? P.SignalRequest : P.SignalResponse;
  for (const f of fieldsOf(inner, false).filter((g) => g.oneof)) {
    counter = f.no;
    const message = new type({ message: {
      case: type.fields.list().find((g) => g.name === outer).localName,
      value: filled(inner, false, f.name),
    } });
    put(what, `-${outer}.${f.name}`, message);
  }
}

// Made by a peer that knows more than we do: its extra fields are skipped.
counter = 0;
put('newer-response', 'join', filled(P.SignalResponse, true, 'join'));
put('newer-response', '', filled(P.SignalResponse, true, 'publish_data_track_response'));
put('newer-request', '', filled(P.SignalRequest, true, 'publish_data_track_request'));

// As a publisher writes them; the tests build the same in C.
const built = (name, message) => put('request', `=${name}`, new P.SignalRequest({ message }));
built('offer', { case: 'offer', value: { type: 'offer', sdp: 'v=0', id: 1 } });
built('answer', { case: 'answer', value: { type: 'answer', sdp: 'v=0', id: 241 } });
built('trickle', { case: 'trickle', value: {
  candidateInit: 'x', target: P.SignalTarget.SUBSCRIBER } });
built('add_track', { case: 'addTrack', value: {
  cid: 'webrtctransceiver0', name: 'stage', type: P.TrackType.VIDEO,
  width: 1920, height: 1080, source: P.TrackSource.SCREEN_SHARE,
  layers: [{ quality: P.VideoQuality.HIGH, width: 1920, height: 1080, bitrate: 4000000 }],
  disableRed: true, stream: 'main',
  audioFeatures: [P.AudioTrackFeature.TF_STEREO, P.AudioTrackFeature.TF_NO_DTX] } });
built('mute', { case: 'mute', value: { sid: 'TR_VC', muted: true } });
built('leave', { case: 'leave', value: { reason: P.DisconnectReason.CLIENT_INITIATED } });
built('allow-nobody', { case: 'subscriptionPermission', value: {} });
built('allow-two', { case: 'subscriptionPermission', value: { trackPermissions: [
  { allTracks: true, participantIdentity: 'ann' },
  { allTracks: true, participantIdentity: 'bob' }] } });
built('ping_req', { case: 'pingReq', value: { timestamp: 1767323045000n, rtt: 12n } });
built('update_video_track', { case: 'updateVideoTrack', value: {
  trackSid: 'TR_VC', width: 640, height: 360 } });
signals.end();
json.end();

seed('protojson', 'create-room', new P.CreateRoomRequest({
  name: 'stage', emptyTimeout: 10, maxParticipants: 5, metadata: '{}' }).toJsonString());
seed('protojson', 'update-participant', new P.UpdateParticipantRequest({
  room: 'stage', identity: 'ann', metadata: 'é', name: 'Ann', attributes: { a: 'b', c: '' },
  permission: { canPublish: true, canPublishSources: [P.TrackSource.CAMERA, 9] },
}).toJsonString({ useProtoFieldName: true }));

// -- Join requests -----------------------------------------------------------

const joins = createWriteStream('joins.txt');
const b64 = (bytes) => Buffer.from(bytes).toString('base64')
  .replaceAll('+', '-').replaceAll('/', '_');
const putJoin = (name, join, gzip) => {
  const inner = join.toBinary();
  const wrapped = new P.WrappedJoinRequest(gzip
    ? { compression: P.WrappedJoinRequest_Compression.GZIP, joinRequest: gzipSync(inner) }
    : { joinRequest: inner });
  const value = b64(wrapped.toBinary());
  joins.write(`join\t${name}\t${value}\t${textOf(join)}\n`);
  seed('joinrequest', name, value);
};

counter = 0;
putJoin('full', filled(P.JoinRequest, false));
putJoin('full-gzip', filled(P.JoinRequest, false), true);
putJoin('empty', new P.JoinRequest());
putJoin('publisher', new P.JoinRequest({
  clientInfo: { sdk: P.ClientInfo_SDK.CPP, version: '0.1.0', protocol: 17, os: 'linux' },
  connectionSettings: { subscriberAllowPause: false, autoSubscribeDataTrack: false },
  addTrackRequests: [{ cid: 'a0', name: 'tone', source: P.TrackSource.MICROPHONE }],
  publisherOffer: { type: 'offer', sdp: 'v=0', id: 1 },
}));
joins.end();

// -- Tokens ------------------------------------------------------------------

const token = new AccessToken('devkey', 'a-secret-of-more-than-thirty-two-bytes', {
  identity: 'stage-1',
  name: 'Stage äö',
  ttl: 3600,
  metadata: '{"a":1}',
  attributes: { role: 'camera', 'ké': 'v' },
});
token.addGrant({
  roomJoin: true,
  room: 'hall',
  canPublish: true,
  canSubscribe: false,
  canPublishSources: [P.TrackSource.CAMERA, P.TrackSource.SCREEN_SHARE_AUDIO],
  canUpdateOwnMetadata: true,
  hidden: false,
});
const jwt = await token.toJwt();
writeFileSync('tokens.txt', `${jwt}\n`);
seed('token', 'sdk', jwt);
