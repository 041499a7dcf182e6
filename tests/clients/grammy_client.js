'use strict';
// grammY, a bot library that knows nothing of this project, walks through what a help desk does.
//
// Usage: grammy_client.js SIMULATOR_URL TOKEN polling|webhook. The simulator runs with --limits real.

const assert = require('node:assert/strict');
const http = require('node:http');
const {Bot, GrammyError, InlineKeyboard, InputFile, InputMediaBuilder, Keyboard, webhookCallback} = require('grammy');

const ANNA = 1001, BORYS = 1002, VIRA = 1003, NOBODY = 424242, FORUM = -1001000000088;
const SECRET = 'walk_secret-2', WAIT_MS = 30000;
const [url, token, mode] = process.argv.slice(2);

async function ask(path, body) {
    const options = body ? {method: 'POST', body: JSON.stringify(body)} : {};
    const answer = await (await fetch(`${url}/sim/${path}`, options)).json();
    assert.ok(answer.ok, JSON.stringify(answer));
    return answer;
}

const send = (person, content) => ask('send', {from: person, ...content});
const sees = person => ask('chat?id=' + person);
const pause = seconds => new Promise(done => setTimeout(done, seconds * 1000));

// The refusal that must come, as grammY's error.
async function refused(promise, code, text) {
    const error = await promise.then(() => assert.fail('it was taken'), other => other);
    assert.ok(error instanceof GrammyError, String(error));
    assert.equal(error.error_code, code);
    assert.match(error.description, text);
    return error;
}

const bot = new Bot(token, {client: {apiRoot: url}});
const waiting = [], arrived = [];

function arrive(item) {
    if (waiting.length) waiting.shift()(item);
    else arrived.push(item);
}

// The next update, of which `filter` must be true in grammY's own words.
async function next(filter) {
    let timer;
    const late = new Promise((_, fail) => { timer = setTimeout(() => fail(new Error('nothing came: ' + filter)), WAIT_MS); });
    const context = await Promise.race([arrived.length ? arrived.shift() : new Promise(done => waiting.push(done)), late]);
    clearTimeout(timer);
    assert.ok(context.has(filter), `${filter}: ${JSON.stringify(context.update)}`);
    return context;
}

async function said(person, content, filter = 'message') {
    await send(person, content);
    return next(filter);
}

async function download(fileId) {
    const file = await bot.api.getFile(fileId);
    const answer = await fetch(`${url}/file/bot${token}/${file.file_path}`);
    assert.equal(answer.status, 200);
    return Buffer.from(await answer.arrayBuffer());
}

