#!/usr/bin/env node
// SPDX-License-Identifier: LGPL-2.1-or-later
// The room's administrator through the official server SDK. Reads one JSON
// request per line, {"id": N, "call": NAME, "args": [...]}, answers one line.
import { parseArgs } from 'node:util';
import { RoomServiceClient } from 'livekit-server-sdk';
import { EXIT_USAGE, emit, listen, makeEnd } from './terminal.mjs';

const CALLS = [
  'createRoom',
  'deleteRoom',
  'getParticipant',
  'listParticipants',
  'listRooms',
  'mutePublishedTrack',
  'removeParticipant',
  'updateParticipant',
  'updateRoomMetadata',
  'updateSubscriptions',
];

const { values: args } = parseArgs({
  options: {
    url: { type: 'string' },
    'api-key': { type: 'string' },
    'api-secret': { type: 'string' },
  },
});
if (!args.url || !args['api-key'] || !args['api-secret']) {
  process.stderr.write('usage: admin.mjs --url URL --api-key KEY --api-secret SECRET\n');
  process.exit(EXIT_USAGE);
}

const service = new RoomServiceClient(args.url, args['api-key'], args['api-secret']);
listen(
  makeEnd(() => {}),
  async (line) => {
    const request = JSON.parse(line);
    try {
      if (!CALLS.includes(request.call)) throw new Error(`no call ${request.call}`);
      const result = await service[request.call](...(request.args ?? []));
      const plain = (value) => value?.toJson?.() ?? value ?? null;
      emit('result', {
        id: request.id,
        result: Array.isArray(result) ? result.map(plain) : plain(result),
      });
    } catch (error) {
      emit('result', { id: request.id, error: String(error?.message ?? error), code: error?.code });
    }
  },
);
emit('ready');
