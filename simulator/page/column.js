'use strict';
// A column: one person's phone. It follows the chat by a long poll and does what the person does.

const SHOWN_MESSAGES = 300, POLL_MS = 25000, TOAST_MS = 3500;
const CAPTIONLESS = ['location', 'video_note', 'sticker'];

async function ask(path, body) {
    const options = body ? {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body)} : {};
    const response = await fetch('/sim/' + path, options);
    const answer = await response.json();
    if (!answer.ok) throw new Error(answer.error);
    return answer;
}

class Column {
    constructor(page, person) {
        this.page = page;
        this.person = person;
        this.items = new Map(); // key → {node, text}
        this.messages = [];
        this.root = document.getElementById('column-template').content.firstElementChild.cloneNode(true);
        this.part = name => this.root.querySelector('.' + name);
        this.listen();
    }

    listen() {
        const input = this.root.querySelector('textarea');
        this.input = input;
        this.part('compose').addEventListener('submit', event => {
            event.preventDefault();
            this.submit();
        });
        input.addEventListener('keydown', event => {
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            this.submit();
        });
        input.addEventListener('input', () => this.fitInput());
        this.part('chooser').addEventListener('change', event => this.choose(event.target.value));
        this.part('block').addEventListener('click', () => this.block());
        this.part('close').addEventListener('click', () => this.page.remove(this));
        this.part('open-commands').addEventListener('click', () => this.toggle('commands'));
        this.part('open-attach').addEventListener('click', () => this.toggle('attach'));
        this.part('attach').addEventListener('click', event => this.attach((event.target.closest('button') || {dataset: {}}).dataset.kind));
        this.part('file').addEventListener('change', event => this.attachFile(event.target));
        document.addEventListener('click', event => {
            const own = this.root.contains(event.target) && event.target.closest('.popup, .open-commands, .open-attach');
            if (!own) this.toggle(null);
        });
    }

    fitInput() {
        this.input.style.height = 'auto';
        this.input.style.height = this.input.scrollHeight + 'px';
    }

    toggle(name) {
        for (const popup of ['commands', 'attach']) this.part(popup).hidden = popup !== name || !this.part(popup).hidden;
    }

    // ---- who ----

    showPeople(people) {
        const chooser = this.part('chooser');
        const options = people.map(person => {
            const name = [person.first_name, person.last_name].filter(Boolean).join(' ');
            return new Option(name + (person.username ? ' @' + person.username : ''), person.id, false, person.id === this.person);
        });
        chooser.replaceChildren(...options, new Option('Додати людину…', 'add'));
        const own = people.find(person => person.id === this.person);
        const name = own ? own.first_name : '?';
        this.part('avatar').textContent = Array.from(name)[0];
        this.root.style.setProperty('--hue', (this.person * 47) % 360);
        this.part('id').textContent = 'ID ' + this.person + (own && own.language_code ? ' · ' + own.language_code : '');
        this.root.dataset.person = this.person;
    }

    async choose(value) {
        const person = value === 'add' ? await this.page.addPerson() : Number(value);
        if (person) this.page.replace(this, person);
        else this.page.showPeople();
    }

    async block() {
        await this.act(() => ask('member', {from: this.person, status: this.blocked ? 'member' : 'kicked'}));
    }

    // ---- doing ----

    async act(action) {
        try {
            return await action();
        } catch (error) {
            this.toast(error.message);
            return null;
        }
    }

    send(content) {
        this.scrollDown = true;
        return this.act(() => ask('send', {from: this.person, ...content}));
    }

    submit() {
        const text = this.input.value.trim();
        this.toggle(null);
        if (!text) return;
        this.input.value = '';
        this.fitInput();
        this.send({text});
    }

    takeCaption() {
        const caption = this.input.value.trim();
        this.input.value = '';
        return caption ? {caption} : {};
    }

    async attach(kind) {
        this.toggle(null);
        if (kind === 'document') this.part('file').click();
        else if (kind === 'album') await this.sendAlbum();
        else if (kind === 'contact') await this.send({contact: {phone_number: '+380671234567', first_name: 'Оксана', user_id: 777000}});
        else if (kind === 'forward') await this.forward();
        else if (CAPTIONLESS.includes(kind)) await this.send({[kind]: true});
        else if (kind) await this.send({[kind]: true, ...this.takeCaption()});
    }

    // Somebody else's message: what is typed, as if another person of the page had written it.
    forward() {
        const other = this.page.people.find(person => person.id !== this.person);
        const text = this.input.value.trim() || 'Подивіться, будь ласка';
        this.input.value = '';
        return this.send({text, forward_from: other ? other.id : 'Хтось'});
    }

    async sendAlbum() {
        const group = String(Date.now());
        await this.send({photo: true, media_group_id: group, ...this.takeCaption()});
        for (let i = 0; i < 2; i++) await this.send({photo: true, media_group_id: group});
    }

