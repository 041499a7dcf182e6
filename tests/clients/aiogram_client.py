"""aiogram, a bot library that knows nothing of this project, walks through everything that a help desk does.

Usage: aiogram_client.py SIMULATOR_URL TOKEN polling|webhook. The simulator runs with --limits real. aiogram checks every
answer and every update against the types of the Bot API, so that a field that is missing or of a wrong type ends the walk.
"""
import asyncio
import sys

import aiohttp
from aiogram import Bot, Dispatcher, types
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ContentType
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramRetryAfter
from aiogram.filters import CommandStart
from aiogram.utils.media_group import MediaGroupBuilder
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

ANNA, BORYS, VIRA, NOBODY, FORUM = 1001, 1002, 1003, 424242, -1001000000088
SECRET = "walk_secret-1"
WAIT = 30  # seconds for what must come


class People:
    """What people do, through the simulator's control interface."""

    def __init__(self, url, session):
        self.url, self.session = url, session

    async def do(self, path, **body):
        async with self.session.post(f"{self.url}/sim/{path}", json=body) as answer:
            result = await answer.json()
            assert result["ok"], result
            return result

    async def send(self, person, **content):
        return await self.do("send", **{"from": person}, **content)

    async def sees(self, person):
        async with self.session.get(f"{self.url}/sim/chat?id={person}") as answer:
            return await answer.json()


async def fails(kind: type[Exception], text: str, method):
    try:
        await method
    except kind as error:
        assert text in str(error), error
        return error
    raise AssertionError(f"no {kind.__name__}")


def must(condition, *seen):
    assert condition, seen