const steps = {
    async floods_are_told() {
        await said(VIRA, {text: 'привіт'});
        let error;
        for (let i = 0; i < 50 && !error; i++) await bot.api.sendMessage(VIRA, String(i)).catch(other => { error = other; });
        assert.equal(error.error_code, 429);
        assert.ok(error.parameters.retry_after >= 1);
        while (error) {
            await pause(error.parameters.retry_after);
            error = await bot.api.sendMessage(VIRA, 'досить').then(() => null, other => other);
        }
        await ask('limits', {real: false});
    },

    async start_and_keyboard() {
        assert.equal((await bot.api.getMe()).username, 'techsupport_bot');
        const start = await said(ANNA, {text: '/start room_12'}, 'message:entities:bot_command');
        assert.equal(start.match, 'room_12');
        const keys = new Keyboard().requestContact('Телефон').row().requestUsers('Колега', 3).resized().placeholder('номер');
        const answer = await start.reply('Вітаю', {reply_markup: keys});
        assert.equal((await sees(ANNA)).reply_keyboard.rows.length, 2);
        await refused(bot.api.editMessageText(ANNA, answer.message_id, 'інше'), 400, /message can't be edited/);
        const contact = await said(ANNA, {share_phone: true}, 'message:contact');
        assert.equal(contact.msg.contact.user_id, ANNA);
        assert.equal(contact.msg.reply_to_message.message_id, answer.message_id);
        const shared = await said(ANNA, {share_users: {request_id: 3, user_ids: [BORYS]}}, 'message:users_shared');
        assert.deepEqual(shared.msg.users_shared.user_ids, [BORYS]);
    },

    async files() {
        const data = Buffer.alloc(1000000, 'abc');
        const photo = await bot.api.sendPhoto(ANNA, new InputFile(Buffer.from('picture'), 'p.jpg'), {caption: '<b>Ф</b>', parse_mode: 'HTML'});
        assert.deepEqual(photo.caption_entities, [{offset: 0, length: 1, type: 'bold'}]);
        const again = await bot.api.sendPhoto(ANNA, photo.photo.at(-1).file_id);
        assert.equal(again.photo.at(-1).file_unique_id, photo.photo.at(-1).file_unique_id);
        const document = await bot.api.sendDocument(ANNA, new InputFile(data, 'копія 1.bin'));
        assert.equal(document.document.file_name, 'копія 1.bin');
        assert.ok((await download(document.document.file_id)).equals(data));
        await refused(bot.api.sendPhoto(ANNA, document.document.file_id), 400, /can't use file of type Document as Photo/);
    },

    async every_kind_of_medium() {
        await refused(bot.api.sendMessage(NOBODY, 'x'), 400, /chat not found/);
        await refused(bot.api.sendMessage(BORYS, 'він ще не писав'), 403, /can't initiate conversation/);
        await said(BORYS, {text: 'привіт'});
        const kinds = {photo: 'Photo', video: 'Video', document: 'Document', animation: 'Animation', audio: 'Audio', voice: 'Voice',
            video_note: 'VideoNote', sticker: 'Sticker'};
        for (const [kind, name] of Object.entries(kinds)) {
            const context = await said(ANNA, {[kind]: true}, 'message:' + kind);
            const file = kind === 'photo' ? context.msg.photo.at(-1) : context.msg[kind];
            assert.ok((await bot.api['send' + name](BORYS, file.file_id))[kind]);
            assert.ok((await bot.api['send' + name](BORYS, new InputFile(Buffer.from('x'), 'f')))[kind]);
        }
    },

    async albums() {
        const media = [0, 1, 2].map(i => InputMediaBuilder.photo(new InputFile(Buffer.from('picture' + i), i + '.jpg'), {caption: 'к' + i}));
        const sent = await bot.api.sendMediaGroup(ANNA, media);
        assert.deepEqual(sent.map(message => message.caption), ['к0', 'к1', 'к2']);
        assert.equal(new Set(sent.map(message => message.media_group_id)).size, 1);
        assert.equal((await said(ANNA, {photo: true, media_group_id: '77'}, 'message:photo')).msg.media_group_id, '77');
    },

    async buttons() {
        const keys = new InlineKeyboard().text('Прийняти', 'accept:1').url('Сайт', 'https://x.ua/');
        const card = await bot.api.sendMessage(ANNA, 'Заявка', {reply_markup: keys});
        await ask('press', {from: ANNA, message_id: card.message_id, text: 'Прийняти'});
        const query = await next('callback_query:data');
        assert.equal(query.callbackQuery.data, 'accept:1');
        assert.equal(await query.answerCallbackQuery({text: 'Прийнято', show_alert: true}), true);
        assert.equal((await sees(ANNA)).callback_answers.at(-1).text, 'Прийнято');
        await refused(query.answerCallbackQuery(), 400, /query is too old/);
        assert.equal((await query.editMessageText('Прийнято', {reply_markup: keys})).text, 'Прийнято');
        await refused(query.editMessageText('Прийнято', {reply_markup: keys}), 400, /message is not modified/);
        assert.equal((await query.editMessageReplyMarkup()).reply_markup, undefined);
        assert.equal(await query.deleteMessage(), true);
        await refused(query.deleteMessage(), 400, /message to delete not found/);
        const photo = await bot.api.sendPhoto(ANNA, new InputFile(Buffer.from('p'), 'p.jpg'), {caption: 'було'});
        assert.equal((await bot.api.editMessageCaption(ANNA, photo.message_id, {caption: 'стало'})).caption, 'стало');
        const other = InputMediaBuilder.document(new InputFile(Buffer.from('t'), 't.txt'));
        assert.equal((await bot.api.editMessageMedia(ANNA, photo.message_id, other)).document.file_name, 't.txt');
    },

    async formatting() {
        for (const [parse_mode, text] of [['MarkdownV2', '*ж _п_* `к` 1\\.'], ['HTML', '<b>ж <i>п</i></b> <code>к</code> 1.']]) {
            const sent = await bot.api.sendMessage(ANNA, text, {parse_mode, link_preview_options: {is_disabled: true}});
            assert.equal(sent.text, 'ж п к 1.');
            assert.deepEqual(sent.entities.map(entity => [entity.type, entity.offset, entity.length]), [['bold', 0, 3], ['italic', 2, 1], ['code', 4, 1]]);
            assert.deepEqual((await bot.api.sendMessage(ANNA, sent.text, {entities: sent.entities})).entities, sent.entities);
        }
        await refused(bot.api.sendMessage(ANNA, 'a.', {parse_mode: 'MarkdownV2'}), 400, /is reserved and must be escaped/);
        await refused(bot.api.sendMessage(ANNA, 'a <3>', {parse_mode: 'HTML'}), 400, /Unsupported start tag/);
        assert.deepEqual((await said(ANNA, {text: 'x.ua it@x.ua #тег'}, 'message:entities:url')).entities().map(entity => entity.text), ['x.ua', 'it@x.ua', '#тег']);
    },

    async commands_by_scope() {
        const scope = {type: 'chat', chat_id: ANNA};
        await bot.api.setMyCommands([{command: 'help', description: 'Довідка'}]);
        await bot.api.setMyCommands([{command: 'staff', description: 'Для своїх'}], {scope, language_code: 'uk'});
        assert.deepEqual(await bot.api.getMyCommands({scope, language_code: 'uk'}), [{command: 'staff', description: 'Для своїх'}]);
        assert.equal((await sees(ANNA)).commands[0].command, 'staff');
        await bot.api.deleteMyCommands({scope, language_code: 'uk'});
        assert.equal((await sees(ANNA)).commands[0].command, 'help');
    },

    async forwards_and_copies() {
        const context = await said(ANNA, {text: 'чиєсь', forward_from: 'Хтось'}, 'message:forward_origin:hidden_user');
        assert.equal((await context.forwardMessage(BORYS)).forward_origin.sender_user_name, 'Хтось');
        assert.ok((await context.copyMessage(BORYS)).message_id > 0);
        await send(ANNA, {text: 'виправлене', edit: context.msg.message_id});
        assert.equal((await next('edited_message:text')).msg.text, 'виправлене');
    },

    async topics() {
        await ask('group', {id: FORUM, title: 'Форум', members: [ANNA], forum: true});
        const {message_thread_id} = await ask('topic', {from: ANNA, chat: FORUM, name: 'Мережа'});
        assert.equal((await next('message:forum_topic_created')).msg.message_thread_id, message_thread_id);
        const asked = await said(ANNA, {chat: FORUM, text: '/id', message_thread_id}, 'message:is_topic_message');
        assert.equal((await asked.reply('так')).message_thread_id, message_thread_id);
        await refused(bot.api.sendMessage(FORUM, 'x', {message_thread_id: 999}), 400, /message thread not found/);
    },

    async blocked() {
        await ask('member', {from: BORYS, status: 'kicked'});
        assert.equal((await next('my_chat_member')).myChatMember.new_chat_member.status, 'kicked');
        await refused(bot.api.sendMessage(BORYS, 'x'), 403, /bot was blocked by the user/);
    },
};

async function walk() {
    for (const [name, step] of Object.entries(steps)) {
        await step();
        console.log('  ' + name.replaceAll('_', ' '));
    }
}

async function walkPolling() {
    const polling = bot.start();
    await walk();
    await bot.stop();
    await polling;
}

async function walkWebhook() {
    const server = http.createServer(webhookCallback(bot, 'http', {secretToken: SECRET}));
    await new Promise(done => server.listen(0, '127.0.0.1', done));
    await bot.api.setWebhook(`http://127.0.0.1:${server.address().port}/`, {secret_token: SECRET});
    await walk();
    await bot.api.deleteWebhook();
    server.close();
    server.closeAllConnections();
}

async function main() {
    for (const [id, first_name] of [[ANNA, 'Анна'], [BORYS, 'Borys'], [VIRA, 'Віра']]) await ask('person', {id, first_name, language_code: 'uk'});
    bot.command('start', arrive);
    bot.use(arrive);
    await (mode === 'webhook' ? walkWebhook() : walkPolling());
}

main().catch(error => {
    console.error(error);
    process.exit(1);
});
