'use strict';
// One item of a chat: a message, or the messages of one album.

const MEDIA_NAMES = {
    photo: 'Фото', video: 'Відео', animation: 'GIF', document: 'Документ', audio: 'Аудіо', voice: 'Голосове повідомлення',
    video_note: 'Відеоповідомлення', sticker: 'Наліпка',
};
const WAVE_BARS = 28;

function makeIcon(name) {
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
    svg.setAttribute('class', 'glyph');
    svg.setAttribute('aria-hidden', 'true');
    use.setAttribute('href', '#icon-' + name);
    svg.append(use);
    return svg;
}

function sizeText(bytes) {
    if (!bytes) return '';
    return bytes < 1024 ? bytes + ' Б' : bytes < 1048576 ? Math.round(bytes / 1024) + ' КБ' : (bytes / 1048576).toFixed(1) + ' МБ';
}

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
    const name = [media.performer, media.title].filter(Boolean).join(' — ') || media.file_name || MEDIA_NAMES.audio;
    return fileTile('audio', name, [durationText(media.duration), sizeText(media.file_size)].filter(Boolean).join(' · '));
}

// Photos and what moves: a picture's place with its name, and its length in the corner.
function pictureTile(message) {
    const media = message.media, name = MEDIA_NAMES[media.type] || media.type;
    const tile = makeNode('div', 'tile ' + media.type + (message.has_media_spoiler ? ' covered' : ''));
    tile.append(makeIcon(media.type), makeNode('span', '', message.has_media_spoiler ? name + ' під спойлером' : name));
    if (media.duration !== undefined) tile.append(makeNode('span', 'length', durationText(media.duration)));
    return tile;
}

function mediaTile(message) {
    if (message.contact) {
        const name = [message.contact.first_name, message.contact.last_name].filter(Boolean).join(' ');
        return fileTile('contact', name, message.contact.phone_number);
    }
    if (message.location) return fileTile('location', 'Місце', message.location.latitude + ', ' + message.location.longitude);
    if (message.users_shared) return fileTile('contact', 'Вибрані люди', message.users_shared.user_ids.join(', '));
    const media = message.media;
    if (!media) return null;
    if (media.type === 'sticker') return makeNode('div', 'sticker', media.emoji);
    if (media.type === 'voice') return voiceTile(media);
    if (media.type === 'audio') return audioTile(media);
    if (media.type === 'document') return fileTile('document', media.file_name || MEDIA_NAMES.document, sizeText(media.file_size));
    return pictureTile(message);
}

function timeText(message) {
    const time = new Date((message.edit_date || message.date) * 1000);
    const text = time.toLocaleTimeString('uk-UA', {hour: '2-digit', minute: '2-digit'});
    return (message.edit_date ? 'змінено ' : '') + text;
}

function inlineKeyboard(message, actions) {
    const keyboard = makeNode('div', 'inline');
    for (const row of message.inline_keyboard) {
        const line = makeNode('div', 'row');
        for (const button of row) {
            const node = makeNode('button', '', button.text + (button.url ? ' ↗' : ''));
            node.type = 'button';
            node.addEventListener('click', () => {
                const link = button.url && safeLink(button.url);
                if (link) window.open(link, '_blank', 'noopener');
                else if (button.callback_data !== undefined) actions.press(message, button, node);
            });
            line.append(node);
        }
        keyboard.append(line);
    }
    return keyboard;
}

function appendTiles(bubble, messages) {
    const tiles = messages.map(mediaTile).filter(Boolean);
    if (!tiles.length) return;
    const box = makeNode('div', 'tiles ' + (tiles.length > 2 ? 'many' : tiles.length > 1 ? 'many two' : 'single'));
    box.append(...tiles);
    bubble.append(box);
}

function originName(origin) {
    if (origin.sender_user) return [origin.sender_user.first_name, origin.sender_user.last_name].filter(Boolean).join(' ');
    const chat = origin.sender_chat || origin.chat;
    return origin.sender_user_name || (chat && chat.title) || '?';
}

function quoteText(message) {
    return message.text || message.caption || (message.media && MEDIA_NAMES[message.media.type]) || '…';
}

function appendHead(bubble, message, find) {
    if (message.forward_origin) bubble.append(makeNode('div', 'note', 'Переслано від: ' + originName(message.forward_origin)));
    const target = message.reply_to && find(message.reply_to);
    if (target) bubble.append(makeNode('div', 'quote', quoteText(target)));
}

function renderItem(messages, me, actions) {
    const last = messages[messages.length - 1];
    const item = makeNode('div', 'item' + (last.from === me ? ' mine' : ''));
    const bubble = makeNode('div', 'bubble');
    if (last.media && (last.media.type === 'sticker' || last.media.type === 'video_note')) item.classList.add('bare');
    item.dataset.ids = messages.map(message => message.message_id).join(' ');
    appendHead(bubble, messages[0], actions.find);
    appendTiles(bubble, messages);
    bubble.append(makeNode('span', 'meta', timeText(last)));
    for (const message of messages) {
        const text = message.text || message.caption;
        if (text) bubble.insertBefore(formatText(text, message.entities || message.caption_entities, actions.command), bubble.lastChild);
    }
    const body = bubble.querySelector('.body:last-of-type');
    if (body) body.append(bubble.lastChild);
    item.append(bubble);
    const keyboard = messages.find(message => message.inline_keyboard);
    if (keyboard) {
        item.classList.add('with-buttons');
        item.append(inlineKeyboard(keyboard, actions));
    }
    return item;
}

// Messages in the order of the chat, those of an album together.
function groupItems(messages) {
    const items = [];
    for (const message of messages) {
        if (message.deleted) continue;
        const last = items[items.length - 1];
        const together = last && message.media_group_id && last[0].media_group_id === message.media_group_id;
        if (together) last.push(message);
        else items.push([message]);
    }
    return items;
}
