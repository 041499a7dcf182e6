/* Which handler an update gets, and what is owed for it. */
#include <string.h>

#include "telegram/parse.h"
#include "tests/unit/talk.h"

enum { STRANGER = ROLE_COUNT };

static struct talk talk;

static void expect(const char *words, const char *route, const char *state, const char *owed) {
    assert_string_equal(talk.route->name, route);
    assert_string_equal(talk_state(&talk), state);
    assert_string_equal(words, owed);
}

/* --- messages --- */

static const struct {
    int role;
    const char *state; /* before */
    const char *text;
    const char *route, *after, *owed;
} messages[] = {
    {STRANGER, NULL, "/start", "start", "", "greeting[menu]"},
    {STRANGER, NULL, "hello", "hint", "", "hint[menu]"},
    {ROLE_USER, NULL, "/start", "start", "", "greeting[menu]"},
    {ROLE_USER, NULL, "/START", "start", "", "greeting[menu]"},
    {ROLE_USER, NULL, "/start room_7", "start_room", "", "create_call"},
    {ROLE_USER, NULL, "/start@our_bot x", "start", "", "greeting[menu]"},
    {ROLE_USER, NULL, "/start\nx", "start", "", "greeting[menu]"},
    {ROLE_USER, NULL, "/starts", "hint", "", "hint[menu]"},
    {ROLE_USER, NULL, "/star", "hint", "", "hint[menu]"},
    {ROLE_USER, NULL, "/", "hint", "", "hint[menu]"},
    {ROLE_USER, NULL, " /start", "hint", "", "hint[menu]"},
    {ROLE_USER, NULL, "start", "hint", "", "hint[menu]"},
    {ROLE_USER, NULL, "", "hint", "", "hint[menu]"},
    {ROLE_USER, NULL, "/help", "help", "", "help[menu]"},
    {ROLE_USER, NULL, "/id", "id", "", "your_id"},
    {ROLE_USER, NULL, "/lang", "lang", "", "choose_lang[langs]"},
    {ROLE_USER, NULL, "/cancel", "cancel", "", "nothing_to_cancel[menu]"},
    {ROLE_USER, NULL, "📝 Створити заявку", "new_ticket", "form_name", "ask_name[form_name]"},
    {ROLE_USER, NULL, "new ticket", "new_ticket", "form_name", "ask_name[form_name]"},
    {ROLE_USER, NULL, "🔔 Виклик в серверну", "call", "", "create_call"},
    {ROLE_USER, NULL, "📢 Активні заявки", "hint", "", "hint[menu]"},
    {ROLE_USER, NULL, "👥 Керування персоналом", "hint", "", "hint[menu]"},
    {ROLE_USER, NULL, "📜 Історія заявок", "my_tickets", "", "list(2:0:0:0)"},
    {ROLE_USER, NULL, "❌ Скасувати заявку", "cancel_ticket", "", "list(3:0:0:0)"},
    {ROLE_USER, NULL, "/t", "ticket", "", "ticket_usage"},
    {ROLE_USER, NULL, "/t 0", "ticket", "", "ticket_usage"},
    {ROLE_USER, NULL, "/t x", "ticket", "", "ticket_usage"},
    {ROLE_USER, NULL, "/t 7", "ticket", "", "no_such_ticket"},
    {ROLE_USER, "form_phone", "/t 7", "ticket", "form_phone", "no_such_ticket"},
    {ROLE_USER, NULL, "/ban 7", "hint", "", "hint[menu]"},
    {ROLE_ADMIN, NULL, "/ban", "ban", "", "ban_usage"},
    {ROLE_ADMIN, NULL, "/ban №7", "ban", "", "no_such_person"},
    {ROLE_ADMIN, NULL, "/ban\n№\u00a07 so", "ban", "", "no_such_person"},
    {ROLE_ADMIN, NULL, "/unban 7", "unban", "", "no_such_person"},
    {ROLE_ADMIN, NULL, "📢 Активні заявки", "active_tickets", "", "list(1:0:0:0)"},
    {ROLE_ADMIN, NULL, "📖 Історія всіх заявок", "all_tickets", "", "list(4:0:0:0)"},
    {ROLE_ADMIN, "reject_reason", "📢 Активні заявки", "active_tickets", "", "reason_left[menu] + list(1:0:0:0)"},
    {ROLE_USER, "form_of_tomorrow", "words", "hint", "form_of_tomorrow", "hint[menu]"},
    {ROLE_USER, "form_name", "/start", "start", "", "greeting[menu]"},
    {ROLE_USER, "form_phone", "/help", "help", "form_phone", "help"},
    {ROLE_USER, "form_phone", "/id", "id", "form_phone", "your_id"},
    {ROLE_USER, "form_phone", "/lang", "lang", "form_phone", "choose_lang[langs]"},
    {ROLE_USER, "form_phone", "/cancel", "form_cancel", "", "form_cancelled[menu]"},
    {ROLE_USER, "form_priority", "✖️ Скасувати", "form_cancel", "", "form_cancelled[menu]"},
    {ROLE_USER, "form_priority", "cancel", "form_cancel", "", "form_cancelled[menu]"},
    {ROLE_USER, "form_phone", "Назад", "form_back", "form_name", "ask_name[form_name]"},
    {ROLE_USER, "form_name", "⬅️ Назад", "form_back", "", "form_cancelled[menu]"},
    {ROLE_USER, "form_name", "📝 Створити заявку", "new_ticket", "form_name", "ask_name[form_name]"},
    {ROLE_USER, "form_phone", "📝 Створити заявку", "new_ticket", "", "draft_offer[draft]"},
    {ROLE_USER, "form_name", "❌ Скасувати заявку", "cancel_ticket", "", "draft_kept[menu] + list(3:0:0:0)"},
    {ROLE_USER, "form_description", "📢 Активні заявки", "form_step", "form_media", "ask_media[form_media]"},
    {ROLE_ADMIN, NULL, "/start", "start", "", "greeting_staff[menu]"},
    {ROLE_ADMIN, NULL, "/help", "help", "", "help_staff[menu]"},
    {ROLE_ADMIN, NULL, "📝 Створити заявку", "hint", "", "hint[menu]"},
    {ROLE_ADMIN, NULL, "👥 Керування персоналом", "hint", "", "hint[menu]"},
    {ROLE_ADMIN, NULL, "⚙ стан бд", "report", "", "report"},
    {ROLE_SUPER_ADMIN, NULL, "👥 Керування персоналом", "staff", "", "service staff_menu[menu_staff]"},
    {ROLE_SUPER_ADMIN, NULL, "➕ Додати адміна", "staff_add", "staff_add", "service ask_staff[staff_add]"},
    {ROLE_SUPER_ADMIN, NULL, "видалити адміна", "staff_remove", "", "service staff_menu[menu_staff] + list(6:0:0:0)"},
    {ROLE_SUPER_ADMIN, NULL, "📋 List of admins", "staff_list", "", "service staff_menu[menu_staff] + list(5:0:0:0)"},
    {ROLE_SUPER_ADMIN, NULL, "🔙 Назад до головного меню", "staff_back", "", "service menu_shown[menu]"},
    {ROLE_SUPER_ADMIN, "staff_add", "📋 Список адмінів", "staff_list", "",
     "service staff_menu[menu_staff] + list(5:0:0:0)"},
    {ROLE_SUPER_ADMIN, "staff_add", "✖️ Скасувати", "staff_add_cancel", "",
     "service staff_kept[menu_staff]"},
    {ROLE_SUPER_ADMIN, "staff_add", "/cancel", "staff_add_cancel", "", "service staff_kept[menu_staff]"},
    {ROLE_SUPER_ADMIN, NULL, "📢 Активні заявки", "active_tickets", "", "service menu_shown[menu] + list(1:0:0:0)"},
    {ROLE_SUPER_ADMIN, "staff_add", "📖 Історія всіх заявок", "all_tickets", "",
     "service menu_shown[menu] + list(4:0:0:0)"},
    {ROLE_ADMIN, NULL, "➕ Додати адміна", "hint", "", "hint[menu]"},
    {ROLE_USER, NULL, "📋 Список адмінів", "hint", "", "hint[menu]"},
    {ROLE_SUPER_ADMIN, NULL, "📨 Створити розсилку", "broadcast", "cast_text", "ask_cast_text[cast_text]"},
    {ROLE_ADMIN, "cast_text", "✖️ Скасувати", "cast_cancel", "", "cast_cancelled[menu]"},
    {ROLE_ADMIN, "cast_text", "/cancel", "cast_cancel", "", "cast_cancelled[menu]"},
    {ROLE_ADMIN, "cast_text", "текст", "cast_step", "cast_media", "ask_cast_media[cast_media]"},
    {ROLE_ADMIN, "cast_media", "⬅️ Назад", "cast_back", "cast_text", "ask_cast_text[cast_text]"},
    {ROLE_ADMIN, "cast_media", "слово", "cast_step", "cast_media", "bad_cast_media"},
    {ROLE_ADMIN, "cast_media", "📢 Активні заявки", "active_tickets", "", "left[menu] + list(1:0:0:0)"},
    {ROLE_USER, "cast_text", "текст", "cast_step", "", "cast_cancelled[menu]"},
};

