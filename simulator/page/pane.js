// The pane under the hood: its place and height, its two tabs, and what it tells its parts.

import {debounce, find} from './dom.js';
import {Documents} from './documents.js';
import {Faults} from './faults.js';
import {Log} from './log.js';
import {arrowKeys} from './menu.js';
import {t} from './texts.js';

const STEP = 40, MIN = 160, MIN_ABOVE = 240, FIRST = 320, REFRESH_MS = 400;

export class Pane {
    constructor(page) {
        this.page = page;
        this.root = find('pane');
        this.log = new Log(page);
        this.documents = new Documents(page);
        this.faults = new Faults(page);
        this.refresh = debounce(() => this.refreshShown(), REFRESH_MS);
        this.listenTabs();
        this.listenGrip();
        this.resize(FIRST);
    }

    toggle(open = this.root.hidden) {
        this.root.hidden = !open;
        find('pane-toggle').setAttribute('aria-expanded', String(open));
        this.page.remember('pane', open ? '1' : null);
        if (open) {
            this.log.draw();
            this.refresh();
        } else if (this.page.tab === 'pane') this.page.showTab(this.page.phones[0] && this.page.phones[0].person);
    }

    listenTabs() {
        const tabs = find('pane-tabs');
        for (const tab of tabs.children) {
            tab.addEventListener('click', () => this.choose(tab));
            tab.addEventListener('focus', () => this.choose(tab));
        }
        arrowKeys(tabs, '[role=tab]');
    }

    choose(tab) {
        for (const other of find('pane-tabs').children) {
            const chosen = other === tab;
            other.setAttribute('aria-selected', String(chosen));
            other.tabIndex = chosen ? 0 : -1;
            find(other.getAttribute('aria-controls')).hidden = !chosen;
        }
        find('log-filters').hidden = tab.id !== 'tab-log';
        find('document-filters').hidden = tab.id !== 'tab-documents';
        this.refresh();
    }

    listenGrip() {
        const grip = find('grip');
        grip.addEventListener('keydown', event => {
            const steps = {ArrowUp: STEP, ArrowDown: -STEP};
            if (!(event.key in steps)) return;
            event.preventDefault();
            this.resize(this.height + steps[event.key]);
        });
        grip.addEventListener('pointerdown', event => {
            grip.setPointerCapture(event.pointerId);
            const from = event.clientY, height = this.height;
            grip.onpointermove = move => this.resize(height + from - move.clientY);
            grip.onpointerup = () => { grip.onpointermove = null; };
        });
    }

    resize(wanted) {
        const max = Math.max(MIN, innerHeight - MIN_ABOVE);
        this.height = Math.min(Math.max(wanted, MIN), max);
        this.root.style.setProperty('--height', this.height + 'px');
        for (const [name, value] of [['min', MIN], ['max', max], ['now', this.height]]) find('grip').setAttribute('aria-value' + name, value);
    }

    // ---- what happens ----

    add(entry) {
        this.log.add(entry);
        this.documents.notice(entry);
        this.refresh();
    }

    refreshShown() {
        this.documents.showRoles();
        if (this.root.hidden) return;
        this.faults.refresh();
        if (!find('documents-panel').hidden) this.documents.refresh();
    }

    setHooks(hooks) {
        this.faults.setHooks(hooks);
        this.documents.hooks = hooks;
        this.documents.showRoles();
        this.refresh();
    }

    showState(state) {
        this.faults.showState(state);
    }

    showPeople(people) {
        const shown = new Set(this.page.phones.map(phone => phone.person));
        const sorted = [...people].sort((a, b) => shown.has(b.id) - shown.has(a.id));
        const options = () => sorted.map(person => new Option(this.page.nameOf(person.id), person.id));
        for (const [select, first] of [[find('log-person'), [new Option(t('everybody'), '')]], [find('document-person'), []]]) {
            const chosen = select.value;
            select.replaceChildren(...first, ...options());
            if (Array.from(select.options).some(option => option.value === chosen)) select.value = chosen;
        }
    }
}
