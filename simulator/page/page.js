// The page: phones side by side. /?people=1001,3001&pane=1&lang=uk&theme=dark says which, and how; ?start=… opens the
// bot's link as the first person.

import {debounce, find, makeButton, makeNode, personName} from './dom.js';
import {listenMenus, runDialog, showAlert} from './menu.js';
import {ask, follow} from './net.js';
import {Pane} from './pane.js';
import {Phone} from './phone.js';
import {setLanguage, t} from './texts.js';

const PHONES_MAX = 6, PHONES_FIRST = 3, NEWS_MS = 700, FIRST_ID = 1001;
const address = new URLSearchParams(location.search);

const page = {
    phones: [],
    people: [],
    bot: {username: '', first_name: ''},
    state: {},

    async start() {
        this.showTheme();
        setLanguage(address.get('lang') === 'en' || address.get('lang') === 'uk' ? address.get('lang') : /^uk\b/i.test(navigator.language) ? 'uk' : 'en');
        this.listen();
        this.pane = new Pane(this);
        this.pane.toggle(address.get('pane') === '1');
        await this.open().catch(() => this.connected(false));
        follow({
            hello: hello => this.hello(hello),
            chat: chat => this.chatChanged(chat),
            state: state => this.showState(state),
            log: entry => this.pane.add(entry),
            connected: there => this.connected(there),
        });
    },

    listen() {
        listenMenus();
        find('new-person').addEventListener('click', async () => {
            const id = await this.addPerson();
            if (!id) return;
            if (this.phones.length >= PHONES_MAX) this.remove(this.phones[this.phones.length - 1]);
            this.add(id).compose.input.focus();
        });
        find('pane-toggle').addEventListener('click', () => this.pane.toggle());
        find('theme').addEventListener('click', () => this.remember('theme', this.isDark() ? 'light' : 'dark') || this.showTheme());
        find('language').addEventListener('click', () => {
            this.remember('lang', document.documentElement.lang === 'uk' ? 'en' : 'uk');
            this.keepDrafts();
            location.reload();
        });
        this.announce = debounce(() => { find('announcer').textContent = this.newsText; }, NEWS_MS);
    },

    async open() {
        this.showState(await ask('state'));
        const wanted = (address.get('people') || '').split(',').map(Number).filter(id => id > 0);
        const ids = wanted.length ? wanted : this.people.slice(0, PHONES_FIRST).map(person => person.id);
        for (const id of new Set(ids.slice(0, PHONES_MAX))) this.add(id);
        this.takeDrafts();
        if (this.phones.length) this.showTab(this.phones[0].person);
        const link = address.get('start');
        if (link !== null && this.phones.length) {
            this.remember('start', null);
            this.phones[0].openStart(link);
        }
        if (!this.phones.length) find('new-person').focus();
    },

    // ---- the look ----

    isDark() {
        return (address.get('theme') || (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';
    },

    showTheme() {
        const theme = address.get('theme');
        if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
    },

    remember(name, value) {
        if (value === null) address.delete(name);
        else address.set(name, value);
        history.replaceState(null, '', '?' + address.toString().replaceAll('%2C', ','));
    },

    // What is being written, over the page's own reload.
    keepDrafts() {
        const drafts = this.phones.map(phone => [phone.person, phone.compose.input.value]);
        sessionStorage.setItem('drafts', JSON.stringify(Object.fromEntries(drafts)));
    },

    takeDrafts() {
        const drafts = JSON.parse(sessionStorage.getItem('drafts') || '{}');
        sessionStorage.removeItem('drafts');
        for (const phone of this.phones) phone.compose.write(drafts[phone.person] || '');
    },

    // ---- phones ----

    add(person, place) {
        const phone = new Phone(this, person);
        this.phones.push(phone);
        find('columns').insertBefore(phone.root, place || null);
        phone.showPeople(this.people);
        phone.refresh();
        this.arrange(person);
        return phone;
    },

    remove(phone) {
        phone.root.remove();
        this.phones = this.phones.filter(other => other !== phone);
        this.arrange();
        const next = document.querySelector('.column.current textarea');
        if (next) next.focus();
    },

    replace(phone, person) {
        const place = phone.root.nextSibling;
        phone.root.remove();
        this.phones = this.phones.filter(other => other !== phone);
        const same = this.phones.find(other => other.person === person);
        if (same) return this.arrange(person);
        this.add(person, place).part('chooser').focus();
        return null;
    },

    arrange(current) {
        const order = Array.from(document.querySelectorAll('.column'), node => Number(node.dataset.person));
        this.phones.sort((a, b) => order.indexOf(a.person) - order.indexOf(b.person));
        this.remember('people', order.join(','));
        this.showTab(current || (order.includes(this.tab) ? this.tab : order[0]));
        this.pane.showPeople(this.people);
    },

    // At a phone's width one thing is shown at a time: a person's phone or the pane.
    showTab(tab) {
        this.tab = tab;
        const phone = this.phones.find(other => other.person === tab);
        if (phone) phone.news = false;
        document.body.classList.toggle('pane-tab', tab === 'pane');
        for (const other of this.phones) other.root.classList.toggle('current', other === phone);
        this.showTabs();
    },

    // A tab stays the same node, so that a press that news overtakes is not lost.
    showTabs() {
        const box = find('tabs'), focused = document.activeElement;
        const tabs = this.phones.map(phone => this.showTabOf(box, phone.person, phone.own.first_name, phone.news));
        tabs.push(this.showTabOf(box, 'pane', t('pane'), false));
        if (tabs.length === box.children.length && tabs.every((node, i) => node === box.children[i])) return;
        box.replaceChildren(...tabs);
        if (tabs.includes(focused)) focused.focus();
    },

    showTabOf(box, tab, name, news) {
        const node = box.querySelector(`[data-tab="${tab}"]`) || makeButton('tab', '', () => {
            if (tab === 'pane') this.pane.toggle(true);
            this.showTab(tab);
        });
        node.dataset.tab = tab;
        node.classList.toggle('news', Boolean(news));
        node.setAttribute('aria-current', String(tab === this.tab));
        node.replaceChildren(name, ...news ? [makeNode('span', 'hidden', ' ' + t('unread'))] : []);
        return node;
    },

    showPeople() {
        for (const phone of this.phones) phone.showPeople(this.people);
        this.pane.showPeople(this.people);
        this.showTabs();
    },

    // ---- what happens ----

    hello(hello) {
        this.bot = hello.bot;
        this.pane.setHooks(hello.hooks);
        for (const phone of this.phones) phone.refresh();
    },

    chatChanged(chat) {
        const phone = this.phones.find(other => other.person === chat.id);
        if (phone) phone.refresh();
    },

    showState(state) {
        const changed = JSON.stringify(state.people) !== JSON.stringify(this.people);
        this.people = state.people;
        this.bot = state.bot;
        this.state = state;
        if (changed) this.showPeople();
        find('bot').textContent = state.bot.first_name + ' @' + state.bot.username;
        this.showStatus();
        this.pane.showState(state);
    },

    connected(there) {
        this.away = !there;
        this.showStatus();
    },

    showStatus() {
        const node = find('state'), {pending, webhook, demo} = this.state;
        const failing = pending > 0 && webhook.last_error;
        const waiting = pending ? t('waiting', {count: pending}) : demo && demo.bot === 'down' ? t('bot_down') : t('delivered');
        node.textContent = this.away ? t('disconnected') : waiting;
        node.classList.toggle('bad', Boolean(this.away || failing || demo && demo.bot === 'down'));
    },

    // A bot's message: said to who cannot see it, of the phone in use only, and marked on the tab.
    news(phone, text) {
        if (!phone.root.classList.contains('current')) {
            phone.news = true;
            this.showTabs();
        }
        const used = document.activeElement.closest('.column');
        if (used !== phone.root) return;
        this.newsText = text;
        this.announce();
    },

    // The id of the person who was made, or null.
    async addPerson() {
        const form = await runDialog('person-dialog', fields => {
            fields.elements.id.value = 1 + Math.max(FIRST_ID - 1, ...this.people.map(person => person.id));
            fields.elements.language_code.value = document.documentElement.lang;
        });
        if (!form) return null;
        const fields = Object.fromEntries(new FormData(form));
        fields.id = Number(fields.id);
        try {
            await ask('person', fields);
            this.showState(await ask('state'));
            return fields.id;
        } catch (error) {
            showAlert(error.message);
            return null;
        }
    },

    nameOf(id) {
        const person = this.people.find(other => other.id === id);
        return person ? personName(person) : String(id);
    },
};

page.start();