static void test_messages(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(messages); i++) {
        talk_begin(&talk, (enum role)messages[i].role);
        talk.user.state = messages[i].state;
        ROW(i, messages[i].text);
        const char *words = talk_say(&talk, messages[i].text);
        expect(words, messages[i].route, messages[i].after, messages[i].owed);
        talk_end(&talk);
    }
}

/* No conversation is without a way out. */
static void test_cancel_leaves_every_conversation(void **state) {
    (void)state;
    for (int i = STATE_IDLE + 1; i < STATE_COUNT; i++) {
        if (state_by_name(state_name((enum state)i)) == STATE_IDLE)
            continue; /* never stored */
        talk_begin(&talk, ROLE_SUPER_ADMIN);
        talk.user.state = state_name((enum state)i);
        ROW(i, talk.user.state);
        talk_say(&talk, "/cancel");
        assert_null(talk.user.state);
        assert_string_not_equal(talk.route->name, "cancel");
        talk_end(&talk);
    }
}

static void test_what_is_no_text(void **state) {
    (void)state;
    talk_begin(&talk, ROLE_USER);
    expect(talk_odd(&talk, NULL), "hint", "", "hint[menu]");
    expect(talk_odd(&talk, "A"), "hint", "", "hint[menu]");
    for (int i = 0; i < 9; i++)
        expect(talk_photo(&talk, "f", "A", NULL), "hint", "", ""); /* once for an album */
    expect(talk_photo(&talk, "f", "B", NULL), "hint", "", "hint[menu]");
    expect(talk_contact(&talk, TALK_PERSON, "380501234567"), "hint", "", "hint[menu]");
    talk_message(&talk);
    expect(talk_take(&talk), "hint", "", "hint[menu]"); /* a poll, a place */
    talk_message(&talk);
    talk.update.message.service = true;
    expect(talk_take(&talk), "nothing", "", "");
    expect(talk_edit(&talk, 5, "/start"), "nothing", "", "");
    talk_end(&talk);
}

