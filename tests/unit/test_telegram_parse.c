#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/buffer.h"
#include "telegram/parse.h"
#include "tests/unit/unit.h"

#define SAMPLES "tests/updates/"
#define BROKEN  SAMPLES "broken/"
enum { FILE_MAX_BYTES = 1 << 20, PATH_BYTES = 512 };

static struct arena *arena;

static int set_up(void **state) {
    (void)state;
    arena = arena_new(4 << 20);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

static struct buffer read_file(const char *folder, const char *name) {
    char path[PATH_BYTES], data[4096];
    struct buffer text;
    size_t length;
    snprintf(path, sizeof(path), "%s%s", folder, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    buffer_init(&text, FILE_MAX_BYTES);
    while ((length = fread(data, 1, sizeof(data), file)) > 0)
        buffer_add_bytes(&text, data, length);
    fclose(file);
    return text;
}

static enum status parse(const char *json, struct tg_update *ret_update, struct error *error) {
    return tg_update_parse(json, strlen(json), arena, ret_update, error);
}

static struct tg_update parse_sample(const char *name) {
    struct tg_update update = {0};
    struct error error = {0};
    struct buffer text = read_file(SAMPLES, name);
    enum status status = tg_update_parse(text.data, text.length, arena, &update, &error);
    buffer_free(&text);
    if (status != STATUS_OK)
        fail_msg("%s: %s", name, error.text);
    return update;
}

static int is_json(const struct dirent *entry) {
    const char *dot = strrchr(entry->d_name, '.');
    return dot && strcmp(dot, ".json") == 0;
}

static void each_file(const char *folder, void (*test)(const char *name), size_t at_least) {
    struct dirent **entries;
    int count = scandir(folder, &entries, is_json, alphasort);
    assert_true(count >= 0 && (size_t)count >= at_least);
    for (int i = 0; i < count; i++) {
        test(entries[i]->d_name);
        arena_reset(arena);
        free(entries[i]);
    }
    free(entries);
}

/* --- every kind --- */

static enum tg_update_kind kind_of_name(const char *name, size_t length) {
    static const char *const names[] = {
#define X(id, text) [TG_UPDATE_##id] = text,
        TG_UPDATE_KINDS(X)
#undef X
    };
    for (enum tg_update_kind kind = 0; kind < TG_UPDATE_OTHER; kind++) {
        if (strlen(names[kind]) == length && strncmp(names[kind], name, length) == 0)
            return kind;
    }
    return TG_UPDATE_OTHER;
}

/* A sample is named kind.json or kind-variant.json; service messages have "-service-" in their names. */
static void test_sample(const char *name) {
    size_t length = strcspn(name, "-.");
    struct tg_update update = parse_sample(name);
    if (update.kind != kind_of_name(name, length) || strlen(update.kind_name) != length ||
        strncmp(update.kind_name, name, length) != 0)
        fail_msg("%s: taken for %s", name, update.kind_name);
    assert_true(update.id > 0);
    if (update.kind == TG_UPDATE_MESSAGE && update.message.service != (strstr(name, "-service-") != NULL))
        fail_msg("%s: service is %d", name, update.message.service);
}

static void test_every_sample(void **state) {
    (void)state;
    each_file(SAMPLES, test_sample, 130);
}

static void test_broken_one(const char *name) {
    struct tg_update update = {.id = -7};
    struct error error = {0};
    struct buffer text = read_file(BROKEN, name);
    enum status status = tg_update_parse(text.data, text.length, arena, &update, &error);
    buffer_free(&text);
    if (status != STATUS_INVALID || error.status != STATUS_INVALID || !error.text[0])
        fail_msg("%s: %s %s", name, status_name(status), error.text);
    assert_int_equal(update.id, -7);
}

static void test_every_broken_one(void **state) {
    (void)state;
    each_file(BROKEN, test_broken_one, 60);
}

/* --- what is read out of them --- */

struct message_row {
    const char *file;
    int64_t person, chat_id, thread_id;
    enum tg_chat_type chat_type;
    enum tg_media_kind media;
    const char *text, *caption; /* their beginnings; NULL: none */
};

static const struct message_row message_rows[] = {
    {"message-text.json", 5312004417, 5312004417, 0, TG_CHAT_PRIVATE, TG_MEDIA_NONE, "Добрий день!", NULL},
    {"message-text-entities.json", 5312004417, 5312004417, 0, TG_CHAT_PRIVATE, TG_MEDIA_NONE, "дивіться", NULL},
    {"message-text-group.json", 5312004417, -482910357, 0, TG_CHAT_GROUP, TG_MEDIA_NONE, "/help@", NULL},
    {"message-text-topic.json", 5312004417, -1002201948375, 77, TG_CHAT_SUPERGROUP, TG_MEDIA_NONE, "у", NULL},
    {"message-text-thread.json", 5312004417, -1002201948375, 0, TG_CHAT_SUPERGROUP, TG_MEDIA_NONE, "у", NULL},
    {"message-text-private_topic.json", 5312004417, 5312004417, 5, TG_CHAT_PRIVATE, TG_MEDIA_NONE, "у", NULL},
    {"message-text-anonymous_admin.json", 0, -1002201948375, 0, TG_CHAT_SUPERGROUP, TG_MEDIA_NONE, "від", NULL},
    {"message-text-automatic_forward.json", 0, -1002201948375, 0, TG_CHAT_SUPERGROUP, TG_MEDIA_NONE, "нов", NULL},
    {"message-text-no_last_name.json", 6804451290123, 6804451290123, 0, TG_CHAT_PRIVATE, TG_MEDIA_NONE, "ש", NULL},
    {"message-photo.json", 5312004417, 5312004417, 0, TG_CHAT_PRIVATE, TG_MEDIA_PHOTO, NULL, "Екран <помилка> & код"},
    {"message-document.json", 5312004417, 5312004417, 0, TG_CHAT_PRIVATE, TG_MEDIA_DOCUMENT, NULL, "звіт"},
    {"message-video.json", 5312004417, 5312004417, 0, TG_CHAT_PRIVATE, TG_MEDIA_VIDEO, NULL, NULL},
    {"message-animation.json", 5312004417, 5312004417, 0, TG_CHAT_PRIVATE, TG_MEDIA_ANIMATION, NULL, NULL},
    {"message-audio.json", 5312004417, 5312004417, 0, TG_CHAT_PRIVATE, TG_MEDIA_AUDIO, NULL, NULL},
    {"message-voice.json", 5312004417, 5312004417, 0, TG_CHAT_PRIVATE, TG_MEDIA_VOICE, NULL, NULL},
    {"message-video_note.json", 5312004417, 5312004417, 0, TG_CHAT_PRIVATE, TG_MEDIA_VIDEO_NOTE, NULL, NULL},
    {"message-sticker.json", 5312004417, 5312004417, 0, TG_CHAT_PRIVATE, TG_MEDIA_STICKER, NULL, NULL},
    {"message-live_photo.json", 5312004417, 5312004417, 0, TG_CHAT_PRIVATE, TG_MEDIA_PHOTO, NULL, NULL},
    {"message-location.json", 5312004417, 5312004417, 0, TG_CHAT_PRIVATE, TG_MEDIA_NONE, NULL, NULL},
    {"message-story.json", 5312004417, 5312004417, 0, TG_CHAT_PRIVATE, TG_MEDIA_NONE, NULL, NULL},
    {"message-invoice.json", 5312004417, 5312004417, 0, TG_CHAT_PRIVATE, TG_MEDIA_NONE, NULL, NULL},
    {"edited_message.json", 5312004417, 5312004417, 0, TG_CHAT_PRIVATE, TG_MEDIA_NONE, "Добрий", NULL},
};

static void assert_begins(const char *text, const char *start) {
    if (!start)
        assert_null(text);
    else
        assert_memory_equal(text, start, strlen(start));
}

static void test_messages(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(message_rows); i++) {
        const struct message_row *row = &message_rows[i];
        ROW(i, row->file);
        struct tg_update update = parse_sample(row->file);
        const struct tg_message *message = &update.message;
        assert_int_equal(tg_update_person(&update), row->person);
        assert_int_equal(message->chat.id, row->chat_id);
        assert_int_equal(message->thread_id, row->thread_id);
        assert_int_equal(message->chat.type, row->chat_type);
        assert_int_equal(message->media.kind, row->media);
        assert_int_equal(message->media.file_id != NULL, row->media != TG_MEDIA_NONE);
        assert_begins(message->text, row->text);
        assert_begins(message->caption, row->caption);
        assert_true(message->id > 0 && message->date > 0);
    }
}

static void test_people(void **state) {
    (void)state;
    struct tg_update update = parse_sample("message-text.json");
    const struct tg_user *user = tg_update_from(&update);
    assert_string_equal(user->first_name, "Олена");
    assert_string_equal(user->last_name, "Коваль");
    assert_string_equal(user->username, "olena_koval");
    assert_string_equal(user->language_code, "uk");
    assert_false(user->is_bot);
    update = parse_sample("message-text-no_last_name.json");
    assert_string_equal(update.message.from->first_name, "Петро <b>&");
    assert_null(update.message.from->last_name);
    assert_null(update.message.from->username);
    update = parse_sample("poll_answer.json");
    assert_null(tg_update_from(&update));
    assert_int_equal(tg_update_person(&update), 0);
}

static void test_parts_of_messages(void **state) {
    (void)state;
    struct tg_message message = parse_sample("message-contact-own.json").message;
    assert_string_equal(message.contact->phone_number, "380501234567");
    assert_int_equal(message.contact->user_id, message.from->id);
    message = parse_sample("message-contact-other.json").message;
    assert_int_equal(message.contact->user_id, 0);
    message = parse_sample("message-text-forwarded_user.json").message;
    assert_int_equal(message.forward_from->id, 6804451290123);
    assert_true(message.forwarded);
    message = parse_sample("message-text-forwarded_hidden.json").message;
    assert_true(message.forwarded && !message.forward_from);
    message = parse_sample("message-users_shared.json").message;
    assert_int_equal(message.shared_user, 6804451290123);
    message = parse_sample("message-text.json").message;
    assert_true(!message.forwarded && message.shared_user == 0);
    assert_null(parse_sample("message-text-forwarded_chat.json").message.forward_from);
    assert_string_equal(parse_sample("message-photo-album.json").message.media_group_id, "13871204857310293");
    message = parse_sample("edited_message.json").message;
    assert_true(message.edit_date > message.date);
    assert_int_equal(parse_sample("message-text.json").message.edit_date, 0);
}

static void test_presses(void **state) {
    (void)state;
    struct tg_callback_query query = parse_sample("callback_query-group.json").callback_query;
    assert_string_equal(query.id, "22815284923904471");
    assert_string_equal(query.data, "accept|1042");
    assert_int_equal(query.chat_id, -1002201948375);
    assert_int_equal(query.chat_type, TG_CHAT_SUPERGROUP);
    assert_int_equal(query.from.id, 5312004417);
    query = parse_sample("callback_query-inaccessible.json").callback_query;
    assert_int_equal(query.message_id, 12);
    assert_int_equal(query.chat_id, 5312004417);
    query = parse_sample("callback_query-inline.json").callback_query;
    assert_int_equal(query.chat_id, 0);
    assert_int_equal(query.message_id, 0);
    assert_null(parse_sample("callback_query-game.json").callback_query.data);
}

static const struct {
    const char *file;
    bool can_write;
} member_rows[] = {
    {"my_chat_member-blocked.json", false},
    {"my_chat_member-unblocked.json", true},
    {"my_chat_member-added.json", true},
    {"my_chat_member-left.json", false},
    {"my_chat_member-administrator.json", true},
    {"my_chat_member-channel.json", true},
    {"my_chat_member-channel_no_post.json", false},
    {"my_chat_member-restricted.json", false},
    {"my_chat_member-restricted_may_send.json", true},
};

static void test_members(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(member_rows); i++) {
        ROW(i, member_rows[i].file);
        struct tg_update update = parse_sample(member_rows[i].file);
        assert_int_equal(update.my_chat_member.can_write, member_rows[i].can_write);
        assert_int_equal(tg_update_person(&update), 5312004417);
    }
}

