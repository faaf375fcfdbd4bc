// SPDX-License-Identifier: LGPL-2.1-or-later
// In the browser: clients that are not ours, driven by a test. Each function is
// called by its name from outside; what happens is told by tell().
import { Room, RoomEvent, Track, VideoPresets } from './livekit-client.js';
import { WHEPClient } from './whep.js';
import { WHIPClient } from './whip.js';

const tell = (event, fields = {}) => globalThis.tell(event, fields);
let room = null;

function show(element, name) {
  element.id = name;
  element.dataset.name = name;
  document.querySelector('main').append(element);
}

function describe(publication, participant) {
  return {
    identity: participant.identity,
    sid: publication.trackSid,
    name: publication.trackName,
    kind: publication.kind,
    source: publication.source,
    mime: publication.mimeType,
    muted: publication.isMuted,
  };
}

function follow(found) {
  const tellOf = (event) => (publication, participant) =>
    tell(event, describe(publication, participant));
  found
    .on(RoomEvent.TrackSubscribed, (track, publication, participant) => {
      show(track.attach(), publication.trackName || publication.trackSid);
      tell('track-subscribed', describe(publication, participant));
    })
    .on(RoomEvent.TrackUnsubscribed, (track, publication, participant) => {
      track.detach();
      document.getElementById(publication.trackName || publication.trackSid)?.remove();
      tell('track-unsubscribed', describe(publication, participant));
    })
    .on(RoomEvent.TrackPublished, tellOf('track-published'))
    .on(RoomEvent.TrackUnpublished, tellOf('track-unpublished'))
    .on(RoomEvent.TrackMuted, tellOf('track-muted'))
    .on(RoomEvent.TrackUnmuted, tellOf('track-unmuted'))
    .on(RoomEvent.ParticipantConnected, ({ identity }) => tell('participant-joined', { identity }))
    .on(RoomEvent.ParticipantDisconnected, ({ identity }) => tell('participant-left', { identity }))
    .on(RoomEvent.Reconnecting, () => tell('reconnecting'))
    .on(RoomEvent.Reconnected, () => tell('reconnected'))
    .on(RoomEvent.Disconnected, (reason) => tell('disconnected', { reason }));
}

/** Joins with livekit-client as it is, all defaults unless `options` says so. */
async function join({ url, token, options = {} }) {
  room = new Room(options);
  follow(room);
  await room.connect(url, token);
  tell('connected', { identity: room.localParticipant.identity });
  return room.localParticipant.sid;
}

/** Camera and microphone of this browser into the room. */
async function publish({ codec = 'vp8', simulcast = false, camera = true, microphone = true }) {
  const local = room.localParticipant;
  if (camera) {
    await local.setCameraEnabled(
      true,
      { resolution: VideoPresets.h360.resolution },
      { videoCodec: codec, simulcast, name: 'camera' },
    );
  }
  if (microphone) await local.setMicrophoneEnabled(true, {}, { name: 'microphone' });
  return [...local.trackPublications.values()].map((each) => describe(each, local));
}

const mute = ({ camera, microphone }) =>
  Promise.all([
    camera === undefined || room.localParticipant.setCameraEnabled(!camera),
    microphone === undefined || room.localParticipant.setMicrophoneEnabled(!microphone),
  ]).then(() => true);

async function unpublishCamera() {
  const { track } = room.localParticipant.getTrackPublication(Track.Source.Camera);
  await room.localParticipant.unpublishTrack(track);
}

const leave = () => room.disconnect();

/** Gives all up and joins once more, as when going on is refused. */
const comeAnew = () => room.simulateScenario('full-reconnect').then(() => true);

/** Who it is now: another after a full reconnect. */
const ownSid = () => room.localParticipant.sid;

// WHIP and WHEP, with the client of the draft's author.
let peer = null;
let resource = null;

function newPeer() {
  peer = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  peer.addEventListener('connectionstatechange', () =>
    tell('connection', { state: peer.connectionState }),
  );
  return peer;
}

async function whip({ url, token, codec }) {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: true, video: { width: 640, height: 360 },
  });
  newPeer();
  for (const track of stream.getTracks()) {
    const transceiver = peer.addTransceiver(track, { direction: 'sendonly', streams: [stream] });
    if (track.kind === 'video' && codec) {
      const { codecs } = RTCRtpSender.getCapabilities('video');
      transceiver.setCodecPreferences(codecs.filter((each) => each.mimeType === `video/${codec}`));
    }
  }
  resource = new WHIPClient();
  await resource.publish(peer, url, token);
  return String(resource.resourceURL);
}

async function whep({ url, token }) {
  newPeer();
  peer.addEventListener('track', ({ track, streams }) => {
    const element = document.createElement(track.kind);
    element.autoplay = true;
    element.srcObject = new MediaStream([track]);
    show(element, track.kind);
    element.play().catch((error) => tell('play-failed', { text: String(error) }));
    tell('track', { kind: track.kind, stream: streams[0]?.id, track: track.id });
  });
  peer.addTransceiver('audio', { direction: 'recvonly' });
  peer.addTransceiver('video', { direction: 'recvonly' });
  resource = new WHEPClient();
  await resource.view(peer, url, token);
  return String(resource.resourceURL);
}

const hangUp = () => resource.stop();

Object.assign(globalThis, {
  comeAnew, hangUp, join, leave, mute, ownSid, publish, unpublishCamera, whep, whip,
});
tell('loaded');