/* --- presses --- */

static const struct {
    enum role role;
    const char *data;
    const char *route, *owed;
} presses[] = {
    {ROLE_USER, "lang:1", "lang_chosen", "answer + strip + lang_chosen[menu] + commands"},
    {ROLE_USER, "lang:2", "lang_chosen", "answer(stale_button)! + strip"},
    {ROLE_USER, "lang:9223372036854775807", "lang_chosen", "answer(stale_button)! + strip"},
    {ROLE_USER, "page:2:0:0:41", "page", "answer + list in place(2:0:0:41)"},
    {ROLE_USER, "page:3:0:1:41", "page", "answer + list in place(3:0:1:41)"},
    {ROLE_USER, "page:1:0:0:0", "page", "answer(no_rights)! + strip"},
    {ROLE_USER, "page:4:0:0:0", "page", "answer(no_rights)! + strip"},
    {ROLE_ADMIN, "page:1:2:0:41", "page", "answer + list in place(1:2:0:41)"},
    {ROLE_ADMIN, "page:1:3:0:0", "page", "answer(stale_button)! + strip"},
    {ROLE_ADMIN, "page:0:0:0:0", "page", "answer(stale_button)! + strip"},
    {ROLE_ADMIN, "page:5:0:0:0", "page", "answer(super_admin_only)! + strip"},
    {ROLE_USER, "page:6:0:0:0", "page", "answer(no_rights)! + strip"},
    {ROLE_SUPER_ADMIN, "page:6:0:0:7", "page", "answer + list in place(6:0:0:7)"},
    {ROLE_SUPER_ADMIN, "page:5:1:0:0", "page", "answer(stale_button)! + strip"},
    {ROLE_ADMIN, "page:99:0:0:0", "page", "answer(stale_button)! + strip"},
    {ROLE_USER, "report", "no_rights", "answer(no_rights)! + strip"},
    {ROLE_ADMIN, "report", "report_again", "answer + report"},
    {ROLE_ADMIN, "backup", "no_rights", "answer(super_admin_only)! + strip"},
    {ROLE_SUPER_ADMIN, "backup", "backup", "answer(backup_asked)! + backup"},
    {ROLE_USER, "dismiss:7", "no_rights", "answer(no_rights)! + strip"},
    {ROLE_USER, "dismiss_sure:7", "no_rights", "answer(no_rights)! + strip"},
    {ROLE_USER, "dismiss_keep", "no_rights", "answer(no_rights)! + strip"},
    {ROLE_ADMIN, "dismiss_sure:7", "no_rights", "answer(super_admin_only)! + strip"},
    {ROLE_SUPER_ADMIN, "dismiss_keep", "dismiss_keep", "answer + list in place(6:0:0:0)"},
    {ROLE_SUPER_ADMIN, "dismiss_keep:7", "stale_button", "answer(stale_button)! + strip"},
    {ROLE_SUPER_ADMIN, "dismiss_sure:0", "dismiss_sure", "answer(dismiss_nobody)! + list in place(6:0:0:0)"},
    {ROLE_SUPER_ADMIN, "del_adm|500", "stale_button", "answer(stale_button)! + strip"},
    {ROLE_ADMIN, "page:1:0:2:0", "page", "answer(stale_button)! + strip"},
    {ROLE_USER, "open:7", "open", "answer(no_such_ticket)!"},
    {ROLE_ADMIN, "open:7", "open", "answer(no_such_ticket)!"},
    {ROLE_USER, "cancel:7", "cancel_ask", "answer(no_such_ticket)! + list in place(3:0:0:0)"},
    {ROLE_USER, "cancel_sure:7", "cancel_sure", "answer(no_such_ticket)! + list in place(3:0:0:0)"},
    {ROLE_USER, "cancel_keep:7", "cancel_keep", "answer + list in place(3:0:0:0)"},
    {ROLE_USER, "draft:1", "draft", "answer(draft_gone)! + strip"},
    {ROLE_USER, "draft:0", "draft", "answer(draft_gone)! + strip"},
    {ROLE_USER, "accept:1", "no_rights", "answer(no_rights)! + strip"},
    {ROLE_USER, "reject:1", "no_rights", "answer(no_rights)! + strip"},
    {ROLE_USER, "complete:1", "no_rights", "answer(no_rights)! + strip"},
    {ROLE_USER, "return:1", "no_rights", "answer(no_rights)! + strip"},
    {ROLE_ADMIN, "accept:1", "accept", "answer(no_such_ticket)! + strip"},
    {ROLE_ADMIN, "reject:0", "reject", "strip + answer(no_such_ticket)!"},
    {ROLE_ADMIN, "accept:-1", "stale_button", "answer(stale_button)! + strip"},
    {ROLE_ADMIN, "accept:01", "stale_button", "answer(stale_button)! + strip"},
    {ROLE_ADMIN, "accept|1042", "stale_button", "answer(stale_button)! + strip"},
    {ROLE_ADMIN, "accept|00c0ffee", "accept", "answer(stale_button)! + strip"}, /* there is no such ticket */
    {ROLE_ADMIN, "complete|00c0ffee", "complete", "answer(stale_button)! + strip"},
    {ROLE_ADMIN, "reject|00c0ffee", "reject", "strip + answer(stale_button)!"},
    {ROLE_USER, "accept|00c0ffee", "no_rights", "answer(no_rights)! + strip"},
    {ROLE_ADMIN, "srv_reply|yes|00c0ffee", "old_call", "answer(call_over)! + strip"},
    {ROLE_ADMIN, "srv_reply|no|5", "old_call", "answer(call_over)! + strip"},
    {ROLE_ADMIN, "srv_reply", "stale_button", "answer(stale_button)! + strip"},
    {ROLE_USER, "srv_reply|no|5", "no_rights", "answer(no_rights)! + strip"},
    {ROLE_USER, "call_take:5", "no_rights", "answer(no_rights)! + strip"},
    {ROLE_USER, "call_decline:5", "no_rights", "answer(no_rights)! + strip"},
    {ROLE_ADMIN, "call_take:5", "call_take", "answer(stale_button)! + strip"}, /* there is no such call */
    {ROLE_ADMIN, "call_decline:5", "call_decline", "answer(stale_button)! + strip"},
    {ROLE_ADMIN, "call_take:", "stale_button", "answer(stale_button)! + strip"},
    {ROLE_SUPER_ADMIN, "del_adm|00c0ffee", "stale_button", "answer(stale_button)! + strip"},
    {ROLE_USER, "", "stale_button", "answer(stale_button)! + strip"},
    {ROLE_USER, NULL, "stale_button", "answer(stale_button)! + strip"},
    {ROLE_USER, "of_tomorrow:1", "stale_button", "answer(stale_button)! + strip"},
};

