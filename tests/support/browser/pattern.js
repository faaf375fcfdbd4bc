// SPDX-License-Identifier: LGPL-2.1-or-later
// In the browser: what the looking is proved with. Red above blue, a spot that
// blinks, 440 Hz. With ?bad, everything that a page should not do.
const canvas = document.createElement('canvas');
canvas.width = 320;
canvas.height = 240;
const context = canvas.getContext('2d');
let number = 0;

function paint() {
  context.fillStyle = 'rgb(255 0 0)';
  context.fillRect(0, 0, 320, 120);
  context.fillStyle = 'rgb(0 0 255)';
  context.fillRect(0, 120, 320, 120);
  context.fillStyle = number++ % 2 ? 'white' : 'black';
  context.fillRect(0, 0, 16, 16);
}

function misbehave() {
  console.error('an error on the console');
  setTimeout(() => {
    throw new Error('an error of the page');
  });
  const inline = document.createElement('script');
  inline.textContent = 'document.title = "inline"';
  document.body.append(inline);
  fetch('http://elsewhere.invalid/').catch(() => {});
}

setInterval(paint, 33);
const stream = canvas.captureStream(30);
const audio = new AudioContext();
const tone = new OscillatorNode(audio, { frequency: 440 });
const sound = new MediaStreamAudioDestinationNode(audio);
tone.connect(sound);
tone.start();
stream.addTrack(sound.stream.getAudioTracks()[0]);
document.getElementById('pattern').srcObject = stream;
document.getElementById('touch').addEventListener('click', () => audio.resume());
if (location.search === '?bad') misbehave();