/* --- odd ones --- */

#define HEAD   "\"message_id\":1,\"date\":1,\"chat\":{\"id\":5,\"type\":\"private\"}"
#define PERSON "{\"id\":5,\"is_bot\":false,\"first_name\":\"x\"}"

static const struct {
    const char *name, *json, *kind_name;
    enum tg_update_kind kind;
} odd_rows[] = {
    {"nothing but an id", "{\"update_id\":1}", "other", TG_UPDATE_OTHER},
    {"a kind of tomorrow", "{\"update_id\":1,\"mind_reading\":5}", "mind_reading", TG_UPDATE_OTHER},
    {"an odd name", "{\"update_id\":1,\"Token=1 2\":{}}", "other", TG_UPDATE_OTHER},
    {"the kind first", "{\"message\":{" HEAD "},\"update_id\":1}", "message", TG_UPDATE_MESSAGE},
    {"two kinds", "{\"update_id\":1,\"x\":{},\"message\":{" HEAD "}}", "message", TG_UPDATE_MESSAGE},
    {"null is absent", "{\"update_id\":1,\"message\":null}", "message", TG_UPDATE_OTHER},
    {"optional nulls", "{\"update_id\":1,\"message\":{" HEAD ",\"from\":null,\"text\":null}}", "message",
     TG_UPDATE_MESSAGE},
    {"unused fields of any type", "{\"update_id\":1,\"message\":{" HEAD ",\"entities\":5,\"via_bot\":\"x\"}}",
     "message", TG_UPDATE_MESSAGE},
    {"a key twice", "{\"update_id\":1,\"update_id\":1,\"message\":{" HEAD "}}", "message", TG_UPDATE_MESSAGE},
};