static void test_presses(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(presses); i++) {
        talk_begin(&talk, presses[i].role);
        ROW(i, presses[i].data ? presses[i].data : "NULL");
        const char *words = talk_press(&talk, presses[i].data);
        expect(words, presses[i].route, "", presses[i].owed);
        talk_end(&talk);
    }
}

static void test_presses_in_odd_places(void **state) {
    (void)state;
    talk_begin(&talk, ROLE_ADMIN);
    talk_callback(&talk, "lang:1"); /* a card of ours, forwarded into a group: it has no buttons there; forged */
    talk.update.callback_query.chat_id = -1001;
    talk.update.callback_query.chat_type = TG_CHAT_SUPERGROUP;
    expect(talk_take(&talk), "stale_button", "", "answer(stale_button)! + strip");
    assert_int_equal(talk.change.owe[1].chat, -1001);
    talk_callback(&talk, "lang:1"); /* under an inline-mode message: no chat, no message */
    talk.update.callback_query.chat_id = talk.update.callback_query.message_id = 0;
    expect(talk_take(&talk), "lang_chosen", "", "answer + lang_chosen[menu] + commands");
    assert_int_equal(talk.change.owe[1].chat, TALK_PERSON);
    talk_end(&talk);
}

/* --- who and where --- */

static void test_whom_we_never_answer(void **state) {
    (void)state;
    talk_begin(&talk, ROLE_USER);
    talk_message(&talk);
    talk.update.message.text = "/start";
    assert_true(router_wants(&talk.update));
    talk.from.is_bot = true;
    assert_false(router_wants(&talk.update));
    talk.from.is_bot = false;
    talk.update.message.from = NULL; /* a channel, an anonymous admin */
    assert_false(router_wants(&talk.update));
    talk.update = (struct tg_update){.id = 1, .kind = TG_UPDATE_OTHER, .kind_name = "poll"};
    assert_false(router_wants(&talk.update));
    talk_callback(&talk, "lang:1");
    talk.update.callback_query.from.is_bot = true;
    assert_false(router_wants(&talk.update));
    talk_end(&talk);
}

