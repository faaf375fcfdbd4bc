// SPDX-License-Identifier: LGPL-2.1-or-later
// List: the page of all rooms.
//
// For tests: data-state on the body (of the feed), data-room on each link.

import { follow } from './feed.js';

const find = (id) => document.getElementById(id);
const count = (number, word) => `${number} ${word}${number === 1 ? '' : 's'}`;

function notify(title, words) {
  find('notice').hidden = !title;
  find('notice').querySelector('h2').textContent = title;
  find('notice').querySelector('p').textContent = words;
}

function makeCard(room) {
  const card = find('room').content.firstElementChild.cloneNode(true);
  const link = card.querySelector('a');
  link.href = `/room/${encodeURIComponent(room.name)}`;
  link.dataset.room = room.name;
  card.querySelector('.card-name').textContent = room.name;
  card.querySelector('.card-facts').textContent = room.tracks
    ? `${count(room.publishers, 'publisher')} · ${count(room.tracks, 'track')}`
    : 'Nobody is publishing';
  card.querySelector('.live').hidden = !room.tracks;
  return card;
}

follow('/events', ({ rooms }) => {
  // The one with the focus keeps it.
  const focused = document.activeElement?.dataset.room;
  find('rooms').replaceChildren(...rooms.map(makeCard));
  [...find('rooms').querySelectorAll('a')].find(({ dataset }) =>
    dataset.room === focused)?.focus();
  notify(rooms.length ? '' : 'No rooms yet',
    'A room is there as soon as someone publishes to it.');
}, (state, words) => {
  document.body.dataset.state = find('state').dataset.state = state;
  find('state').textContent = state === 'refused' ? 'No access' : words;
  if (state === 'refused')
    notify('You cannot see the rooms', `Ask for a link to a room. The server said: ${words}`);
});
