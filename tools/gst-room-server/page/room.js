// SPDX-License-Identifier: LGPL-2.1-or-later
// Room: the page of a room: who publishes, from the feed, and the keys.
//
// For tests, on the body: data-state (of the feed: connecting, live, lost,
// refused), data-watchers, data-publishers.

import { follow } from './feed.js';
import { Publisher } from './publisher.js';
import { Tile } from './tile.js';

const VOLUME_STEP = 10;
const find = (id) => document.getElementById(id);
const path = location.pathname.replace(/\/$/, '');
const name = decodeURIComponent(path.slice('/room/'.length));
const publishers = new Map();   // by key: { publisher, name, timer }
let sound = false;

function allTiles() {
  return [...publishers.values()].flatMap(({ publisher }) => publisher.tiles);
}

function say(words) {
  find('said').textContent = words;
}

function notify(title, words, hint) {
  const notice = find('notice');
  notice.hidden = !title;
  notice.querySelector('h2').textContent = title;
  notice.querySelector('p').textContent = words;
  notice.querySelector('.hint').hidden = !hint;
}

function look() {
  const tiles = allTiles();
  if (publishers.size)
    notify('', '', false);
  else if (document.body.dataset.state === 'live')
    notify('Nobody is publishing yet', 'Pictures and sounds appear here by themselves.', true);
  find('tiles').dataset.count = tiles.length;
  find('sound').hidden = sound || !tiles.some(({ element }) => element.dataset.sound);
}

/* -- Sound ------------------------------------------------------------------ */

// Browsers play sound only after a click; what comes later then has it too.
function setSound(on) {
  sound = on;
  for (const tile of allTiles())
    tile.setSound(on);
  look();
}

function onTileSound(tile, on) {
  tile.setSound(on);
  sound ||= on;
  look();
}

function makeTile(onBegin) {
  const tile = new Tile(find('tile'), onTileSound, onBegin);
  tile.setSound(sound);
  find('tiles').append(tile.element);
  return tile;
}

/* -- The feed --------------------------------------------------------------- */

function remove(key) {
  publishers.get(key).publisher.close();
  publishers.delete(key);
  look();
}

function onSnapshot(snapshot) {
  const keys = new Set(snapshot.publishers.map(({ key }) => key));
  for (const info of snapshot.publishers) {
    const entry = publishers.get(info.key) ?? {
      publisher: new Publisher(`${path}/whep?publisher=${encodeURIComponent(info.identity)}`,
        makeTile),
    };
    if (!publishers.has(info.key))
      say(`${info.name || info.identity} is here`);
    clearTimeout(entry.timer);
    entry.timer = 0;
    entry.name = info.name || info.identity;
    publishers.set(info.key, entry);
    entry.publisher.update(info);
  }
  for (const [key, entry] of publishers) {
    if (keys.has(key) || entry.timer)
      continue;
    say(`${entry.name} has left`);
    entry.publisher.leave();
    entry.timer = setTimeout(() => remove(key), snapshot.linger);
  }
  document.body.dataset.publishers = keys.size;
  document.body.dataset.watchers = snapshot.watchers ?? 0;
  look();
}

function onState(state, words) {
  document.body.dataset.state = find('state').dataset.state = state;
  find('state').textContent = state === 'refused' ? 'No access' : words;
  if (state === 'refused')
    notify('You cannot watch this room', `Ask for a link with a token. The server said: ${words}`, false);
}

/* -- Keys ------------------------------------------------------------------- */

const keys = {
  m: (tile) => onTileSound(tile, tile.silent),
  f: (tile) => tile.toggleFull(),
  g: (tile) => tile.toggleGraph(),
  ArrowUp: (tile) => tile.changeVolume(VOLUME_STEP),
  ArrowDown: (tile) => tile.changeVolume(-VOLUME_STEP),
};

function onKey(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || find('keys').open
      || event.target instanceof HTMLInputElement)
    return;
  const tiles = allTiles();
  const tile = tiles.find(({ element }) => element.contains(document.activeElement))
    ?? tiles[0];
  if (event.key === '?')
    find('keys').showModal();
  else if (event.key === 's')
    setSound(!sound);
  else if (/^[1-9]$/.test(event.key))
    tiles[event.key - 1]?.element.focus();
  else if (tile && keys[event.key])
    keys[event.key](tile);
  else
    return;
  event.preventDefault();
}

document.title = name;
find('title').textContent = name;
find('notice').querySelector('code').textContent = `${location.origin}${path}/whip`;
find('sound').onclick = () => setSound(true);
find('help').onclick = () => find('keys').showModal();
document.addEventListener('keydown', onKey);
addEventListener('pagehide', () => publishers.forEach(({ publisher }) => publisher.close()));
// Back from the browser's memory: what it had is closed.
addEventListener('pageshow', ({ persisted }) => persisted && location.reload());
setInterval(async () => {
  await Promise.all([...publishers.values()].map(({ publisher }) => publisher.measure()));
}, 1000);
follow(`${path}/events`, onSnapshot, onState);
