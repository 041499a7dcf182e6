'use strict';
// One item of a chat: a message, or the messages of one album.

const MEDIA_NAMES = {photo: 'Фото', video: 'Відео', document: 'Документ', voice: 'Голосове повідомлення', sticker: 'Наліпка'};

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

function mediaTile(message) {
    if (message.contact) {
        const name = [message.contact.first_name, message.contact.last_name].filter(Boolean).join(' ');
        return fileTile('contact', name, message.contact.phone_number);
    }
    if (message.location) return fileTile('location', 'Місце', message.location.latitude + ', ' + message.location.longitude);
    if (message.users_shared) return fileTile('contact', 'Вибрані люди', message.users_shared.user_ids.join(', '));
    if (!message.media) return null;
    const icon = message.media.type, name = MEDIA_NAMES[icon] || icon;
    if (icon === 'document' || icon === 'voice')
        return fileTile(icon, message.media.file_name || name, sizeText(message.media.file_size));
    const tile = makeNode('div', 'tile');
    tile.append(makeIcon(icon), makeNode('span', '', name));
    return tile;
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
    const box = makeNode('div', 'tiles ' + (tiles.length > 1 ? 'many' : 'single'));
    box.append(...tiles);
    bubble.append(box);
}

function appendHead(bubble, message, find) {
    const origin = message.forward_origin && message.forward_origin.sender_user;
    if (origin) bubble.append(makeNode('div', 'note', 'Переслано від ' + origin.first_name));
    const target = message.reply_to && find(message.reply_to);
    if (target) bubble.append(makeNode('div', 'quote', target.text || target.caption || '…'));
}

function renderItem(messages, me, actions) {
    const last = messages[messages.length - 1];
    const item = makeNode('div', 'item' + (last.from === me ? ' mine' : ''));
    const bubble = makeNode('div', 'bubble');
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
