// What the database holds of a person, the conversation with it, and of a ticket; anew whenever something happens.

import {find, makeNode} from './dom.js';
import {jsonNode} from './log.js';
import {ask} from './net.js';
import {t} from './texts.js';

const NUMBER = /№\s*(\d+)/g;
const FACT = /^(role|state|status|priority|assignee|owes|form|draft|flow)(?!.*_id$)/;

function view(value) {
    if (!value) return [makeNode('p', 'nothing', t('no_document'))];
    const list = makeNode('dl', 'facts'), whole = makeNode('details', 'whole');
    for (const [key, inner] of Object.entries(value).filter(([name]) => FACT.test(name))) { // what one looks for first
        const text = inner && typeof inner === 'object' ? JSON.stringify(inner) : String(inner);
        list.append(makeNode('dt', '', key), makeNode('dd', '', text));
    }
    whole.open = true;
    whole.append(makeNode('summary', '', t('whole_document')), jsonNode(value));
    return list.firstChild ? [list, whole] : [whole];
}

export class Documents {
    constructor(page) {
        this.page = page;
        this.newest = 0;
        find('document-person').addEventListener('change', () => this.refresh());
        find('document-ticket').addEventListener('input', () => this.refresh());
        find('document-filters').addEventListener('submit', event => event.preventDefault());
    }

    // The newest number of a ticket that the bot told anybody.
    notice(entry) {
        const text = entry.kind === 'call' && entry.params ? entry.params.text || entry.params.caption || '' : '';
        for (const found of String(text).matchAll(NUMBER)) this.newest = Math.max(this.newest, Number(found[1]));
        find('document-ticket').placeholder = this.newest || '';
    }

    // Each phone's head says who its person is to the bot.
    async showRoles() {
        if (!this.hooks) return;
        for (const phone of this.page.phones) {
            const {document} = await ask('document?kind=user&id=' + phone.person).catch(() => ({document: null}));
            if (document) phone.showRole(document.role);
        }
    }

    async refresh() {
        if (!this.hooks) return find('document-user').replaceChildren(makeNode('p', 'nothing', t('no_hooks')));
        const person = Number(find('document-person').value), number = Number(find('document-ticket').value) || this.newest;
        await Promise.all([this.show('user', person, 'document-user'), this.show('ticket', number, 'document-ticket-view')]);
        return null;
    }

    async show(kind, id, place) {
        const box = find(place);
        try {
            const {document, why} = id ? await ask(`document?kind=${kind}&id=${id}`) : {}, text = why || JSON.stringify(document || null);
            if (box.dataset.shown === text) return;
            box.dataset.shown = text;
            box.replaceChildren(...why ? [makeNode('p', 'nothing', why)] : view(document));
        } catch (error) {
            delete box.dataset.shown;
            box.replaceChildren(makeNode('p', 'nothing', error.message));
        }
    }
}