static void test_odd_updates(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(odd_rows); i++) {
        struct tg_update update = {0};
        ROW(i, odd_rows[i].name);
        assert_int_equal(parse(odd_rows[i].json, &update, NULL), STATUS_OK);
        assert_int_equal(update.kind, odd_rows[i].kind);
        assert_string_equal(update.kind_name, odd_rows[i].kind_name);
    }
}

static void test_surrogates_are_joined(void **state) {
    (void)state;
    struct tg_update update = {0};
    const char *json = "{\"update_id\":1,\n\"message\":{" HEAD ",\"text\":\"\\ud83d\\udda8\\ufe0f\"}}";
    assert_int_equal(parse(json, &update, NULL), STATUS_OK);
    assert_string_equal(update.message.text, "🖨️");
}

static void test_biggest_photo(void **state) {
    (void)state;
    struct tg_update update = {0};
    const char *json =
        "{\"update_id\":1,\"message\":{" HEAD ",\"photo\":[{\"file_id\":\"a\",\"width\":9,\"height\":9},"
        "{\"file_id\":\"b\",\"width\":90,\"height\":90},{\"file_id\":\"c\",\"width\":40,\"height\":40}]}}";
    assert_int_equal(parse(json, &update, NULL), STATUS_OK);
    assert_string_equal(update.message.media.file_id, "b");
}

