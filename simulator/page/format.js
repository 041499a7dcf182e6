// A text with Bot API entities as DOM nodes. JavaScript counts UTF-16 units as Telegram does.

import {makeNode} from './dom.js';
import {label, t} from './texts.js';

const ENTITY_TAGS = {
    bold: 'b', italic: 'i', underline: 'u', strikethrough: 's', code: 'code', pre: 'pre',
    blockquote: 'blockquote', expandable_blockquote: 'blockquote', text_link: 'a', text_mention: 'a', url: 'a',
    spoiler: 'button', bot_command: 'button', mention: 'a', hashtag: 'a', email: 'a',
};

export function safeLink(url) {
    return /^(https?|tg):\/\//i.test(url) ? url : null;
}

// The payload of a link to this bot's /start, or null.
export function startPayload(link, username) {
    const found = /^(?:https?:\/\/)?(?:t|telegram)\.me\/(\w+)\/?\?start=([\w-]{1,64})$/i.exec(link.trim());
    return found && found[1].toLowerCase() === username.toLowerCase() ? found[2] : null;
}

function makeLink(node, url, actions) {
    const payload = startPayload(url, actions.bot());
    node.href = url;
    node.target = '_blank';
    node.rel = 'noopener noreferrer';
    if (payload === null) return;
    node.addEventListener('click', event => {
        event.preventDefault();
        actions.command('/start ' + payload);
    });
}

function makeSpoiler(node) {
    node.type = 'button';
    node.className = 'spoiler';
    label(node, t('spoiler'));
    node.addEventListener('click', () => {
        node.classList.add('open');
        node.removeAttribute('aria-label');
        node.removeAttribute('title');
    });
}

function makeCommand(node, text, actions) {
    node.type = 'button';
    node.className = 'command';
    node.addEventListener('click', () => actions.command(text));
}

function entityNode(entity, text, actions) {
    const node = document.createElement(ENTITY_TAGS[entity.type] || 'span');
    if (entity.type === 'spoiler') makeSpoiler(node);
    if (entity.type === 'bot_command') makeCommand(node, text, actions);
    if (entity.type === 'text_link' || entity.type === 'url') {
        const link = safeLink(entity.url || text) || (entity.type === 'url' && safeLink('http://' + text));
        if (link) makeLink(node, link, actions);
    }
    if (entity.type === 'text_mention' && entity.user) node.title = 'ID ' + entity.user.id;
    if (entity.type === 'pre' && entity.language) node.title = entity.language;
    return node;
}

// Plain text, in which commands can be pressed.
function appendPlain(parent, text, actions) {
    const pattern = /(^|[\s(])(\/[a-z0-9_]{1,32})(?![\w/])/g;
    let last = 0;
    for (let found; (found = pattern.exec(text));) {
        const start = found.index + found[1].length;
        parent.append(text.slice(last, start));
        const command = makeNode('button', '', found[2]);
        makeCommand(command, found[2], actions);
        parent.append(command);
        last = start + found[2].length;
    }
    parent.append(text.slice(last));
}

function appendRange(parent, text, start, end, entities, actions) {
    let at = start;
    while (entities.length) {
        const entity = entities[0];
        const from = Math.max(entity.offset, at), to = Math.min(entity.offset + entity.length, end);
        const inner = [], rest = [];
        for (const other of entities.slice(1)) (other.offset < to ? inner : rest).push(other);
        entities = rest;
        if (from >= to) {
            entities = inner.concat(rest);
            continue;
        }
        appendPlain(parent, text.slice(at, from), actions);
        const node = entityNode(entity, text.slice(from, to), actions);
        if (entity.type === 'bot_command') node.textContent = text.slice(from, to);
        else appendRange(node, text, from, to, inner, actions);
        parent.append(node);
        at = to;
    }
    appendPlain(parent, text.slice(at, end), actions);
}

export function formatText(text, entities, actions) {
    const body = makeNode('div', 'body');
    body.dir = 'auto';
    const sorted = (entities || []).slice().sort((a, b) => a.offset - b.offset || b.length - a.length);
    appendRange(body, text, 0, text.length, sorted, actions);
    return body;
}
