// The buttons for what can go wrong: faults that the simulator makes itself, and what the demo's program does.

import {find} from './dom.js';
import {showAlert} from './menu.js';
import {ask} from './net.js';
import {t} from './texts.js';

const FAULTS = {
    away: {method: '*', kind: 'cut_before', times: -1},
    slow: {method: '*', kind: 'slow', ms: 5000, times: -1},
    flood: {method: 'sendMessage', kind: 'error', code: 429, retry_after: 5, times: 1},
};
const LASTING = ['away', 'slow'];

export class Faults {
    constructor() {
        this.on = new Set();
        this.demo = null;
        this.pending = 0;
        this.box = find('faults');
        for (const button of this.box.querySelectorAll('[data-fault]')) button.addEventListener('click', () => this.press(button.dataset.fault));
        for (const button of this.box.querySelectorAll('[data-hook]')) button.addEventListener('click', () => this.hook(button.dataset.hook));
        this.setHooks(false);
    }

    setHooks(hooks) {
        this.hooks = hooks;
        for (const button of this.box.querySelectorAll('[data-hook]')) button.hidden = !hooks;
    }

    async act(action) {
        try {
            await action();
        } catch (error) {
            showAlert(error.message);
        }
        await this.refresh();
    }

    // Faults go all at once: what else lasts is set again.
    press(name) {
        return this.act(async () => {
            if (!this.on.has(name)) return ask('fault', FAULTS[name]);
            await ask('fault', null, 'DELETE');
            for (const other of this.on) if (other !== name) await ask('fault', FAULTS[other]);
            return null;
        });
    }

    hook(name) {
        const {bot, database} = this.demo || {};
        const names = {stop: bot === 'down' ? 'start' : 'stop', database: database === 'away' ? 'database-back' : 'database-away'};
        return this.act(async () => {
            await ask('hook', {name: names[name] || name});
            this.demo = null;
        });
    }

    async refresh() {
        try {
            const {faults} = await ask('fault');
            const set = name => faults.some(fault => fault.kind === FAULTS[name].kind && fault.method === FAULTS[name].method);
            this.on = new Set(Object.keys(FAULTS).filter(set));
            if (this.hooks && !this.demo) this.demo = await ask('hook'); // afterwards the states tell
        } catch (error) {
            return; // the page's head says that nothing answers
        }
        this.show();
    }

    showState(state) {
        this.pending = state.pending;
        if (state.demo) this.demo = state.demo;
        this.show();
    }

    show() {
        const down = this.demo && this.demo.bot === 'down', away = this.demo && this.demo.database === 'away';
        const pressed = {...Object.fromEntries(LASTING.map(name => [name, this.on.has(name)])), stop: down, database: away};
        for (const button of this.box.querySelectorAll('[aria-pressed]')) {
            button.setAttribute('aria-pressed', String(Boolean(pressed[button.dataset.fault || button.dataset.hook])));
        }
        const words = [
            this.on.has('away') && t('fault_away'), this.on.has('slow') && t('fault_slow'), this.on.has('flood') && t('flood_set'),
            down && t('bot_down'), away && t('hook_database'),
        ].filter(Boolean);
        const text = [...(words.length ? words : [t('all_well')]), this.pending ? t('waiting', {count: this.pending}) : ''].filter(Boolean).join(' · ');
        const node = find('fault-state');
        if (node.textContent !== text) node.textContent = text;
        node.classList.toggle('bad', words.length > 0);
    }
}