static void test_long_callback_data_is_no_data(void **state) {
    (void)state;
    char json[512], data[TG_CALLBACK_DATA_MAX + 2];
    for (size_t length = TG_CALLBACK_DATA_MAX; length <= TG_CALLBACK_DATA_MAX + 1; length++) {
        struct tg_update update = {0};
        memset(data, 'x', length);
        data[length] = '\0';
        snprintf(json, sizeof(json),
                 "{\"update_id\":1,\"callback_query\":{\"id\":\"7\",\"from\":" PERSON ",\"data\":\"%s\"}}", data);
        assert_int_equal(parse(json, &update, NULL), STATUS_OK);
        assert_int_equal(update.callback_query.data != NULL, length <= TG_CALLBACK_DATA_MAX);
    }
}

static void test_texts_have_a_maximum(void **state) {
    (void)state;
    struct buffer json;
    struct tg_update update = {0};
    struct error error = {0};
    buffer_init(&json, TG_UPDATE_MAX);
    buffer_add(&json, "{\"update_id\":1,\"message\":{" HEAD ",\"text\":\"");
    for (int i = 0; i < 100 * 1024; i++)
        buffer_add_char(&json, 'x');
    buffer_add(&json, "\"}}");
    assert_int_equal(parse(json.data, &update, &error), STATUS_INVALID);
    assert_string_equal(error.text, "update.message.text: too long");
    assert_true(arena_used(arena) < 64 * 1024);
    buffer_free(&json);
}