class Walk:
    def __init__(self, bot, people):
        self.bot, self.people, self.inbox = bot, people, asyncio.Queue()
        self.dispatcher = Dispatcher()
        self.dispatcher.message(CommandStart(deep_link=True))(self.on_start)
        for observer in (self.dispatcher.message, self.dispatcher.edited_message, self.dispatcher.callback_query,
                         self.dispatcher.my_chat_member):
            observer()(self.inbox.put)

    async def on_start(self, message: types.Message, command):
        await self.inbox.put((message, command.args))

    async def next(self, kind):
        got = await asyncio.wait_for(self.inbox.get(), WAIT)
        must(isinstance(got, kind), got)
        return got

    async def said(self, person, **content) -> types.Message:
        await self.people.send(person, **content)
        return await self.next(types.Message)

    # ---- the steps, in this order ----

    async def step_floods_are_told(self):
        await self.said(VIRA, text="привіт")
        sent = 0
        try:
            for sent in range(50):
                await self.bot.send_message(VIRA, str(sent))
            raise AssertionError("no 429")
        except TelegramRetryAfter as error:
            must(sent >= 1 and error.retry_after >= 1, sent, error)
        while True:
            try:
                await asyncio.sleep(error_wait := 1)
                await self.bot.send_message(VIRA, "досить")
                break
            except TelegramRetryAfter as error:
                error_wait = error.retry_after
                await asyncio.sleep(error_wait)
        await self.people.do("limits", real=False)

    async def step_who_am_i(self):
        me = await self.bot.get_me()
        must(me.is_bot and me.username == "techsupport_bot", me)
        must((await self.bot.get_my_name()).name == me.first_name)
        await self.bot.set_my_description("Опис", language_code="uk")
        must((await self.bot.get_my_description(language_code="uk")).description == "Опис")
        must(isinstance(await self.bot.get_chat_menu_button(), types.MenuButtonCommands))

    async def step_start_and_keyboard(self):
        await self.people.send(ANNA, text="/start room_12")
        message, payload = await self.next(tuple)
        must(payload == "room_12" and message.from_user.first_name == "Анна", message)
        keys = types.ReplyKeyboardMarkup(resize_keyboard=True, input_field_placeholder="номер", keyboard=[
            [types.KeyboardButton(text="Телефон", request_contact=True)],
            [types.KeyboardButton(text="Колега", request_users=types.KeyboardButtonRequestUsers(request_id=3, request_name=True))]])
        answer = await message.answer("Вітаю", reply_markup=keys)
        must(answer.chat.id == ANNA and answer.from_user.is_bot, answer)
        shown = (await self.people.sees(ANNA))["reply_keyboard"]
        must([row[0]["text"] for row in shown["rows"]] == ["Телефон", "Колега"] and shown["placeholder"] == "номер", shown)
        await fails(TelegramBadRequest, "message can't be edited", answer.edit_text("інше"))
        contact = await self.said(ANNA, share_phone=True)
        must(contact.contact.user_id == ANNA and contact.reply_to_message.message_id == answer.message_id, contact)
        shared = await self.said(ANNA, share_users={"request_id": 3, "user_ids": [BORYS]})
        must(shared.users_shared.request_id == 3 and shared.users_shared.users[0].first_name == "Borys", shared)

    async def step_files(self):
        data = bytes(range(256)) * 4000
        photo = await self.bot.send_photo(ANNA, types.BufferedInputFile(b"picture", "p.jpg"), caption="<b>Фото</b>", parse_mode="HTML")
        must(photo.photo[-1].width > photo.photo[0].width and photo.html_text == "<b>Фото</b>", photo)
        again = await self.bot.send_photo(ANNA, photo.photo[-1].file_id)
        must(again.photo[-1].file_unique_id == photo.photo[-1].file_unique_id, again)
        document = await self.bot.send_document(ANNA, types.BufferedInputFile(data, "копія 1.bin"))
        must(document.document.file_name == "копія 1.bin", document)
        file = await self.bot.get_file(document.document.file_id)
        must(file.file_size == len(data), file)
        must((await self.bot.download_file(file.file_path)).read() == data)
        await fails(TelegramBadRequest, "can't use file of type Document as Photo",
                    self.bot.send_photo(ANNA, document.document.file_id))

    async def step_every_kind_of_medium(self):
        await fails(TelegramBadRequest, "chat not found", self.bot.send_message(NOBODY, "x"))
        await fails(TelegramForbiddenError, "can't initiate conversation", self.bot.send_message(BORYS, "він ще не писав"))
        await self.said(BORYS, text="привіт")
        for kind in ("photo", "video", "document", "animation", "audio", "voice", "video_note", "sticker"):
            got = await self.said(ANNA, **{kind: True})
            must(got.content_type == ContentType(kind), kind, got)
            file_id = (got.photo[-1] if kind == "photo" else getattr(got, kind)).file_id
            send = getattr(self.bot, f"send_{kind}")
            must((await send(BORYS, file_id)).content_type == ContentType(kind), kind)
            must((await send(BORYS, types.BufferedInputFile(b"x", "f"))).content_type == ContentType(kind), kind)

    async def step_albums(self):
        album = MediaGroupBuilder(caption="Альбом")
        for i in range(3):
            album.add_photo(types.BufferedInputFile(b"picture %d" % i, f"{i}.jpg"))
        sent = await self.bot.send_media_group(ANNA, album.build())
        must(len(sent) == 3 and len({m.media_group_id for m in sent}) == 1 and sent[0].caption == "Альбом", sent)
        got = [await self.said(ANNA, photo=True, media_group_id="77") for _ in range(2)]
        must([m.media_group_id for m in got] == ["77", "77"], got)

    async def step_buttons(self):
        button = types.InlineKeyboardButton(text="Прийняти", callback_data="accept:1")
        card = await self.bot.send_message(ANNA, "Заявка", reply_markup=types.InlineKeyboardMarkup(inline_keyboard=[[button]]))
        must(card.reply_markup.inline_keyboard[0][0].callback_data == "accept:1", card)
        await self.people.do("press", **{"from": ANNA}, message_id=card.message_id, text="Прийняти")
        query = await self.next(types.CallbackQuery)
        must(query.data == "accept:1" and query.message.message_id == card.message_id, query)
        must(await query.answer("Прийнято", show_alert=True) is True)
        must((await self.people.sees(ANNA))["callback_answers"][-1]["show_alert"])
        await fails(TelegramBadRequest, "query is too old", query.answer())
        edited = await query.message.edit_text("Прийнято", reply_markup=card.reply_markup)
        must(edited.text == "Прийнято" and edited.edit_date, edited)
        await fails(TelegramBadRequest, "message is not modified", query.message.edit_text("Прийнято", reply_markup=card.reply_markup))
        must((await query.message.edit_reply_markup()).reply_markup is None)
        await self.bot.delete_message(ANNA, card.message_id)
        await self.people.do("press", **{"from": ANNA}, message_id=card.message_id, data="old")
        must(isinstance((await self.next(types.CallbackQuery)).message, types.InaccessibleMessage))
        await fails(TelegramBadRequest, "message to delete not found", self.bot.delete_message(ANNA, card.message_id))

    async def step_captions_and_media_are_edited(self):
        photo = await self.bot.send_photo(ANNA, types.BufferedInputFile(b"picture", "p.jpg"), caption="було")
        must((await photo.edit_caption(caption="стало")).caption == "стало")
        media = types.InputMediaDocument(media=types.BufferedInputFile(b"text", "t.txt"), caption="файл")
        must((await photo.edit_media(media)).document.file_name == "t.txt")

    async def step_formatting(self):
        for mode, text in (("MarkdownV2", "*ж _п_* `к`  [л](https://x.ua/) ~з~ ||с||"),
                           ("HTML", '<b>ж <i>п</i></b> <code>к</code> <a href="https://x.ua/">л</a> <blockquote>ц</blockquote>')):
            sent = await self.bot.send_message(ANNA, text, parse_mode=mode)
            plain = await self.bot.send_message(ANNA, sent.text, entities=sent.entities)
            must(plain.entities == sent.entities and plain.html_text == sent.html_text, sent, plain)
        await fails(TelegramBadRequest, "is reserved and must be escaped", self.bot.send_message(ANNA, "a.", parse_mode="MarkdownV2"))
        await fails(TelegramBadRequest, "Unsupported start tag", self.bot.send_message(ANNA, "a <3>", parse_mode="HTML"))
        got = await self.said(ANNA, text="див. x.ua, @anna_k #тег it@x.ua /help")
        must([e.type for e in got.entities] == ["url", "mention", "hashtag", "email", "bot_command"], got.entities)
        got = await self.said(ANNA, text="<tg-emoji emoji-id='5'>👍</tg-emoji>", parse_mode="HTML")
        must(got.entities[0].custom_emoji_id == "5", got)

    async def step_commands_by_scope(self):
        scope = types.BotCommandScopeChat(chat_id=ANNA)
        await self.bot.set_my_commands([types.BotCommand(command="help", description="Довідка")])
        await self.bot.set_my_commands([types.BotCommand(command="staff", description="Для своїх")], scope=scope, language_code="uk")
        must([c.command for c in await self.bot.get_my_commands(scope=scope, language_code="uk")] == ["staff"])
        must([c["command"] for c in (await self.people.sees(ANNA))["commands"]] == ["staff"])
        await self.bot.delete_my_commands(scope=scope, language_code="uk")
        must([c["command"] for c in (await self.people.sees(ANNA))["commands"]] == ["help"])

    async def step_forwards_and_copies(self):
        got = await self.said(ANNA, text="моє", forward_from=BORYS)
        must(isinstance(got.forward_origin, types.MessageOriginUser) and got.forward_origin.sender_user.id == BORYS, got)
        got = await self.said(ANNA, text="чиєсь", forward_from="Хтось")
        must(isinstance(got.forward_origin, types.MessageOriginHiddenUser), got)
        must((await got.forward(BORYS)).forward_origin.sender_user_name == "Хтось")
        must((await got.copy_to(BORYS)).message_id > 0)
        edited = await self.people.send(ANNA, text="виправлене", edit=got.message_id)
        must((await self.next(types.Message)).message_id == edited["message_id"])

    async def step_topics(self):
        await self.people.do("group", id=FORUM, title="Форум", members=[ANNA], forum=True)
        await self.people.do("topic", **{"from": ANNA}, chat=FORUM, name="Мережа")
        opened = await self.next(types.Message)
        must(opened.chat.is_forum and opened.forum_topic_created.name == "Мережа", opened)
        asked = await self.said(ANNA, chat=FORUM, text="/id", message_thread_id=opened.message_thread_id)
        must((await asked.answer("так")).message_thread_id == opened.message_thread_id)
        await fails(TelegramBadRequest, "message thread not found", self.bot.send_message(FORUM, "x", message_thread_id=999))
        must((await self.bot.get_chat(FORUM)).is_forum)

    async def step_blocked(self):
        await self.people.do("member", **{"from": BORYS}, status="kicked")
        update = await self.next(types.ChatMemberUpdated)
        must(isinstance(update.new_chat_member, types.ChatMemberBanned), update)
        await fails(TelegramForbiddenError, "bot was blocked by the user", self.bot.send_message(BORYS, "x"))
        await self.people.do("member", **{"from": ANNA}, chat=FORUM, status="administrator")
        must(isinstance((await self.next(types.ChatMemberUpdated)).new_chat_member, types.ChatMemberAdministrator))

    async def run(self):
        for name in [name for name in vars(Walk) if name.startswith("step_")]:
            await getattr(self, name)()
            print(f"  {name[5:].replace('_', ' ')}", flush=True)


async def walk_polling(walk):
    task = asyncio.create_task(walk.dispatcher.start_polling(walk.bot, handle_signals=False))
    await walk.run()
    await walk.dispatcher.stop_polling()
    await asyncio.wait_for(task, WAIT)


async def walk_webhook(walk):
    app = web.Application()
    SimpleRequestHandler(walk.dispatcher, walk.bot, handle_in_background=False, secret_token=SECRET).register(app, "/hook")
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    await walk.bot.set_webhook(f"http://127.0.0.1:{port}/hook", secret_token=SECRET)
    must((await walk.bot.get_webhook_info()).url.endswith("/hook"))
    await walk.run()
    await walk.bot.delete_webhook()
    await runner.cleanup()


async def main(url, token, mode):
    async with aiohttp.ClientSession() as session:
        bot = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(url)))
        people = People(url, session)
        for person, name in ((ANNA, "Анна"), (BORYS, "Borys"), (VIRA, "Віра")):
            await people.do("person", id=person, first_name=name, language_code="uk")
        walk = Walk(bot, people)
        await {"polling": walk_polling, "webhook": walk_webhook}[mode](walk)
        await bot.session.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
