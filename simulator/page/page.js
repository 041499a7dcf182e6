'use strict';
// The page: columns side by side. `/?left=1001&right=2001` (and more=3001,3002) says whose; else the first two people.

const STATE_MS = 2000;

const page = {
    columns: [],
    people: [],

    async start() {
        await this.readState();
        const wanted = new URLSearchParams(location.search);
        const ids = [wanted.get('left'), wanted.get('right'), ...(wanted.get('more') || '').split(',')].map(Number).filter(id => id > 0);
        if (!ids.length) ids.push(...this.people.slice(0, 2).map(person => person.id));
        if (!ids.length) {
            const id = await this.addPerson();
            if (id) ids.push(id);
        }
        for (const id of ids) this.add(id);
        document.getElementById('add-column').addEventListener('click', () => this.addColumn());
        setInterval(() => this.readState(), STATE_MS);
    },

    add(person, place) {
        const column = new Column(this, person);
        this.columns.push(column);
        document.getElementById('columns').insertBefore(column.root, place || null);
        column.showPeople(this.people);
        column.start();
        this.remember();
    },

    remove(column) {
        column.stop();
        column.root.remove();
        this.columns = this.columns.filter(other => other !== column);
        this.remember();
    },

    replace(column, person) {
        this.add(person, column.root);
        this.remove(column);
    },

    remember() {
        const order = Array.from(document.querySelectorAll('.column'), node => node.dataset.person);
        const query = new URLSearchParams();
        ['left', 'right'].forEach((name, i) => { if (order[i]) query.set(name, order[i]); });
        if (order.length > 2) query.set('more', order.slice(2).join(','));
        history.replaceState(null, '', '?' + query);
    },

    async addColumn() {
        const shown = new Set(this.columns.map(column => column.person));
        const next = this.people.find(person => !shown.has(person.id));
        const id = next ? next.id : await this.addPerson();
        if (id) this.add(id);
    },

    showPeople() {
        for (const column of this.columns) column.showPeople(this.people);
    },

    async readState() {
        const node = document.getElementById('state');
        try {
            const state = await ask('state');
            const changed = JSON.stringify(state.people) !== JSON.stringify(this.people);
            this.people = state.people;
            if (changed) this.showPeople();
            document.getElementById('bot').textContent = state.bot.first_name + ' @' + state.bot.username;
            const failing = state.pending > 0 && state.webhook.last_error;
            node.textContent = state.pending ? `оновлень у черзі: ${state.pending}` + (failing ? ' · ' + state.webhook.last_error : '') : 'усі оновлення доставлено';
            node.classList.toggle('bad', Boolean(failing));
        } catch (error) {
            node.textContent = 'симулятор не відповідає';
            node.classList.add('bad');
        }
    },

    // The id of the person who was made, or null.
    addPerson() {
        const dialog = document.getElementById('person-dialog'), form = dialog.querySelector('form');
        form.reset();
        form.id.value = 1 + Math.max(1000, ...this.people.map(person => person.id));
        dialog.returnValue = '';
        document.getElementById('person-cancel').onclick = () => dialog.close();
        dialog.showModal();
        return new Promise(done => {
            dialog.addEventListener('close', async () => {
                if (dialog.returnValue !== 'ok') return done(null);
                const fields = Object.fromEntries(new FormData(form));
                fields.id = Number(fields.id);
                try {
                    await ask('person', fields);
                    await this.readState();
                    done(fields.id);
                } catch (error) {
                    this.alert(error.message);
                    done(null);
                }
            }, {once: true});
        });
    },

    alert(text) {
        document.getElementById('alert-text').textContent = text;
        document.getElementById('alert-dialog').showModal();
    },
};

page.start();
