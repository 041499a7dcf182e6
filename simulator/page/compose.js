// The foot of a phone: the text being written, what is attached to it, replies and edits.

import {makeButton, makeIcon, makeNode} from './dom.js';
import {openMenu} from './menu.js';
import {quoteText} from './message.js';
import {ask, upload} from './net.js';
import {sampleContent, sampleDocument, samplePhoto} from './samples.js';
import {label, t} from './texts.js';

const CAPTIONLESS = ['location', 'video_note', 'sticker', 'contact'];
const PHOTO_TYPES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'];
const PHOTO_MAX = 10 << 20, FILE_MAX = 50 << 20, ALBUM_MAX = 10, TEXT_MAX = 4096;

export class Compose {
    constructor(phone) {
        this.phone = phone;
        this.part = phone.part;
        this.input = phone.root.querySelector('textarea');
        this.files = [];
        this.target = null; // {kind: 'reply' or 'edit', message}
        this.listen();
        this.listenFiles();
    }

    listen() {
        this.part('compose').addEventListener('submit', event => {
            event.preventDefault();
            this.submit();
        });
        this.input.addEventListener('keydown', event => this.key(event));
        this.input.addEventListener('input', () => this.fit());
        this.part('open-commands').addEventListener('click', event => openMenu(this.part('commands'), event.currentTarget));
        this.part('open-attach').addEventListener('click', event => openMenu(this.part('attach'), event.currentTarget));
        this.part('attach').addEventListener('click', event => {
            const item = event.target.closest('button');
            if (item) this.attach(item.dataset.kind);
        });
        this.part('cancel').addEventListener('click', () => this.aim(null));
    }

    listenFiles() {
        const file = this.part('file'), root = this.phone.root, drop = this.part('drop');
        file.addEventListener('change', () => {
            this.add(file.files);
            file.value = '';
        });
        this.input.addEventListener('paste', event => {
            if (!event.clipboardData.files.length) return;
            event.preventDefault();
            this.add(event.clipboardData.files);
        });
        root.addEventListener('dragover', event => {
            if (!event.dataTransfer.types.includes('Files')) return;
            event.preventDefault();
            drop.hidden = false;
        });
        root.addEventListener('dragleave', event => { if (!root.contains(event.relatedTarget)) drop.hidden = true; });
        root.addEventListener('drop', event => {
            event.preventDefault();
            drop.hidden = true;
            this.add(event.dataTransfer.files);
        });
    }

    key(event) {
        if (event.isComposing) return;
        if (event.key === 'Escape' && this.target) this.aim(null);
        else if (event.key === 'ArrowUp' && !this.input.value && !this.files.length) this.editLast(event);
        else if (event.key === 'Enter' && !event.shiftKey) {
            event.preventDefault();
            this.submit();
        }
    }

    fit() {
        this.input.style.height = 'auto';
        this.input.style.height = this.input.scrollHeight + 'px';
    }

    write(text) {
        this.input.value = text;
        this.fit();
    }

    take() {
        const text = this.input.value.trim();
        this.write('');
        return text;
    }

    // ---- replies and edits ----

    aim(kind, message) {
        const was = this.target;
        this.target = kind && {kind, message};
        this.part('replying').hidden = !kind;
        if (was && was.kind === 'edit') this.write('');
        if (kind) {
            const title = kind === 'edit' ? t('editing') : t('replying', {name: this.phone.author(message)});
            this.part('replying').querySelector('strong').textContent = title;
            this.part('quoted').textContent = quoteText(message);
            this.part('replying-icon').replaceChildren(makeIcon(kind));
            if (kind === 'edit') this.write(message.text || message.caption || '');
        }
        this.input.focus();
    }

    editLast(event) {
        const last = this.phone.thread.messages.findLast(message => this.phone.canEdit(message));
        if (!last) return;
        event.preventDefault();
        this.aim('edit', last);
    }

    // ---- files ----

