// Small helpers to make nodes. Nothing that people wrote is ever parsed as HTML.

import {t, locale} from './texts.js';

export const find = id => document.getElementById(id);

export function makeNode(tag, className, text) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
}

export function makeButton(className, text, onClick) {
    const node = makeNode('button', className, text);
    node.type = 'button';
    node.addEventListener('click', onClick);
    return node;
}

export function makeIcon(name) {
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
    svg.setAttribute('class', 'glyph');
    svg.setAttribute('aria-hidden', 'true');
    use.setAttribute('href', '#icon-' + name);
    svg.append(use);
    return svg;
}

export const personName = person => [person.first_name, person.last_name].filter(Boolean).join(' ');

export function sizeText(bytes) {
    if (!bytes) return '';
    if (bytes < 1024) return t('bytes', {count: bytes});
    if (bytes < 1048576) return t('kilobytes', {count: Math.round(bytes / 1024)});
    return t('megabytes', {count: (bytes / 1048576).toFixed(1)});
}

export function spanText(ms) {
    if (ms < 1000) return t('time_ms', {count: Math.round(ms)});
    return t('time_s', {count: (ms / 1000).toLocaleString(locale(), {maximumFractionDigits: 1})});
}

// Calls `action` once after a burst of calls.
export function debounce(action, ms) {
    let timer = null;
    return () => {
        clearTimeout(timer);
        timer = setTimeout(action, ms);
    };
}
