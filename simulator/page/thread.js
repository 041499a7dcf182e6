// The messages of a phone: drawn anew where they changed, kept at the end unless somebody reads further up.

import {makeNode} from './dom.js';
import {dayItem, groupItems, quoteText, renderItem} from './message.js';
import {label, t} from './texts.js';

const SHOWN_MESSAGES = 300, NEAR_END = 80, ANNOUNCED = 160;

export class Thread {
    constructor(phone, actions) {
        this.phone = phone;
        this.actions = actions;
        this.box = phone.part('messages');
        this.items = new Map(); // key → {node, text}
        this.days = new Map();
        this.messages = [];
        this.unread = 0;
        this.pinned = true;
        this.lastTop = 0;
        phone.part('jump').addEventListener('click', () => this.toEnd());
        this.box.addEventListener('scroll', () => this.scrolled());
        this.box.addEventListener('keydown', event => this.walk(event));
        new ResizeObserver(() => this.settle()).observe(this.box);
    }

    find(id) {
        return this.messages.find(message => message.message_id === id && !message.deleted);
    }

    // The next messages are shown wherever one was reading: they answer what is being done.
    follow() {
        this.scrollDown = true;
    }

    // After the box or what is in it has another size.
    settle() {
        if (this.pinned) this.toEnd();
    }

    // Where the focus is: a message may be drawn anew under it.
    focused() {
        const item = this.box.contains(document.activeElement) && document.activeElement.closest('.item');
        if (!item) return null;
        return {id: item.dataset.ids, place: Array.from(item.querySelectorAll('button')).indexOf(document.activeElement)};
    }

    focusAgain(focus) {
        if (!focus || this.box.contains(document.activeElement) && !document.activeElement.closest('.gone')) return;
        const item = Array.from(this.box.children).find(node => node.dataset.ids === focus.id && !node.classList.contains('gone'));
        const buttons = item ? Array.from(item.querySelectorAll('button')) : [];
        (buttons[focus.place] || buttons[buttons.length - 1] || this.box).focus({preventScroll: true});
    }

    // Up and down go from message to message.
    walk(event) {
        const steps = {ArrowUp: -1, ArrowDown: 1};
        if (!(event.key in steps)) return;
        const menus = Array.from(this.box.querySelectorAll('.open-menu'));
        const at = menus.indexOf(document.activeElement);
        const next = at < 0 ? menus.length - 1 : at + steps[event.key];
        if (!menus[next]) return;
        event.preventDefault();
        menus[next].focus();
        menus[next].closest('.item').scrollIntoView({block: 'nearest'});
    }

    atEnd() {
        return this.box.scrollHeight - this.box.scrollTop - this.box.clientHeight < NEAR_END;
    }

    show(all, first) {
        const messages = all.slice(-SHOWN_MESSAGES);
        const pinned = first || this.scrollDown || this.pinned;
        const shown = new Map(), nodes = [];
        let day = '';
        this.messages = messages;
        for (const group of groupItems(messages)) {
            const key = group[0].message_id, text = JSON.stringify(group), old = this.items.get(key);
            const date = new Date(group[0].date * 1000);
            if (date.toDateString() !== day) nodes.push(this.day(date));
            day = date.toDateString();
            shown.set(key, old && old.text === text ? old : {node: renderItem(group, this.phone.person, this.actions), text});
            nodes.push(shown.get(key).node);
        }
        if (!first) this.countNew(messages, pinned);
        this.place(nodes, shown);
        this.lastSeen = Math.max(0, ...messages.map(message => message.message_id));
        if (pinned) this.toEnd();
        else this.showJump();
        this.scrollDown = false;
    }

    day(date) {
        const key = date.toDateString();
        if (!this.days.has(key)) this.days.set(key, dayItem(date));
        return this.days.get(key);
    }

    // What stays is not touched, so that focus and selection stay too; what went fades away.
    place(nodes, shown) {
        const wanted = new Set(nodes);
        const focus = this.focused();
        for (const [key, old] of this.items) {
            if (!shown.has(key) && old.node.isConnected) this.fade(old.node, wanted);
        }
        for (const node of Array.from(this.box.children)) {
            if (!wanted.has(node) && !node.classList.contains('gone')) node.remove();
        }
        let at = this.box.firstElementChild;
        for (const node of nodes) {
            while (at && at.classList.contains('gone')) at = at.nextElementSibling;
            if (at === node) at = at.nextElementSibling;
            else this.box.insertBefore(node, at);
        }
        if (!nodes.length) {
            const empty = makeNode('div', 'empty', t('empty'));
            empty.setAttribute('role', 'listitem');
            this.box.append(empty);
        }
        this.items = shown;
        this.focusAgain(focus);
    }

    fade(node, wanted) {
        wanted.add(node);
        node.classList.add('gone');
        node.inert = true;
        const end = () => node.remove();
        node.addEventListener('animationend', end);
        if (matchMedia('(prefers-reduced-motion: reduce)').matches || document.hidden || !node.offsetParent) end();
    }

    countNew(messages, pinned) {
        const fresh = messages.filter(message => message.message_id > this.lastSeen && message.from !== this.phone.person && !message.deleted);
        if (!fresh.length) return;
        if (!pinned) this.unread += fresh.length;
        const text = quoteText(fresh[fresh.length - 1]).slice(0, ANNOUNCED);
        this.phone.page.news(this.phone, t('says', {person: this.phone.own.first_name, text}));
    }

    toEnd() {
        this.box.scrollTop = this.box.scrollHeight;
        this.lastTop = this.box.scrollTop;
        this.pinned = true;
        this.showJump();
    }

    // Only who scrolls up leaves the end: a picture that comes late must not count as that.
    scrolled() {
        const up = this.box.scrollTop < this.lastTop;
        this.lastTop = this.box.scrollTop;
        if (up || this.atEnd()) this.pinned = this.atEnd();
        this.showJump();
    }

    showJump() {
        const jump = this.phone.part('jump');
        if (this.pinned) this.unread = 0;
        jump.hidden = this.pinned;
        this.phone.part('unread').textContent = this.unread || '';
        label(jump, this.unread ? t('jump_unread', {count: this.unread}) : t('jump'));
    }

    showMessage(message) {
        const item = Array.from(this.box.children).find(node => (node.dataset.ids || '').split(' ').includes(String(message.message_id)));
        if (!item) return;
        item.scrollIntoView({block: 'center'});
        item.classList.remove('shown-now');
        void item.offsetWidth; // the animation begins anew
        item.classList.add('shown-now');
    }
}
