#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "telegram/body.h"
#include "telegram/call.h"
#include "telegram/parse.h"
#include "tests/unit/unit.h"

static const struct tg_button inline_buttons[] = {{.text = "✅", .callback_data = "accept|7"},
                                                  {.text = "Сайт", .url = "https://example.org/"}};
static const struct tg_button inline_last[] = {{.text = "❌", .callback_data = "reject|7"}};
static const struct tg_row inline_rows[] = {{inline_buttons, 2}, {inline_last, 1}};
static const struct tg_markup inline_markup = {.kind = TG_MARKUP_INLINE, .rows = inline_rows, .row_count = 2};

static const struct tg_button reply_buttons[] = {{.text = "📞", .request_contact = true},
                                                 {.text = "👤", .request_users = 3}};
static const struct tg_row reply_rows[] = {{reply_buttons, 2}};
static const struct tg_markup reply_markup = {
    .kind = TG_MARKUP_REPLY, .rows = reply_rows, .row_count = 1, .placeholder = "+380…"};
static const struct tg_markup once_markup = {
    .kind = TG_MARKUP_REPLY, .rows = reply_rows, .row_count = 1, .one_time = true};
static const struct tg_markup remove_markup = {.kind = TG_MARKUP_REMOVE};
static const struct tg_markup no_markup = {.kind = TG_MARKUP_NONE};

static const struct tg_media photo[] = {{TG_MEDIA_PHOTO, "P"}, {TG_MEDIA_VIDEO, "V"}};
static const struct tg_media others[] = {{TG_MEDIA_DOCUMENT, "D"}, {TG_MEDIA_VIDEO, "V"}, {TG_MEDIA_ANIMATION, "A"},
                                         {TG_MEDIA_AUDIO, "U"},    {TG_MEDIA_VOICE, "O"}, {TG_MEDIA_VIDEO_NOTE, "N"},
                                         {TG_MEDIA_STICKER, "S"}};
static const struct tg_command commands[] = {{"start", "Почати"}, {"help", "Довідка"}};

#define INLINE_JSON                                                                                                    \
    "'reply_markup':{'inline_keyboard':[[{'text':'✅','callback_data':'accept|7'},"                                   \
    "{'text':'Сайт','url':'https://example.org/'}],[{'text':'❌','callback_data':'reject|7'}]]}"
#define ROWS_JSON                                                                                                      \
    "'keyboard':[[{'text':'📞','request_contact':true},{'text':'👤','request_users':{'request_id':3,"              \
    "'user_is_bot':false,'max_quantity':1}}]],'resize_keyboard':true"
#define NO_PREVIEW_JSON "'link_preview_options':{'is_disabled':true}"
#define REPLY_JSON      "'reply_parameters':{'message_id':9,'allow_sending_without_reply':true}"

struct call_row {
    const char *name, *method;
    struct tg_call call;
    const char *json; /* with ' for " */
};

