/* Calls that carry a file of this machine (telegram/upload.h), through the sender. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "telegram/sender.h"
#include "tests/unit/bot_api.h"
#include "tests/unit/unit.h"

#define SENT "{\"ok\":true,\"result\":{\"message_id\":77,\"date\":1,\"chat\":{\"id\":1,\"type\":\"private\"}}}"
#define MIGRATED                                                                                                       \
    "{\"ok\":false,\"error_code\":400,\"description\":\"x\",\"parameters\":{\"migrate_to_chat_id\":-100777}}"
#define PLAIN "{\"ok\":false,\"error_code\":400,\"description\":\"Bad Request: can't parse entities: x\"}"

enum { FILE_BYTES = 300000, PATIENCE = 30 * SECOND };

static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool ended;
    enum sender_outcome outcome;
} result = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static void note(void *context, const struct sender_result *found) {
    (void)context;
    pthread_mutex_lock(&result.lock);
    result.ended = true;
    result.outcome = found->outcome;
    pthread_cond_signal(&result.changed);
    pthread_mutex_unlock(&result.lock);
}

static enum sender_outcome wait_result(void) {
    pthread_mutex_lock(&result.lock);
    while (!result.ended)
        pthread_cond_wait(&result.changed, &result.lock);
    pthread_mutex_unlock(&result.lock);
    return result.outcome;
}

/* Answers with the replies in their order, the last one for all that follow. */
struct script {
    const struct api_reply *replies;
    size_t count, next;
};

static struct api_reply follow(void *context, const struct api_request *request) {
    struct script *script = context;
    (void)request;
    return script->replies[script->next + 1 < script->count ? script->next++ : script->next];
}

static char folder[] = "/tmp/upload-test-XXXXXX", path[64];

static int make_file(void **state) {
    (void)state;
    tg_setup();
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof(path), "%s/backup.tsbackup", folder);
    FILE *file = fopen(path, "w");
    for (int i = 0; file && i < FILE_BYTES; i++)
        putc('a' + i % 26, file);
    return file ? fclose(file) : -1;
}

static int remove_file(void **state) {
    (void)state;
    unlink(path);
    return rmdir(folder);
}

static struct sender *start(const struct api *api) {
    const struct sender_settings settings = {
        .api_url = api_url(api), .token = "123456:very-secret-token", .max_requests = 10, .timeout = PATIENCE};
    struct sender *sender = NULL;
    assert_int_equal(sender_new(&settings, &sender, NULL), STATUS_OK);
    result.ended = false;
    return sender;
}

static void submit(struct sender *sender, const char *upload) {
    const struct tg_media media = {.kind = TG_MEDIA_DOCUMENT};
    const struct tg_call call = {.method = TG_METHOD_SEND_MEDIA,
                                 .chat_id = -100555,
                                 .media = &media,
                                 .media_count = 1,
                                 .upload = upload,
                                 .text = "<b>копія</b> & \"все\"",
                                 .html = true};
    assert_int_equal(sender_submit(sender, &call, SENDER_REPLY, 0, note, NULL), STATUS_OK);
}

static void end(struct sender *sender, struct api *api) {
    sender_stop(sender, 0);
    sender_free(sender);
    api_stop(api);
}

static void expect_part(const struct api_request *request, const char *part) {
    if (strstr(request->start, part) == NULL)
        fail_msg("no %s in\n%s", part, request->start);
}

static void a_file_goes_with_the_fields(void **state) {
    static const struct api_reply replies[] = {{200, SENT, false}};
    struct script script = {replies, COUNT(replies), 0};
    struct api *api = api_start(0, follow, &script);
    struct sender *sender = start(api);
    (void)state;
    submit(sender, path);
    assert_int_equal(wait_result(), SENDER_DELIVERED);
    const struct api_request request = api_seen(api, 0);
    assert_string_equal(request.method, "sendDocument");
    expect_part(&request, "name=\"chat_id\"\r\n\r\n-100555\r\n");
    expect_part(&request, "name=\"document\"\r\n\r\nattach://file\r\n");
    expect_part(&request, "name=\"parse_mode\"\r\n\r\nHTML\r\n");
    expect_part(&request, "name=\"caption\"\r\n\r\n<b>копія</b> & \"все\"\r\n");
    expect_part(&request,
                "name=\"file\"; filename=\"backup.tsbackup\"\r\nContent-Type: application/octet-stream\r\n\r\nabcdef");
    assert_in_range(request.size, FILE_BYTES, FILE_BYTES + 2000);
    end(sender, api);
}

static void it_goes_again_as_a_whole(void **state) {
    static const struct api_reply replies[] = {
        {500, "no", false}, {400, PLAIN, false}, {400, MIGRATED, false}, {200, SENT, false}};
    struct script script = {replies, COUNT(replies), 0};
    struct api *api = api_start(0, follow, &script);
    struct sender *sender = start(api);
    (void)state;
    submit(sender, path);
    assert_int_equal(wait_result(), SENDER_DELIVERED);
    assert_int_equal(api_count(api), COUNT(replies));
    for (size_t i = 0; i < COUNT(replies); i++) {
        const struct api_request request = api_seen(api, i);
        assert_in_range(request.size, FILE_BYTES, FILE_BYTES + 2000);
        expect_part(&request, i < 2 ? "<b>копія</b> & \"все\"" : "\r\nкопія & \"все\"\r\n");
        expect_part(&request, i < 3 ? "-100555" : "-100777");
    }
    end(sender, api);
}

static void a_file_that_is_gone_is_refused(void **state) {
    static const struct api_reply replies[] = {{200, SENT, false}};
    const char *const wrong[] = {"/no/such/file", folder};
    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct script script = {replies, COUNT(replies), 0};
        struct api *api = api_start(0, follow, &script);
        struct sender *sender = start(api);
        submit(sender, wrong[i]);
        assert_int_equal(wait_result(), SENDER_REFUSED);
        assert_int_equal(api_count(api), 0);
        end(sender, api);
    }
}

static void a_stop_breaks_it_off(void **state) {
    static const struct api_reply replies[] = {{200, SENT, true}};
    struct script script = {replies, COUNT(replies), 0};
    struct api *api = api_start(0, follow, &script);
    struct sender *sender = start(api);
    (void)state;
    submit(sender, path);
    api_wait(api, 1);
    sender_stop(sender, 0);
    assert_int_equal(wait_result(), SENDER_STOPPED);
    sender_free(sender);
    api_stop(api);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_goes_with_the_fields),
        cmocka_unit_test(it_goes_again_as_a_whole),
        cmocka_unit_test(a_file_that_is_gone_is_refused),
        cmocka_unit_test(a_stop_breaks_it_off),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