static const struct {
    const char *text;
    const char *route, *owed; /* NULL: not wanted */
} in_groups[] = {
    {"/id", "id", "your_id"},
    {"/id@our_bot", "id", "your_id"},
    {"/help", "group_help", "help_group"},
    {"/start", NULL, NULL},
    {"/lang", NULL, NULL},
    {"/cancel", NULL, NULL},
    {"📝 Створити заявку", NULL, NULL},
    {"hello", NULL, NULL},
    {NULL, NULL, NULL},
};

static void test_groups(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(in_groups); i++) {
        talk_begin(&talk, ROLE_USER);
        talk.user.state = "form_name";
        talk.user.form.id = 9;
        talk_message(&talk);
        talk.update.message.text = in_groups[i].text;
        talk.update.message.chat = (struct tg_chat){-1001, TG_CHAT_SUPERGROUP};
        talk.update.message.thread_id = 3;
        ROW(i, in_groups[i].text ? in_groups[i].text : "NULL");
        assert_int_equal(router_wants(&talk.update), in_groups[i].route != NULL);
        if (in_groups[i].route) {
            expect(talk_take(&talk), in_groups[i].route, "form_name", in_groups[i].owed);
            assert_int_equal(talk.change.owe[0].chat, -1001);
            assert_int_equal(talk.change.owe[0].thread, 3);
            assert_int_equal(talk.user.form.id, 9);
        }
        talk.update.kind = TG_UPDATE_EDITED_MESSAGE;
        assert_false(router_wants(&talk.update));
        talk_end(&talk);
    }
}