static const struct call_row rows[] = {
    {"nothing", "getMe", {.method = TG_METHOD_GET_ME}, "{}"},
    {"a text",
     "sendMessage",
     {.method = TG_METHOD_SEND_MESSAGE, .chat_id = -1002201948375, .text = "a <b> & \"c\"", .thread_id = 7},
     "{'chat_id':-1002201948375,'message_thread_id':7,'text':'a <b> & \\'c\\''," NO_PREVIEW_JSON "}"},
    {"markup, a reply and buttons",
     "sendMessage",
     {.method = TG_METHOD_SEND_MESSAGE,
      .chat_id = 5,
      .message_id = 9,
      .text = "<b>a</b>",
      .html = true,
      .markup = &inline_markup},
     "{'chat_id':5,'text':'<b>a</b>','parse_mode':'HTML'," REPLY_JSON "," NO_PREVIEW_JSON "," INLINE_JSON "}"},
    {"a menu",
     "sendMessage",
     {.method = TG_METHOD_SEND_MESSAGE, .chat_id = 5, .text = "a", .markup = &reply_markup},
     "{'chat_id':5,'text':'a'," NO_PREVIEW_JSON ",'reply_markup':{" ROWS_JSON
     ",'is_persistent':true,'input_field_placeholder':'+380…'}}"},
    {"a menu for once",
     "sendMessage",
     {.method = TG_METHOD_SEND_MESSAGE, .chat_id = 5, .text = "a", .markup = &once_markup},
     "{'chat_id':5,'text':'a'," NO_PREVIEW_JSON ",'reply_markup':{" ROWS_JSON ",'one_time_keyboard':true}}"},
    {"no menu any more",
     "sendMessage",
     {.method = TG_METHOD_SEND_MESSAGE, .chat_id = 5, .text = "a", .markup = &remove_markup},
     "{'chat_id':5,'text':'a'," NO_PREVIEW_JSON ",'reply_markup':{'remove_keyboard':true}}"},
    {"a markup that is none",
     "sendMessage",
     {.method = TG_METHOD_SEND_MESSAGE, .chat_id = 5, .text = "a", .markup = &no_markup},
     "{'chat_id':5,'text':'a'," NO_PREVIEW_JSON "}"},
    {"a photo",
     "sendPhoto",
     {.method = TG_METHOD_SEND_MEDIA,
      .chat_id = 5,
      .media = photo,
      .media_count = 1,
      .text = "<i>c</i>",
      .html = true,
      .markup = &inline_markup},
     "{'chat_id':5,'photo':'P','caption':'<i>c</i>','parse_mode':'HTML'," INLINE_JSON "}"},
    {"a document",
     "sendDocument",
     {.method = TG_METHOD_SEND_MEDIA, .chat_id = 5, .media = &others[0], .media_count = 1, .message_id = 9},
     "{'chat_id':5,'document':'D'," REPLY_JSON "}"},
    {"a video",
     "sendVideo",
     {.method = TG_METHOD_SEND_MEDIA, .chat_id = 5, .media = &others[1], .media_count = 1, .text = "c"},
     "{'chat_id':5,'video':'V','caption':'c'}"},
    {"an animation",
     "sendAnimation",
     {.method = TG_METHOD_SEND_MEDIA, .chat_id = 5, .media = &others[2], .media_count = 1},
     "{'chat_id':5,'animation':'A'}"},
    {"audio",
     "sendAudio",
     {.method = TG_METHOD_SEND_MEDIA, .chat_id = 5, .media = &others[3], .media_count = 1},
     "{'chat_id':5,'audio':'U'}"},
    {"a voice",
     "sendVoice",
     {.method = TG_METHOD_SEND_MEDIA, .chat_id = 5, .media = &others[4], .media_count = 1},
     "{'chat_id':5,'voice':'O'}"},
    {"a video note takes no caption",
     "sendVideoNote",
     {.method = TG_METHOD_SEND_MEDIA, .chat_id = 5, .media = &others[5], .media_count = 1, .text = "c"},
     "{'chat_id':5,'video_note':'N'}"},
    {"a sticker takes no caption",
     "sendSticker",
     {.method = TG_METHOD_SEND_MEDIA, .chat_id = 5, .media = &others[6], .media_count = 1, .text = "c"},
     "{'chat_id':5,'sticker':'S'}"},
    {"an album",
     "sendMediaGroup",
     {.method = TG_METHOD_SEND_MEDIA_GROUP,
      .chat_id = 5,
      .media = photo,
      .media_count = 2,
      .text = "<i>c</i>",
      .html = true,
      .message_id = 9,
      .markup = &inline_markup},
     "{'chat_id':5," REPLY_JSON ",'media':[{'type':'photo','media':'P','caption':'<i>c</i>','parse_mode':'HTML'},"
     "{'type':'video','media':'V'}]}"},
    {"an edited text without buttons",
     "editMessageText",
     {.method = TG_METHOD_EDIT_MESSAGE_TEXT, .chat_id = 5, .message_id = 9, .text = "a"},
     "{'chat_id':5,'message_id':9,'text':'a'," NO_PREVIEW_JSON "}"},
    {"an edited caption",
     "editMessageCaption",
     {.method = TG_METHOD_EDIT_MESSAGE_CAPTION,
      .chat_id = 5,
      .message_id = 9,
      .text = "a",
      .html = true,
      .markup = &inline_markup},
     "{'chat_id':5,'message_id':9,'caption':'a','parse_mode':'HTML'," INLINE_JSON "}"},
    {"edited buttons",
     "editMessageReplyMarkup",
     {.method = TG_METHOD_EDIT_MESSAGE_REPLY_MARKUP, .chat_id = 5, .message_id = 9, .markup = &inline_markup},
     "{'chat_id':5,'message_id':9," INLINE_JSON "}"},
    {"removed buttons",
     "editMessageReplyMarkup",
     {.method = TG_METHOD_EDIT_MESSAGE_REPLY_MARKUP, .chat_id = 5, .message_id = 9},
     "{'chat_id':5,'message_id':9}"},
    {"a deleted message",
     "deleteMessage",
     {.method = TG_METHOD_DELETE_MESSAGE, .chat_id = 5, .message_id = 9},
     "{'chat_id':5,'message_id':9}"},
    {"an answer to a press",
     "answerCallbackQuery",
     {.method = TG_METHOD_ANSWER_CALLBACK_QUERY, .callback_query_id = "77", .text = "ok", .show_alert = true},
     "{'callback_query_id':'77','text':'ok','show_alert':true}"},
    {"a silent answer to a press",
     "answerCallbackQuery",
     {.method = TG_METHOD_ANSWER_CALLBACK_QUERY, .callback_query_id = "77"},
     "{'callback_query_id':'77'}"},
    {"an answer that knows no markup",
     "answerCallbackQuery",
     {.method = TG_METHOD_ANSWER_CALLBACK_QUERY, .callback_query_id = "77", .text = "<b>&lt;</b>", .html = true},
     "{'callback_query_id':'77','text':'<'}"},
    {"commands of all",
     "setMyCommands",
     {.method = TG_METHOD_SET_MY_COMMANDS, .commands = commands, .command_count = 2, .language_code = "uk"},
     "{'commands':[{'command':'start','description':'Почати'},{'command':'help','description':'Довідка'}],"
     "'language_code':'uk'}"},
    {"commands of a chat",
     "setMyCommands",
     {.method = TG_METHOD_SET_MY_COMMANDS, .commands = commands, .command_count = 1, .chat_id = 5},
     "{'commands':[{'command':'start','description':'Почати'}],'scope':{'type':'chat','chat_id':5}}"},
    {"no commands of a chat",
     "deleteMyCommands",
     {.method = TG_METHOD_DELETE_MY_COMMANDS, .chat_id = 5},
     "{'scope':{'type':'chat','chat_id':5}}"},
    {"a description",
     "setMyDescription",
     {.method = TG_METHOD_SET_MY_DESCRIPTION, .text = "d", .language_code = "en"},
     "{'description':'d','language_code':'en'}"},
    {"a short description",
     "setMyShortDescription",
     {.method = TG_METHOD_SET_MY_SHORT_DESCRIPTION, .text = "d"},
     "{'short_description':'d'}"},
    {"a webhook",
     "setWebhook",
     {.method = TG_METHOD_SET_WEBHOOK, .url = "https://example.org/w", .secret = "s", .max_connections = 40},
     "{'url':'https://example.org/w','secret_token':'s','max_connections':40,"
     "'allowed_updates':['message','edited_message','callback_query','my_chat_member']}"},
    {"no webhook", "deleteWebhook", {.method = TG_METHOD_DELETE_WEBHOOK}, "{}"},
    {"no webhook, and nothing that waits",
     "deleteWebhook",
     {.method = TG_METHOD_DELETE_WEBHOOK, .drop_pending = true},
     "{'drop_pending_updates':true}"},
    {"the state of the webhook", "getWebhookInfo", {.method = TG_METHOD_GET_WEBHOOK_INFO}, "{}"},
    {"the first poll",
     "getUpdates",
     {.method = TG_METHOD_GET_UPDATES, .limit = 100},
     "{'limit':100,'allowed_updates':['message','edited_message','callback_query','my_chat_member']}"},
    {"a long poll",
     "getUpdates",
     {.method = TG_METHOD_GET_UPDATES, .offset = 5000000001, .limit = 1, .timeout = 50},
     "{'offset':5000000001,'limit':1,'timeout':50,"
     "'allowed_updates':['message','edited_message','callback_query','my_chat_member']}"},
};

