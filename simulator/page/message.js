// One item of a chat: a message, or the messages of one album.

import {makeButton, makeIcon, makeNode, personName} from './dom.js';
import {formatText, safeLink, startPayload} from './format.js';
import {mediaName, mediaTile} from './media.js';
import {label, locale, t} from './texts.js';

function timeText(message) {
    const time = new Date(message.date * 1000).toLocaleTimeString(locale(), {hour: '2-digit', minute: '2-digit'});
    return (message.edit_date ? t('edited') + ' ' : '') + time;
}

function pressInline(message, button, node, actions) {
    const link = button.url && safeLink(button.url), payload = link && startPayload(link, actions.bot());
    if (payload) actions.command('/start ' + payload);
    else if (link) window.open(link, '_blank', 'noopener');
    else if (button.callback_data !== undefined) actions.press(message, button, node);
}

function inlineKeyboard(message, actions) {
    const keyboard = makeNode('div', 'inline');
    for (const row of message.inline_keyboard) {
        const line = makeNode('div', 'row');
        for (const button of row) {
            const node = makeButton('', button.text + (button.url ? ' ↗' : ''), () => pressInline(message, button, node, actions));
            line.append(node);
        }
        keyboard.append(line);
    }
    return keyboard;
}

function appendTiles(bubble, messages, actions) {
    const tiles = messages.map(message => mediaTile(message, actions)).filter(Boolean);
    if (!tiles.length) return;
    const box = makeNode('div', 'tiles ' + (tiles.length > 2 ? 'many' : tiles.length > 1 ? 'many two' : 'single'));
    box.append(...tiles);
    bubble.append(box);
}

function originName(origin) {
    if (origin.sender_user) return personName(origin.sender_user);
    const chat = origin.sender_chat || origin.chat;
    return origin.sender_user_name || (chat && chat.title) || '?';
}

export function quoteText(message) {
    if (message.text || message.caption) return message.text || message.caption;
    if (message.contact) return t('contact');
    return message.location ? t('place') : message.media ? mediaName(message.media) : '…';
}

function appendHead(bubble, message, actions) {
    if (message.forward_origin) bubble.append(makeNode('div', 'note', t('forwarded', {name: originName(message.forward_origin)})));
    const target = message.reply_to && actions.find(message.reply_to);
    if (!target) return;
    const quote = makeButton('quote', '', () => actions.show(target));
    quote.append(makeNode('strong', '', actions.author(target)), makeNode('span', '', quoteText(target)));
    bubble.append(quote);
}

// What is no message of anybody: said in the middle.
function serviceText(message) {
    if (message.users_shared) return t('users_shared', {ids: message.users_shared.user_ids.join(', ')});
    return message.forum_topic_created ? t('topic_created', {name: message.forum_topic_created.name}) : null;
}

function serviceItem(messages, text) {
    const item = makeNode('div', 'item service');
    item.append(makeNode('span', '', text));
    return item;
}

function menuButton(message, actions) {
    const button = makeButton('open-menu', '', () => actions.menu(message, button));
    button.setAttribute('aria-haspopup', 'menu');
    button.tabIndex = -1; // the arrow keys come here
    label(button, t('message_menu'));
    button.append(makeIcon('menu'));
    return button;
}

function makeBubble(messages, actions) {
    const bubble = makeNode('div', 'bubble'), last = messages[messages.length - 1];
    const meta = makeNode('span', 'meta', timeText(last));
    appendHead(bubble, messages[0], actions);
    appendTiles(bubble, messages, actions);
    for (const message of messages) {
        const text = message.text || message.caption;
        if (text) bubble.append(formatText(text, message.entities || message.caption_entities, actions));
    }
    const body = bubble.querySelector('.body:last-of-type');
    (body || bubble).append(meta);
    if (!body && messages.some(message => message.media && message.media.viewable)) bubble.classList.add('only-picture');
    return bubble;
}

function makeItem(messages, me, actions) {
    const last = messages[messages.length - 1], service = serviceText(last);
    if (service) return serviceItem(messages, service);
    const item = makeNode('div', 'item' + (last.from === me ? ' mine' : ''));
    const bubble = makeBubble(messages, actions);
    if (last.media && (last.media.type === 'sticker' || last.media.type === 'video_note')) item.classList.add('bare');
    bubble.append(menuButton(messages[0], actions));
    bubble.addEventListener('contextmenu', event => {
        event.preventDefault();
        actions.menu(messages[0], bubble.querySelector('.open-menu'));
    });
    item.append(bubble);
    const keyboard = messages.find(message => message.inline_keyboard);
    if (keyboard) {
        item.classList.add('with-buttons');
        item.append(inlineKeyboard(keyboard, actions));
    }
    return item;
}

export function renderItem(messages, me, actions) {
    const item = makeItem(messages, me, actions);
    item.setAttribute('role', 'listitem');
    item.dataset.ids = messages.map(message => message.message_id).join(' ');
    return item;
}

export function dayItem(date) {
    const item = makeNode('div', 'item service day');
    item.setAttribute('role', 'listitem');
    item.append(makeNode('span', '', date.toLocaleDateString(locale(), {day: 'numeric', month: 'long'})));
    return item;
}

// Messages in the order of the chat, those of an album together.
export function groupItems(messages) {
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