static void member(bool can_write, enum tg_chat_type type) {
    talk.update = (struct tg_update){.id = 1, .kind = TG_UPDATE_MY_CHAT_MEMBER, .kind_name = "my_chat_member"};
    talk.update.my_chat_member = (struct tg_member_update){
        .chat = {type == TG_CHAT_PRIVATE ? TALK_PERSON : -1001, type}, .from = talk.from, .can_write = can_write};
}

static void test_blocked_and_let_in_again(void **state) {
    (void)state;
    talk_begin(&talk, ROLE_USER);
    talk.user.state = "form_phone";
    member(false, TG_CHAT_PRIVATE);
    expect(talk_take(&talk), "member", "form_phone", "");
    assert_true(talk.user.blocked);
    member(true, TG_CHAT_PRIVATE);
    expect(talk_take(&talk), "member", "form_phone", "");
    assert_false(talk.user.blocked);
    talk.user.blocked = true; /* a message says so too */
    talk_say(&talk, "/help");
    assert_false(talk.user.blocked);
    member(false, TG_CHAT_SUPERGROUP);
    assert_false(router_wants(&talk.update));
    talk_end(&talk);
}

/* --- the profile --- */

static void test_the_profile_is_kept_up_to_date(void **state) {
    (void)state;
    talk_begin(&talk, (enum role)STRANGER);
    talk.from = (struct tg_user){.id = TALK_PERSON, .first_name = " <b>A \n", .last_name = "B&", .language_code = "en"};
    assert_string_equal(talk_say(&talk, "/start"), "greeting[menu]");
    assert_string_equal(talk.user.name, "<b>A B&");
    assert_string_equal(talk_value(&talk, "name"), "<b>A B&");
    assert_null(talk.user.username);
    assert_string_equal(talk.user.language_code, "en");
    assert_int_equal(talk.user.created_at, talk.now);
    assert_true(talk.user.started);
    talk.now += 1000;
    talk.from = (struct tg_user){.id = TALK_PERSON, .first_name = "\u200b", .username = "new_name"};
    talk_say(&talk, "/id");
    assert_string_equal(talk.user.name, "—");
    assert_string_equal(talk.user.username, "new_name");
    assert_null(talk.user.language_code);
    assert_int_equal(talk.user.created_at, talk.now - 1000);
    assert_string_equal(talk_value(&talk, "id"), "500");
    talk_end(&talk);
}