/* ' → ", and \' → an escaped one. */
static json_t *expected_json(const char *text) {
    char *copy = mem_strdup(text);
    for (char *c = copy; *c; c++)
        *c = *c == '\'' ? '"' : *c;
    json_t *json = json_loads(copy, JSON_REJECT_DUPLICATES, NULL);
    free(copy);
    assert_non_null(json);
    return json;
}

static void assert_encodes(const struct tg_call *call, bool plain, const char *expected) {
    char *body = tg_call_encode(call, plain);
    json_auto_t *got = json_loads(body, JSON_REJECT_DUPLICATES, NULL), *wanted = expected_json(expected);
    if (!json_equal(got, wanted))
        fail_msg("got %s", body);
    free(body);
}

static void test_each_method(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i].name);
        assert_string_equal(tg_call_method_name(&rows[i].call), rows[i].method);
        assert_encodes(&rows[i].call, false, rows[i].json);
    }
}

static void test_copies_own_all(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        CLEANUP(arena_freep) struct arena *first = arena_new(1 << 20);
        CLEANUP(arena_freep) struct arena *second = arena_new(1 << 20);
        ROW(i, rows[i].name);
        struct tg_call *copy = tg_call_copy(second, tg_call_copy(first, &rows[i].call));
        arena_reset(first); /* under AddressSanitizer nothing in it can be read any more */
        assert_encodes(copy, false, rows[i].json);
    }
}