    add(files) {
        for (const file of files) {
            const photo = PHOTO_TYPES.includes(file.type) && file.size <= PHOTO_MAX;
            if (file.size > FILE_MAX) this.phone.toast(t('too_big', {name: file.name}));
            else this.files.push({file, photo, address: photo ? URL.createObjectURL(file) : null});
        }
        this.showTray();
        this.input.focus();
    }

    remove(entry) {
        if (entry.address) URL.revokeObjectURL(entry.address);
        this.files = this.files.filter(other => other !== entry);
        this.showTray();
        this.input.focus();
    }

    showTray() {
        const tray = this.part('tray');
        tray.hidden = !this.files.length;
        tray.querySelector('label').hidden = !this.files.some(entry => entry.photo);
        tray.querySelector('ul').replaceChildren(...this.files.map(entry => {
            const item = makeNode('li'), button = makeButton('icon', '', () => this.remove(entry));
            const picture = entry.photo ? makeNode('img') : makeIcon('document');
            if (entry.photo) {
                picture.src = entry.address;
                picture.alt = '';
            }
            button.append(makeIcon('close'));
            label(button, t('remove_file', {name: entry.file.name}));
            item.append(picture, makeNode('span', '', entry.file.name), button);
            return item;
        }));
    }

    async sendFiles(entries, caption) {
        const asFiles = this.part('as-files').checked;
        const kinds = entries.map(entry => (entry.photo && !asFiles ? 'photo' : 'document'));
        const tokens = await Promise.all(entries.map((entry, i) => upload(entry.file, kinds[i])));
        for (let start = 0, end; start < entries.length; start = end) {
            for (end = start + 1; end < entries.length && kinds[end] === kinds[start] && end - start < ALBUM_MAX;) end++;
            const group = end - start > 1 ? {media_group_id: `${Date.now()}${start}`} : {};
            for (let i = start; i < end; i++) {
                const words = i === 0 && caption ? {caption} : {};
                await ask('send', {from: this.phone.person, [kinds[i]]: {upload: tokens[i]}, ...group, ...words, ...this.answered(i)});
            }
        }
    }

    answered(number) {
        return number === 0 && this.reply ? {reply_to: this.reply} : {};
    }

    // ---- sending ----

    async submit() {
        const target = this.target, entries = this.files, text = this.take().slice(0, TEXT_MAX);
        if (!text && !entries.length) return;
        if (target) {
            this.target = null;
            this.part('replying').hidden = true;
        }
        this.reply = target && target.kind === 'reply' ? target.message.message_id : null;
        this.files = [];
        this.showTray();
        if (target && target.kind === 'edit') await this.phone.send({edit: target.message.message_id, text, caption: text});
        else if (entries.length) await this.phone.act(() => this.sendFiles(entries, text));
        else await this.phone.send({text, ...this.answered(0)});
        for (const entry of entries) if (entry.address) URL.revokeObjectURL(entry.address);
    }

    async attach(kind) {
        if (kind === 'file') this.part('file').click();
        else if (kind === 'forward') await this.forward();
        else if (kind === 'photo' || kind === 'album' || kind === 'document') await this.sendSamples(kind);
        else await this.phone.send({...sampleContent(kind), ...(CAPTIONLESS.includes(kind) ? {} : this.caption())});
    }

    caption() {
        const caption = this.take();
        return caption ? {caption} : {};
    }

    async sendSamples(kind) {
        const caption = this.take(), files = [];
        if (kind === 'document') files.push(sampleDocument());
        else for (let i = 0; i < (kind === 'album' ? 3 : 1); i++) files.push(await samplePhoto(i));
        this.reply = null;
        await this.phone.act(() => this.sendFiles(files.map(file => ({file, photo: kind !== 'document'})), caption));
    }

    // Somebody else's message: what is typed, as if another person of the page had written it.
    forward() {
        const other = this.phone.page.people.find(person => person.id !== this.phone.person);
        return this.phone.send({text: this.take() || t('sample_forward'), forward_from: other ? other.id : t('sample_hidden')});
    }
}
