// A phone: what one person sees of the chat with the bot, and does in it.

import {Compose} from './compose.js';
import {debounce, find, makeButton, makeIcon, makeNode, personName} from './dom.js';
import {openMenu, runDialog, showAlert} from './menu.js';
import {ask} from './net.js';
import {startPayload} from './format.js';
import {fillTexts, t} from './texts.js';
import {Thread} from './thread.js';

const TOAST_MS = 3500, ROLES = ['user', 'admin', 'super_admin'];

export class Phone {
    constructor(page, person) {
        this.page = page;
        this.person = person;
        this.version = -1;
        this.seenAnswers = new Set();
        this.root = find('column-template').content.firstElementChild.cloneNode(true);
        this.part = name => this.root.querySelector('.' + name);
        fillTexts(this.root);
        this.compose = new Compose(this);
        this.thread = new Thread(this, this.actions());
        this.refresh = debounce(() => this.load(), 0);
        this.listen();
    }

    listen() {
        this.part('chooser').addEventListener('change', event => this.choose(event.target.value));
        this.part('open-more').addEventListener('click', event => openMenu(this.part('more'), event.currentTarget));
        this.part('block').addEventListener('click', () => this.setBlocked(true));
        this.part('unblock').addEventListener('click', () => this.setBlocked(false));
        this.part('start').addEventListener('click', () => this.send({text: '/start'}));
        this.part('close').addEventListener('click', () => this.page.remove(this));
        this.part('deep-link').addEventListener('click', () => this.openLink());
        this.part('toggle-keyboard').addEventListener('click', () => this.foldKeyboard(!this.folded));
    }

    // ---- who ----

    showPeople(people) {
        const options = people.map(person => new Option(personName(person), person.id, false, person.id === this.person));
        this.part('chooser').replaceChildren(...options, new Option(t('add_person'), 'add'));
        this.own = people.find(person => person.id === this.person) || {first_name: '?'};
        this.part('avatar').textContent = Array.from(this.own.first_name)[0];
        this.root.style.setProperty('--hue', (this.person * 47) % 360);
        this.part('id').textContent = 'ID ' + this.person + (this.own.username ? ' · @' + this.own.username : '');
        this.root.dataset.person = this.person;
        this.root.setAttribute('aria-label', personName(this.own));
    }

    async choose(value) {
        const person = value === 'add' ? await this.page.addPerson() : Number(value);
        if (person) this.page.replace(this, person);
        else this.page.showPeople();
    }

    // What the bot's database says they are; nothing where it cannot be asked.
    showRole(role) {
        const badge = this.part('badge');
        badge.hidden = !ROLES.includes(role);
        if (badge.hidden) return;
        badge.className = 'badge ' + role;
        badge.textContent = t('role_' + role);
    }

    author(message) {
        return message.from === this.person ? t('you') : t('bot');
    }

    // ---- doing ----

    async act(action) {
        this.thread.follow();
        try {
            return await action();
        } catch (error) {
            this.toast(error.message);
            return null;
        }
    }

    send(content) {
        return this.act(() => ask('send', {from: this.person, ...content}));
    }

    setBlocked(blocked) {
        return this.act(() => ask('member', {from: this.person, status: blocked ? 'kicked' : 'member'}));
    }

    async openLink() {
        const form = await runDialog('link-dialog', () => {});
        if (form) this.openStart(form.elements.link.value.trim());
    }

    openStart(link) {
        const payload = startPayload(link, this.page.bot.username) || (/^[\w-]{1,64}$/.test(link) && link);
        this.send({text: '/start' + (payload ? ' ' + payload : '')});
    }

    async press(message, button, node) {
        node.classList.add('waiting');
        const answer = await this.act(() => ask('press', {from: this.person, message_id: message.message_id, data: button.callback_data}));
        if (!answer) node.classList.remove('waiting');
    }

    pressKey(button, keyboard) {
        if (keyboard.one_time_keyboard) this.foldKeyboard(true);
        if (button.request_contact) return this.send({share_phone: true});
        if (button.request_users) return this.shareUsers(button.request_users);
        return this.send({text: button.text});
    }

    async shareUsers(request) {
        const others = this.page.people.filter(person => person.id !== this.person);
        const form = await runDialog('users-dialog', dialog => {
            dialog.querySelector('.choices').replaceChildren(...others.map(person => {
                const line = makeNode('label', 'choice'), input = makeNode('input');
                input.type = (request.max_quantity || 1) > 1 ? 'checkbox' : 'radio';
                input.name = 'users';
                input.value = person.id;
                line.append(input, personName(person));
                return line;
            }));
        });
        if (!form) return;
        const data = new FormData(form), typed = Number(data.get('id'));
        const ids = typed > 0 ? [typed] : data.getAll('users').map(Number);
        if (ids.length) this.send({share_users: {request_id: request.request_id, user_ids: ids}});
    }