static void test_plain(void **state) {
    (void)state;
    struct tg_call text = {.method = TG_METHOD_SEND_MESSAGE, .chat_id = 5, .text = "<b>a</b> &amp; b", .html = true};
    struct tg_call album = {.method = TG_METHOD_SEND_MEDIA_GROUP,
                            .chat_id = 5,
                            .media = photo,
                            .media_count = 2,
                            .text = "<b>a</b> &amp; b",
                            .html = true};
    struct tg_call raw = {.method = TG_METHOD_SEND_MESSAGE, .chat_id = 5, .text = "<b>a</b> &amp; b"};
    assert_encodes(&text, true, "{'chat_id':5,'text':'a & b'," NO_PREVIEW_JSON "}");
    assert_encodes(
        &album, true,
        "{'chat_id':5,'media':[{'type':'photo','media':'P','caption':'a & b'},{'type':'video','media':'V'}]}");
    assert_encodes(&raw, true, "{'chat_id':5,'text':'<b>a</b> &amp; b'," NO_PREVIEW_JSON "}");
}

static void test_an_encoded_body_changes(void **state) {
    (void)state;
    struct tg_call call = {.method = TG_METHOD_SEND_MESSAGE, .chat_id = 5, .text = "<b>&lt;</b>", .html = true};
    struct tg_call moved = call;
    moved.chat_id = -1001234567890;
    char *body = tg_call_encode(&call, false), *plain = tg_call_encode(&moved, true);
    body_set_chat(&body, moved.chat_id);
    body_make_plain(&body);
    json_auto_t *got = json_loads(body, 0, NULL), *wanted = json_loads(plain, 0, NULL);
    assert_true(json_equal(got, wanted));
    free(body);
    free(plain);
}

static void test_bad_bytes_are_replaced(void **state) {
    (void)state;
    struct tg_call call = {.method = TG_METHOD_SEND_MESSAGE, .chat_id = 5, .text = "a\xff\xd0"};
    assert_encodes(&call, false, "{'chat_id':5,'text':'a\xEF\xBF\xBD\xEF\xBF\xBD'," NO_PREVIEW_JSON "}");
}

static void test_what_counts(void **state) {
    (void)state;
    assert_true(tg_call_counts(&(struct tg_call){.method = TG_METHOD_SEND_MESSAGE}));
    assert_true(tg_call_counts(&(struct tg_call){.method = TG_METHOD_SEND_MEDIA}));
    assert_true(tg_call_counts(&(struct tg_call){.method = TG_METHOD_EDIT_MESSAGE_TEXT}));
    assert_false(tg_call_counts(&(struct tg_call){.method = TG_METHOD_ANSWER_CALLBACK_QUERY}));
    assert_false(tg_call_counts(&(struct tg_call){.method = TG_METHOD_DELETE_MESSAGE}));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_method),
        cmocka_unit_test(test_copies_own_all),
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_an_encoded_body_changes),
        cmocka_unit_test(test_bad_bytes_are_replaced),
        cmocka_unit_test(test_what_counts),
    };
    tg_setup();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