/* The first word in a group registers, but does not mean that the bot may write. */
static void test_a_group_does_not_start_the_bot(void **state) {
    (void)state;
    talk_begin(&talk, (enum role)STRANGER);
    talk_message(&talk);
    talk.update.message.text = "/id";
    talk.update.message.chat = (struct tg_chat){-5, TG_CHAT_GROUP};
    talk_take(&talk);
    assert_false(talk.user.started);
    assert_int_equal(talk.user.created_at, talk.now);
    talk_end(&talk);
}

/* --- the command list --- */

static void test_commands_are_owed_once_for_role_and_language(void **state) {
    (void)state;
    static const struct {
        enum role role;
        const char *lang, *language_code; /* chosen, Telegram's */
        bool owed;
        const char *commands;
    } rows[] = {
        {ROLE_USER, NULL, "uk", false, NULL},        {ROLE_USER, NULL, "en", false, NULL},
        {ROLE_ADMIN, NULL, "uk", true, "admin-uk"},  {ROLE_ADMIN, NULL, "uk", false, "admin-uk"},
        {ROLE_ADMIN, NULL, "en", true, "admin-en"},  {ROLE_ADMIN, "uk", "en", true, "admin-uk"},
        {ROLE_ADMIN, "uk", "pl", false, "admin-uk"}, {ROLE_SUPER_ADMIN, "uk", "pl", true, "super_admin-uk"},
        {ROLE_USER, "uk", "pl", true, "user-uk"},    {ROLE_USER, "uk", "en", false, "user-uk"},
        {ROLE_USER, NULL, "en", true, NULL},         {ROLE_USER, NULL, "en", false, NULL},
    };
    talk_begin(&talk, ROLE_USER);
    for (size_t i = 0; i < COUNT(rows); i++) {
        talk.user.role = rows[i].role;
        talk.user.lang = rows[i].lang;
        talk.from.language_code = rows[i].language_code;
        ROW(i, rows[i].commands ? rows[i].commands : "none");
        assert_string_equal(talk_say(&talk, "/id"), rows[i].owed ? "your_id + commands" : "your_id");
        assert_int_equal(talk.user.commands != NULL, rows[i].commands != NULL);
        if (rows[i].commands)
            assert_string_equal(talk.user.commands, rows[i].commands);
    }
    talk_end(&talk);
}

static void test_the_apology(void **state) {
    (void)state;
    talk_begin(&talk, ROLE_USER);
    talk.user.state = "form_phone";
    for (int i = 0; i < 2; i++) {
        if (i == 0)
            talk_message(&talk);
        else
            talk_callback(&talk, "draft:1");
        struct context context = {
            .arena = talk.arena, .now = talk.now, .default_lang = LANG_UK, .update = &talk.update, .user = &talk.user};
        router_give_up(&context, "1a2b3c4d", &talk.change);
        assert_string_equal(talk_owed(talk.arena, &talk.change), i == 0 ? "apology" : "answer + apology");
        assert_string_equal(talk_value(&talk, "error"), "1a2b3c4d");
        assert_string_equal(talk.change.user.state, "form_phone");
    }
    talk_end(&talk);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_messages),
        cmocka_unit_test(test_cancel_leaves_every_conversation),
        cmocka_unit_test(test_what_is_no_text),
        cmocka_unit_test(test_presses),
        cmocka_unit_test(test_presses_in_odd_places),
        cmocka_unit_test(test_whom_we_never_answer),
        cmocka_unit_test(test_groups),
        cmocka_unit_test(test_blocked_and_let_in_again),
        cmocka_unit_test(test_the_profile_is_kept_up_to_date),
        cmocka_unit_test(test_a_group_does_not_start_the_bot),
        cmocka_unit_test(test_commands_are_owed_once_for_role_and_language),
        cmocka_unit_test(test_the_apology),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