static void test_errors_name_the_place_alone(void **state) {
    (void)state;
    struct tg_update update;
    struct error error = {0};
    const char *json = "{\"update_id\":1,\"callback_query\":{\"id\":\"7\",\"from\":" PERSON ",\"message\":"
                       "{\"message_id\":1,\"chat\":{\"id\":\"secret\",\"type\":\"private\"}}}}";
    assert_int_equal(parse(json, &update, &error), STATUS_INVALID);
    assert_string_equal(error.text, "update.callback_query.message.chat.id: not an integer");
    error = (struct error){0};
    assert_int_equal(parse("{\"update_id\":secret}", &update, &error), STATUS_INVALID);
    assert_null(strstr(error.text, "secret"));
}

/* --- answers --- */

struct answer_row {
    const char *name, *json;
    enum status status;
    bool ok;
    int error_code;
    const char *description;
    int64_t retry_after, migrate_to_chat_id;
    size_t message_count;
    int64_t last_id;
};

static const struct answer_row answer_rows[] = {
    {"a message", "{\"ok\":true,\"result\":{\"message_id\":9}}", STATUS_OK, true, 0, "", 0, 0, 1, 9},
    {"an album", "{\"ok\":true,\"result\":[{\"message_id\":9},{\"message_id\":10}]}", STATUS_OK, true, 0, "", 0, 0, 2,
     10},
    {"true", "{\"ok\":true,\"result\":true,\"description\":\"Webhook is set\"}", STATUS_OK, true, 0, "Webhook is set",
     0, 0, 0, 0},
    {"held", "{\"ok\":false,\"error_code\":429,\"description\":\"Too Many\",\"parameters\":{\"retry_after\":7}}",
     STATUS_OK, false, 429, "Too Many", 7, 0, 0, 0},
    {"moved",
     "{\"ok\":false,\"error_code\":400,\"description\":\"m\",\"parameters\":{\"migrate_to_chat_id\":-1001234567890}}",
     STATUS_OK, false, 400, "m", 0, -1001234567890, 0, 0},
    {"odd parameters", "{\"ok\":false,\"error_code\":429,\"parameters\":{\"retry_after\":\"7\"}}", STATUS_OK, false,
     429, "", 0, 0, 0, 0},
    {"odd result", "{\"ok\":true,\"result\":{\"message_id\":\"9\",\"is_bot\":1}}", STATUS_OK, true, 0, "", 0, 0, 0, 0},
    {"no ok", "{\"result\":true}", STATUS_INVALID, false, 0, NULL, 0, 0, 0, 0},
    {"ok is a word", "{\"ok\":\"true\"}", STATUS_INVALID, false, 0, NULL, 0, 0, 0, 0},
    {"no code", "{\"ok\":false,\"description\":\"x\"}", STATUS_INVALID, false, 0, NULL, 0, 0, 0, 0},
    {"a page", "<html>502</html>", STATUS_INVALID, false, 0, NULL, 0, 0, 0, 0},
    {"nothing", "", STATUS_INVALID, false, 0, NULL, 0, 0, 0, 0},
};

static void test_answers(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(answer_rows); i++) {
        const struct answer_row *row = &answer_rows[i];
        struct tg_answer answer = {0};
        ROW(i, row->name);
        assert_int_equal(tg_answer_parse(row->json, strlen(row->json), arena, &answer, NULL), row->status);
        if (row->status != STATUS_OK)
            continue;
        assert_int_equal(answer.ok, row->ok);
        assert_int_equal(answer.error_code, row->error_code);
        assert_string_equal(answer.description, row->description);
        assert_int_equal(answer.retry_after, row->retry_after);
        assert_int_equal(answer.migrate_to_chat_id, row->migrate_to_chat_id);
        assert_int_equal(answer.message_count, row->message_count);
        if (row->message_count > 0)
            assert_int_equal(answer.message_ids[row->message_count - 1], row->last_id);
    }
}

