// What a message carries beside its text: real pictures where the simulator has their bytes, else drawn tiles.

import {find, makeButton, makeIcon, makeNode, personName, sizeText} from './dom.js';
import {fileAddress} from './net.js';
import {label, t} from './texts.js';

const WAVE_BARS = 28;

export const mediaName = media => t('media_' + media.type);

function fileTile(icon, title, detail) {
    const tile = makeNode('div', 'tile file');
    const text = makeNode('span');
    text.append(title, document.createElement('br'), makeNode('small', '', detail));
    tile.append(makeIcon(icon), text);
    return tile;
}

function durationText(seconds) {
    return seconds === undefined ? '' : Math.floor(seconds / 60) + ':' + String(seconds % 60).padStart(2, '0');
}

// What a voice message looks like; the same for the same file.
function waveform(fileId) {
    const wave = makeNode('span', 'wave');
    for (let i = 0; i < WAVE_BARS; i++) {
        const bar = makeNode('i');
        bar.style.height = 4 + fileId.charCodeAt(fileId.length - 1 - i) * 7 % 15 + 'px';
        wave.append(bar);
    }
    return wave;
}

function voiceTile(media) {
    const tile = makeNode('div', 'tile file'), text = makeNode('span');
    text.append(waveform(media.file_id), makeNode('small', '', durationText(media.duration)));
    tile.append(makeIcon('voice'), text);
    return tile;
}

function audioTile(media) {
    const name = [media.performer, media.title].filter(Boolean).join(' — ') || media.file_name || mediaName(media);
    return fileTile('audio', name, [durationText(media.duration), sizeText(media.file_size)].filter(Boolean).join(' · '));
}

function documentTile(media) {
    const name = media.file_name || mediaName(media), tile = fileTile('document', name, sizeText(media.file_size));
    const link = makeNode('a', tile.className);
    link.append(...tile.childNodes);
    link.href = fileAddress(media.file_id);
    link.download = name;
    link.setAttribute('aria-label', t('download', {name}));
    return link;
}

export function openPhoto(media, text) {
    const dialog = find('photo-dialog'), image = dialog.querySelector('img');
    image.src = fileAddress(media.file_id);
    image.alt = text || mediaName(media);
    dialog.showModal();
}

// A picture as it is; a press opens it in full, a covered one is uncovered first.
function photoTile(message, actions) {
    const media = message.media, image = makeNode('img');
    const tile = makeButton('tile photo shown' + (message.has_media_spoiler ? ' covered' : ''), '', () => {
        if (tile.classList.contains('covered')) tile.classList.remove('covered');
        else openPhoto(media, message.caption);
    });
    image.src = fileAddress(media.file_id);
    image.alt = '';
    image.addEventListener('load', actions.loaded);
    label(tile, message.has_media_spoiler ? t('under_spoiler', {name: mediaName(media)}) : t('open_photo'));
    tile.append(image);
    return tile;
}

// Photos and what moves: a picture's place with its name, and its length in the corner.
function pictureTile(message) {
    const media = message.media, name = mediaName(media);
    const tile = makeNode('div', 'tile ' + media.type + (message.has_media_spoiler ? ' covered' : ''));
    tile.append(makeIcon(media.type), makeNode('span', '', message.has_media_spoiler ? t('under_spoiler', {name}) : name));
    if (media.duration !== undefined) tile.append(makeNode('span', 'length', durationText(media.duration)));
    return tile;
}

export function mediaTile(message, actions) {
    if (message.contact) return fileTile('contact', personName(message.contact), message.contact.phone_number);
    if (message.location) return fileTile('location', t('place'), message.location.latitude + ', ' + message.location.longitude);
    const media = message.media;
    if (!media) return null;
    if (media.type === 'sticker') return makeNode('div', 'sticker', media.emoji);
    if (media.type === 'voice') return voiceTile(media);
    if (media.type === 'audio') return audioTile(media);
    if (media.type === 'photo' && media.viewable) return photoTile(message, actions);
    if (media.type === 'document') return documentTile(media);
    return pictureTile(message);
}
