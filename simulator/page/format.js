'use strict';
// A text with Bot API entities as DOM nodes. JavaScript counts UTF-16 units as Telegram does. Nothing that people wrote is
// ever parsed as HTML.

const ENTITY_TAGS = {
    bold: 'b', italic: 'i', underline: 'u', strikethrough: 's', code: 'code', pre: 'pre',
    blockquote: 'blockquote', expandable_blockquote: 'blockquote', text_link: 'a', text_mention: 'a', url: 'a',
    spoiler: 'span', bot_command: 'span', mention: 'a', hashtag: 'a', email: 'a',
};

function makeNode(tag, className, text) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
}

function safeLink(url) {
    return /^(https?|tg):\/\//i.test(url) ? url : null;
}

function entityNode(entity, text, onCommand) {
    const node = document.createElement(ENTITY_TAGS[entity.type] || 'span');
    if (entity.type === 'spoiler') node.className = 'spoiler';
    if (entity.type === 'bot_command') makeCommand(node, text, onCommand);
    if (entity.type === 'text_link' || entity.type === 'url') {
        const link = safeLink(entity.url || text) || (entity.type === 'url' && safeLink('http://' + text));
        if (link) node.href = link;
        node.target = '_blank';
        node.rel = 'noopener noreferrer';
    }
    if (entity.type === 'text_mention' && entity.user) node.title = 'ID ' + entity.user.id;
    if (entity.type === 'pre' && entity.language) node.title = entity.language;
    return node;
}

function makeCommand(node, text, onCommand) {
    node.className = 'command';
    node.tabIndex = 0;
    node.addEventListener('click', () => onCommand(text));
}

// Plain text, in which commands can be pressed.
function appendPlain(parent, text, onCommand) {
    const pattern = /(^|[\s(])(\/[a-z0-9_]{1,32})(?![\w/])/g;
    let last = 0;
    for (let found; (found = pattern.exec(text));) {
        const start = found.index + found[1].length;
        parent.append(text.slice(last, start));
        const command = makeNode('span', '', found[2]);
        makeCommand(command, found[2], onCommand);
        parent.append(command);
        last = start + found[2].length;
    }
    parent.append(text.slice(last));
}

function appendRange(parent, text, start, end, entities, onCommand) {
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
        appendPlain(parent, text.slice(at, from), onCommand);
        const node = entityNode(entity, text.slice(from, to), onCommand);
        if (entity.type === 'bot_command') node.textContent = text.slice(from, to);
        else appendRange(node, text, from, to, inner, onCommand);
        parent.append(node);
        at = to;
    }
    appendPlain(parent, text.slice(at, end), onCommand);
}

function formatText(text, entities, onCommand) {
    const body = makeNode('div', 'body');
    body.dir = 'auto';
    const sorted = (entities || []).slice().sort((a, b) => a.offset - b.offset || b.length - a.length);
    appendRange(body, text, 0, text.length, sorted, onCommand);
    return body;
}