static void test_answers_have_maxima(void **state) {
    (void)state;
    struct tg_answer answer = {0};
    struct buffer json;
    buffer_init(&json, FILE_MAX_BYTES);
    buffer_add(&json, "{\"ok\":true,\"description\":\"x");
    for (int i = 0; i < 2000; i++)
        buffer_add(&json, "є");
    buffer_add(&json, "\",\"result\":[{\"message_id\":1}");
    for (int i = 0; i < 100; i++)
        buffer_add(&json, ",{\"message_id\":2}");
    buffer_add(&json, "]}");
    assert_int_equal(tg_answer_parse(json.data, json.length, arena, &answer, NULL), STATUS_OK);
    assert_int_equal(answer.message_count, TG_ALBUM_MAX);
    assert_int_equal(strlen(answer.description), 1023); /* whole characters */
    buffer_free(&json);
}

static void test_me(void **state) {
    (void)state;
    struct tg_answer answer = {0};
    const char *json = "{\"ok\":true,\"result\":{\"id\":7010203040,\"is_bot\":true,\"first_name\":\"b\","
                       "\"username\":\"sample_bot\",\"can_join_groups\":true}}";
    assert_int_equal(tg_answer_parse(json, strlen(json), arena, &answer, NULL), STATUS_OK);
    assert_int_equal(answer.user->id, 7010203040);
    assert_string_equal(answer.user->username, "sample_bot");
}

static const struct tg_webhook_info *webhook_in(const char *json) {
    struct tg_answer answer = {0};
    assert_int_equal(tg_answer_parse(json, strlen(json), arena, &answer, NULL), STATUS_OK);
    return answer.webhook;
}

static void test_webhook_info(void **state) {
    (void)state;
    const struct tg_webhook_info *info = webhook_in(
        "{\"ok\":true,\"result\":{\"url\":\"https://a.example/w\",\"has_custom_certificate\":true,"
        "\"pending_update_count\":3,\"ip_address\":\"192.0.2.1\",\"last_error_date\":1700000000,"
        "\"last_error_message\":\"Connection refused\",\"max_connections\":40,\"allowed_updates\":[\"message\"]}}");
    assert_string_equal(info->url, "https://a.example/w");
    assert_true(info->has_custom_certificate);
    assert_true(info->lacks_kind);
    assert_int_equal(info->pending, 3);
    assert_int_equal(info->failed_at, 1700000000);
    assert_string_equal(info->reason, "Connection refused");
    assert_int_equal(info->max_connections, 40);
    info = webhook_in("{\"ok\":true,\"result\":{\"url\":\"\",\"pending_update_count\":0,\"allowed_updates\":["
                      "7,\"callback_query\",\"my_chat_member\",\"edited_message\",\"message\"]}}");
    assert_string_equal(info->url, "");
    assert_false(info->lacks_kind);
    assert_null(info->reason);
    assert_false(webhook_in("{\"ok\":true,\"result\":{\"pending_update_count\":0}}")->lacks_kind);
    assert_null(webhook_in("{\"ok\":true,\"result\":{\"url\":7,\"pending_update_count\":0}}"));
    assert_null(webhook_in("{\"ok\":true,\"result\":{\"url\":\"\",\"pending_update_count\":\"many\"}}"));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_every_sample),
        CASE(test_every_broken_one),
        CASE(test_messages),
        CASE(test_people),
        CASE(test_parts_of_messages),
        CASE(test_presses),
        CASE(test_members),
        CASE(test_odd_updates),
        CASE(test_surrogates_are_joined),
        CASE(test_biggest_photo),
        CASE(test_long_callback_data_is_no_data),
        CASE(test_texts_have_a_maximum),
        CASE(test_errors_name_the_place_alone),
        CASE(test_answers),
        CASE(test_webhook_info),
        CASE(test_answers_have_maxima),
        CASE(test_me),
    };
    tg_setup();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
