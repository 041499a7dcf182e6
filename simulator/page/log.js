// The log: each update with the attempts to deliver it, each Bot API call, each fault, as a list that opens to JSON.

import {find, makeIcon, makeNode, spanText} from './dom.js';
import {locale, t} from './texts.js';

const ROWS_MAX = 400;

export function jsonNode(value) {
    return makeNode('pre', 'json', JSON.stringify(value, null, 2));
}

function timeOf(ms) {
    return new Date(ms).toLocaleTimeString(locale(), {hour: '2-digit', minute: '2-digit', second: '2-digit'});
}

const isGood = status => status >= 200 && status < 300;

// How the attempts to deliver an update ended: {icon, state, text}.
function updateResult(row) {
    const last = row.attempts[row.attempts.length - 1];
    if (!last) return {icon: 'wait', state: 'wait', text: t('queued')};
    const count = row.attempts.length, status = last.status || t('no_answer');
    const took = spanText(last.at_ms - row.entry.at_ms + (last.ms || 0));
    if (isGood(last.status)) {
        const text = count > 1 ? t('after_tries', {status, count}) : String(status);
        return {icon: 'ok', state: count > 1 ? 'late' : 'ok', text: `${text} · ${count > 1 ? took : spanText(last.ms)}`};
    }
    const again = last.retry_in_ms === null ? '' : ' · ' + t('retry_in', {time: spanText(last.retry_in_ms)});
    return {icon: 'fail', state: 'fail', text: `${status} · ${t('tries', {count})}${again}`};
}

function callResult(entry) {
    const wait = entry.retry_after ? ' · ' + t('retry_after', {time: spanText(entry.retry_after * 1000)}) : '';
    const text = `${entry.status || t('no_answer')} · ${spanText(entry.ms)}${wait}`;
    return isGood(entry.status) ? {icon: 'ok', state: 'ok', text} : {icon: 'fail', state: 'fail', text};
}

function resultOf(row) {
    if (row.entry.kind === 'update') return updateResult(row);
    if (row.entry.kind === 'call') return callResult(row.entry);
    return row.entry.ok ? {icon: 'ok', state: 'ok', text: row.entry.text || ''} : {icon: 'fail', state: 'fail', text: row.entry.text || ''};
}

const textOf = message => message && (message.text || message.caption) || '';

// What it was about, in a few words.
function subjectOf(entry) {
    if (entry.kind === 'call') return String((entry.params && (entry.params.text || entry.params.caption)) || '').replace(/<[^>]*>/g, '');
    const body = entry.body || {};
    return body.callback_query ? body.callback_query.data : textOf(body.message || body.edited_message);
}

function attemptLine(attempt) {
    const again = attempt.retry_in_ms === null ? '' : ' · ' + t('retry_in', {time: spanText(attempt.retry_in_ms)});
    const status = attempt.status || attempt.error || t('no_answer');
    return makeNode('li', '', `${timeOf(attempt.at_ms)} · ${t('attempt', {count: attempt.attempt})} · ${status} · ${spanText(attempt.ms)}${again}`);
}

function section(title, node) {
    const box = makeNode('div', 'section');
    box.append(makeNode('h2', '', title), node);
    return box;
}

function details(row) {
    const {entry} = row, parts = [];
    if (row.attempts.length) {
        const list = makeNode('ol', 'attempts');
        list.append(...row.attempts.map(attemptLine));
        parts.push(section(t('attempts'), list));
    }
    if (entry.body) parts.push(section(t('body'), jsonNode(entry.body)));
    if (entry.params) parts.push(section(t('parameters'), jsonNode(entry.params)));
    if (entry.kind === 'call') parts.push(section(t('result'), jsonNode(isGood(entry.status) ? entry.result : entry.description)));
    if (entry.kind === 'hook') parts.push(jsonNode(entry));
    return parts;
}

export class Log {
    constructor(page) {
        this.page = page;
        this.rows = []; // oldest first
        this.updates = new Map(); // update_id → row
        this.seen = 0;
        this.newestFirst = true;
        this.box = find('log');
        for (const name of ['log-person', 'log-kind']) find(name).addEventListener('change', () => this.draw());
        find('log-order').addEventListener('click', () => this.turn());
        find('log-clear').addEventListener('click', () => {
            this.rows = [];
            this.draw();
        });
    }

    turn() {
        this.newestFirst = !this.newestFirst;
        find('log-order').setAttribute('aria-pressed', String(!this.newestFirst));
        this.draw();
    }

    add(entry) {
        if (entry.seq <= this.seen) return; // told again after the stream was away
        this.seen = entry.seq;
        if (entry.kind === 'attempt') return this.addAttempt(entry);
        const row = {entry, attempts: []};
        this.rows.push(row);
        if (entry.kind === 'update') this.updates.set(entry.update_id, row);
        if (this.rows.length > ROWS_MAX) this.forget(this.rows.shift());
        if (!find('pane').hidden) this.place(row);
        return null;
    }

    addAttempt(attempt) {
        const row = this.updates.get(attempt.update_id);
        if (!row) return;
        row.attempts.push(attempt);
        if (find('pane').hidden) return;
        if (row.node) this.fill(row);
        else this.place(row);
    }

    forget(row) {
        this.updates.delete(row.entry.update_id);
        if (row.node) row.node.remove();
    }

    wanted(row) {
        const person = Number(find('log-person').value), kind = find('log-kind').value, {entry} = row;
        if (person && person !== (entry.person || entry.chat)) return false;
        return !kind || kind === entry.kind || kind === 'trouble' && ['fail', 'late'].includes(resultOf(row).state);
    }

    draw() {
        this.box.replaceChildren();
        for (const row of this.rows) row.node = null;
        for (const row of this.rows) this.place(row);
        if (!this.box.firstChild) this.box.append(makeNode('p', 'nothing', t('log_empty')));
    }

    place(row) {
        if (row.node || !this.wanted(row)) return;
        const empty = this.box.querySelector('.nothing');
        if (empty) empty.remove();
        row.node = makeNode('details', 'entry ' + row.entry.kind);
        row.node.append(makeNode('summary'));
        row.node.addEventListener('toggle', () => this.fillBody(row));
        this.fill(row);
        if (this.newestFirst) this.box.prepend(row.node);
        else this.box.append(row.node);
    }

    fill(row) {
        const {entry} = row, result = resultOf(row), summary = row.node.firstChild;
        const outcome = makeNode('span', 'outcome ' + result.state), kind = makeNode('span', 'kind');
        kind.append(makeIcon(entry.kind), makeNode('span', '', t(entry.kind)));
        outcome.append(makeIcon(result.icon), makeNode('span', '', result.text));
        const who = entry.person || entry.chat;
        summary.replaceChildren(
            makeNode('span', 'time', timeOf(entry.at_ms)), kind,
            makeNode('span', 'name', entry.method || entry.type || entry.name),
            makeNode('span', 'person', who ? this.page.nameOf(who) : ''),
            makeNode('span', 'subject', subjectOf(entry)), outcome);
        this.fillBody(row);
    }

    fillBody(row) {
        while (row.node.childNodes.length > 1) row.node.lastChild.remove();
        if (row.node.open) row.node.append(...details(row));
    }
}