    attachFile(input) {
        const file = input.files[0];
        if (file) this.send({document: {file_name: file.name, file_size: file.size}, ...this.takeCaption()});
        input.value = '';
    }

    async press(message, button, node) {
        node.classList.add('waiting');
        const answer = await this.act(() => ask('press', {from: this.person, message_id: message.message_id, data: button.callback_data}));
        if (answer) this.waiting = {id: answer.callback_query_id, node};
        else node.classList.remove('waiting');
    }

    pressKey(button) {
        if (button.request_contact) return this.send({share_phone: true});
        if (!button.request_users) return this.send({text: button.text});
        const id = Number(window.prompt('Telegram ID людини, яку передати боту', ''));
        const shared = {request_id: button.request_users.request_id, user_ids: [id]};
        return id > 0 ? this.send({share_users: shared}) : null;
    }

    // ---- seeing ----

    start() {
        this.stopper = new AbortController();
        this.follow(this.stopper.signal);
    }

    stop() {
        this.stopper.abort();
    }

    async follow(signal) {
        let version = -1;
        while (!signal.aborted) {
            try {
                const response = await fetch(`/sim/chat?id=${this.person}&version=${version}&timeout=${POLL_MS}`, {signal});
                const chat = await response.json();
                if (chat.version !== version) this.show(chat, version === -1);
                version = chat.version;
            } catch (error) {
                if (!signal.aborted) await new Promise(done => setTimeout(done, 1000));
            }
        }
    }

    show(chat, first) {
        this.blocked = chat.blocked;
        this.part('block').textContent = chat.blocked ? 'Розблокувати' : 'Блокувати';
        this.showMessages(chat.messages.slice(-SHOWN_MESSAGES), first);
        this.showKeyboard(chat.reply_keyboard);
        this.showCommands(chat.commands);
        this.showAnswers(chat.callback_answers, first);
    }

    showMessages(messages, first) {
        const box = this.part('messages');
        const atEnd = first || this.scrollDown || box.scrollHeight - box.scrollTop - box.clientHeight < 80;
        const actions = {
            press: (...args) => this.press(...args),
            command: text => this.send({text}),
            find: id => this.messages.find(message => message.message_id === id && !message.deleted),
        };
        const shown = new Map();
        this.messages = messages;
        for (const group of groupItems(messages)) {
            const key = group[0].message_id, text = JSON.stringify(group), old = this.items.get(key);
            shown.set(key, old && old.text === text ? old : {node: renderItem(group, this.person, actions), text});
        }
        this.items = shown;
        const nodes = Array.from(shown.values(), item => item.node);
        box.replaceChildren(...(nodes.length ? nodes : [makeNode('div', 'empty', 'Тут ще порожньо. Натисніть /start унизу.')]));
        if (!nodes.length) this.offerStart(box.firstChild);
        if (atEnd) box.scrollTop = box.scrollHeight;
        this.scrollDown = false;
    }

    offerStart(node) {
        node.style.cursor = 'pointer';
        node.addEventListener('click', () => this.send({text: '/start'}));
    }

    showKeyboard(keyboard) {
        const box = this.part('keyboard'), text = JSON.stringify(keyboard);
        this.input.placeholder = keyboard && keyboard.placeholder ? keyboard.placeholder : 'Повідомлення';
        if (this.keyboardText === text) return;
        this.keyboardText = text;
        box.hidden = !keyboard;
        box.replaceChildren(...(keyboard ? keyboard.rows : []).map(row => {
            const line = makeNode('div', 'row');
            line.append(...row.map(button => {
                const node = makeNode('button', '', button.text);
                node.type = 'button';
                node.addEventListener('click', () => this.pressKey(button));
                return node;
            }));
            return line;
        }));
        const messages = this.part('messages');
        messages.scrollTop = messages.scrollHeight;
    }

    showCommands(commands) {
        const list = commands.length ? commands : [{command: 'start', description: 'почати'}];
        this.part('commands').replaceChildren(...list.map(command => {
            const node = makeNode('button', '', '/' + command.command);
            node.type = 'button';
            node.append(makeNode('small', '', command.description));
            node.addEventListener('click', () => {
                this.toggle(null);
                this.send({text: '/' + command.command});
            });
            return node;
        }));
    }

    showAnswers(answers, first) {
        this.seenAnswers = this.seenAnswers || new Set();
        for (const answer of answers) {
            if (this.seenAnswers.has(answer.callback_query_id)) continue;
            this.seenAnswers.add(answer.callback_query_id);
            if (!first) this.showAnswer(answer);
        }
    }

    showAnswer(answer) {
        for (const node of this.root.querySelectorAll('.waiting')) node.classList.remove('waiting');
        if (!answer.text) return;
        if (answer.show_alert) this.page.alert(answer.text);
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