    // ---- a message's menu ----

    canEdit(message) {
        return message.from === this.person && !message.deleted && !message.contact && Boolean(message.text || message.caption);
    }

    openMessageMenu(message, opener) {
        const menu = this.part('message-menu'), text = message.text || message.caption;
        const entries = [['reply', () => this.compose.aim('reply', message)]];
        if (this.canEdit(message)) entries.push(['edit', () => this.compose.aim('edit', message)]);
        if (text) entries.push(['copy', () => navigator.clipboard.writeText(text).then(() => this.toast(t('copied')))]);
        menu.replaceChildren(...entries.map(([name, action]) => {
            const item = makeButton('', '', action);
            item.setAttribute('role', 'menuitem');
            item.append(makeIcon(name), makeNode('span', '', t(name)));
            return item;
        }));
        openMenu(menu, opener);
        const from = opener.getBoundingClientRect(), frame = this.root.getBoundingClientRect();
        menu.style.top = Math.max(8, Math.min(from.bottom - frame.top, frame.height - menu.offsetHeight - 8)) + 'px';
        menu.style.left = Math.max(8, Math.min(from.left - frame.left, frame.width - menu.offsetWidth - 8)) + 'px';
    }

    // ---- seeing ----

    async load() {
        if (this.loading) return void (this.again = true);
        this.loading = true;
        try {
            const chat = await ask('chat?id=' + this.person);
            if (chat.version !== this.version) this.show(chat, this.version === -1);
            this.version = chat.version;
        } catch (error) {
            this.version = -1; // the stream's return loads it
        }
        this.loading = false;
        if (this.again) {
            this.again = false;
            this.refresh();
        }
    }

    show(chat, first) {
        const started = chat.messages.some(message => !message.deleted);
        this.part('unblock').hidden = !chat.blocked;
        this.part('block').hidden = chat.blocked;
        this.part('start').hidden = started || chat.blocked;
        this.part('compose').hidden = !started || chat.blocked;
        this.showKeyboard(chat.blocked ? null : chat.reply_keyboard);
        this.thread.show(chat.messages, first);
        this.showCommands(chat.commands);
        this.showAnswers(chat.callback_answers, first);
    }

    actions() {
        return {
            press: (...args) => this.press(...args),
            command: text => this.send({text}),
            find: id => this.thread.find(id),
            show: message => this.thread.showMessage(message),
            menu: (message, opener) => this.openMessageMenu(message, opener),
            author: message => this.author(message),
            bot: () => this.page.bot.username,
            loaded: () => this.thread.settle(),
        };
    }

    showKeyboard(keyboard) {
        const box = this.part('keyboard'), text = JSON.stringify(keyboard);
        this.compose.input.placeholder = keyboard && keyboard.placeholder ? keyboard.placeholder : t('message');
        if (this.keyboardText === text) return;
        this.keyboardText = text;
        this.part('toggle-keyboard').hidden = !keyboard;
        box.classList.toggle('tall', Boolean(keyboard && !keyboard.resize_keyboard));
        const focused = box.contains(document.activeElement);
        box.replaceChildren(...(keyboard ? keyboard.rows : []).map(row => {
            const line = makeNode('div', 'row');
            line.append(...row.map(button => makeButton('', button.text, () => this.pressKey(button, keyboard))));
            return line;
        }));
        this.foldKeyboard(!keyboard);
        if (focused) (box.querySelector('button') || this.compose.input).focus();
    }

    foldKeyboard(folded) {
        this.folded = folded;
        this.part('keyboard').hidden = folded;
        this.part('toggle-keyboard').setAttribute('aria-expanded', String(!folded));
        this.thread.settle();
    }

    showCommands(commands) {
        const list = commands.length ? commands : [{command: 'start', description: t('command_start')}];
        this.part('commands').replaceChildren(...list.map(command => {
            const node = makeButton('', '/' + command.command, () => this.send({text: '/' + command.command}));
            node.setAttribute('role', 'menuitem');
            node.append(makeNode('small', '', command.description));
            return node;
        }));
    }

    showAnswers(answers, first) {
        for (const answer of answers) {
            if (this.seenAnswers.has(answer.callback_query_id)) continue;
            this.seenAnswers.add(answer.callback_query_id);
            if (!first) this.showAnswer(answer);
        }
    }

    showAnswer(answer) {
        for (const node of this.root.querySelectorAll('.waiting')) node.classList.remove('waiting');
        if (!answer.text) return;
        if (answer.show_alert) showAlert(answer.text);
        else this.toast(answer.text);
    }

    toast(text) {
        const toast = this.part('toast');
        toast.textContent = text;
        toast.hidden = false;
        clearTimeout(this.toastTimer);
        this.toastTimer = setTimeout(() => { toast.hidden = true; }, TOAST_MS);
    }
}
