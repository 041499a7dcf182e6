/* What an attempt brought decides by `verdict`: the request is finished, or back at the head of its lane with a pause.
 * libcurl sends a POST on a reused connection that dies at once again by itself; Telegram may then have it twice, as
 * after any attempt whose outcome is unknown. */
#include "telegram/request.h"

#include <stdlib.h>
#include <utlist.h>

#include "core/arena.h"
#include "core/clock.h"
#include "core/random.h"
#include "telegram/body.h"
#include "telegram/upload.h"
#include "telegram/verdict.h"

enum {
    PAUSE_FIRST = SECOND / 2,
    PAUSE_MAX = 60 * SECOND,
    HOLD_DEFAULT = 5, /* seconds, of a 429 that does not say */
    HOLD_MAX = 24 * 60 * 60,
    HOLD_JITTER = SECOND / 4,
    REQUEST_MOVES_MAX = 3 /* of one request from chat to chat */
};

#define COUNT(sender, statement)                                                                                       \
    do {                                                                                                               \
        pthread_mutex_lock(&(sender)->lock);                                                                           \
        (sender)->counts.statement;                                                                                    \
        pthread_mutex_unlock(&(sender)->lock);                                                                         \
    } while (0)

/* --- requests --- */

struct request *request_new(const struct tg_call *call, enum sender_class class, int64_t not_after, sender_done *done,
                            void *context) {
    struct request *request = mem_alloc(sizeof(*request));
    int64_t now = clock_monotonic();
    bool about_chat = call->method != TG_METHOD_ANSWER_CALLBACK_QUERY;
    *request = (struct request){
        .job = {.chat_id = about_chat ? call->chat_id : 0,
                .class = class,
                .counts = tg_call_counts(call),
                .expires = not_after ? now + (not_after - clock_now()) : INT64_MAX},
        .method = tg_call_method_name(call),
        .body = tg_call_encode(call, false),
        .upload = mem_strdup(call->upload),
        .body_chat_id = call->chat_id,
        .submitted = now,
        .started = now,
        .done = done,
        .context = context,
        .html = call->html && call->text,
    };
    if (!about_chat)
        request->body_chat_id = 0;
    request->asked_chat_id = request->job.chat_id;
    return request;
}

void request_free(struct request *request) {
    buffer_free(&request->answer);
    free(request->body);
    free(request->upload);
    free(request);
}

/* --- how much a chat has here --- */

static struct chat_load *chat_load_of(const struct sender *sender, int64_t chat_id) {
    struct chat_load *load;
    HASH_FIND(hh, sender->loads, &chat_id, sizeof(chat_id), load);
    return load;
}

bool chat_load_add(struct sender *sender, int64_t chat_id) {
    if (chat_id == 0 || sender->max_of_chat == 0)
        return true;
    struct chat_load *load = chat_load_of(sender, chat_id);
    if (load && load->count >= sender->max_of_chat)
        return false;
    if (!load) {
        load = mem_alloc(sizeof(*load));
        load->chat_id = chat_id;
        HASH_ADD(hh, sender->loads, chat_id, sizeof(load->chat_id), load);
    }
    load->count++;
    return true;
}

void chat_load_remove(struct sender *sender, int64_t chat_id) {
    struct chat_load *load = chat_load_of(sender, chat_id);
    if (!load || --load->count > 0)
        return;
    HASH_DEL(sender->loads, load);
    free(load);
}

/* --- the end of a request --- */

static void count_outcome(struct sender *sender, const struct request *request, enum sender_outcome outcome) {
    uint64_t *const counters[SENDER_OUTCOME_COUNT] = {
        [SENDER_DELIVERED] = &sender->counts.delivered, [SENDER_BLOCKED] = &sender->counts.blocked,
        [SENDER_GONE] = &sender->counts.gone,           [SENDER_REFUSED] = &sender->counts.refused,
        [SENDER_EXPIRED] = &sender->counts.expired,
    };
    pthread_mutex_lock(&sender->lock);
    sender->taken--;
    chat_load_remove(sender, request->asked_chat_id);
    if (counters[outcome])
        (*counters[outcome])++;
    sender->counts.plain += outcome == SENDER_DELIVERED && request->plain;
    pthread_mutex_unlock(&sender->lock);
}

void request_give_back(struct sender *sender, struct request *request, enum sender_outcome outcome,
                       const struct tg_answer *answer, int64_t took) {
    struct sender_result result = {
        .outcome = outcome,
        .tried = request->tried,
        .plain = outcome == SENDER_DELIVERED && request->plain,
        .attempts = request->attempts,
        .chat_id = request->job.chat_id,
        .waited = request->started - request->submitted,
        .took = took,
        .answer = answer,
    };
    count_outcome(sender, request, outcome);
    if (request->done)
        request->done(request->context, &result);
    request_free(request);
}

void request_finish(struct sender *sender, struct request *request, enum sender_outcome outcome,
                    const struct tg_answer *answer, int64_t took) {
    schedule_finish(sender->schedule, &request->job, clock_monotonic());
    request_give_back(sender, request, outcome, answer, took);
}

/* --- another attempt --- */

static int64_t growing_pause(int failures) {
    int64_t pause = PAUSE_FIRST;
    for (int i = 1; i < failures && pause < PAUSE_MAX; i++)
        pause *= 2;
    if (pause > PAUSE_MAX)
        pause = PAUSE_MAX;
    return pause / 2 + random_below(pause / 2 + 1);
}

static void request_wait(struct sender *sender, struct request *request, enum pause pause, int64_t delay) {
    COUNT(sender, retried++);
    schedule_return(sender->schedule, &request->job, pause, delay, clock_monotonic());
}

static void request_failed(struct sender *sender, struct request *request, enum pause pause) {
    request->failures++;
    COUNT(sender, last_failure = clock_monotonic());
    request_wait(sender, request, pause, growing_pause(request->failures));
}

static void request_held(struct sender *sender, struct request *request, const struct tg_answer *answer) {
    int64_t seconds = answer->retry_after > 0 ? answer->retry_after : HOLD_DEFAULT;
    if (seconds > HOLD_MAX)
        seconds = HOLD_MAX;
    COUNT(sender, held++);
    request_wait(sender, request, PAUSE_HELD, seconds * SECOND + random_below(HOLD_JITTER));
}

static void request_plain(struct sender *sender, struct request *request, const struct tg_answer *answer,
                          int64_t took) {
    if (!request->html || request->plain) {
        request_finish(sender, request, SENDER_REFUSED, answer, took);
        return;
    }
    request->plain = true;
    body_make_plain(&request->body);
    request_wait(sender, request, PAUSE_NONE, 0);
}

static void request_migrate(struct sender *sender, struct request *request, const struct tg_answer *answer,
                            int64_t took) {
    int64_t from = request->job.chat_id, to = answer->migrate_to_chat_id;
    if (from == 0 || from == to || ++request->moves > REQUEST_MOVES_MAX) {
        request_finish(sender, request, SENDER_REFUSED, answer, took);
        return;
    }
    moves_note(&sender->moves, from, to);
    request_wait(sender, request, PAUSE_NONE, 0);
    schedule_move(sender->schedule, from, to, clock_monotonic());
}

/* --- what an attempt brought --- */

static void reached(struct sender *sender) {
    COUNT(sender, last_success = clock_monotonic());
    if (sender->away)
        schedule_hurry(sender->schedule, clock_monotonic());
    sender->away = false;
}

/* Of the verdicts that end a request. */
static const enum sender_outcome outcomes[] = {
    [VERDICT_DELIVERED] = SENDER_DELIVERED,
    [VERDICT_BLOCKED] = SENDER_BLOCKED,
    [VERDICT_GONE] = SENDER_GONE,
    [VERDICT_REFUSED] = SENDER_REFUSED,
};

static void judge(struct sender *sender, struct request *request, const struct tg_answer *answer, int64_t took) {
    enum verdict verdict = verdict_of(answer);
    if (verdict == VERDICT_FAILED) {
        request_failed(sender, request, PAUSE_FAILED);
        return;
    }
    reached(sender);
    if (verdict == VERDICT_HELD)
        request_held(sender, request, answer);
    else if (verdict == VERDICT_MIGRATE)
        request_migrate(sender, request, answer, took);
    else if (verdict == VERDICT_PLAIN)
        request_plain(sender, request, answer, took);
    else
        request_finish(sender, request, outcomes[verdict], answer, took);
}

void request_detach(struct sender *sender, struct request *request) {
    curl_multi_remove_handle(sender->multi, request->easy);
    transport_close(&sender->transport, request->easy);
    curl_mime_free(request->form);
    request->easy = NULL;
    request->form = NULL;
    DL_DELETE(sender->running, request);
    sender->running_count--;
    COUNT(sender, in_flight--);
}

void request_ended(struct sender *sender, struct request *request, CURLcode code) {
    enum status outcome = transport_outcome(request->easy, code);
    int64_t took = clock_monotonic() - request->started;
    struct tg_answer answer;
    request_detach(sender, request);
    request->tried = request->tried || outcome != STATUS_UNAVAILABLE;
    request->fresh = outcome != STATUS_OK;
    if (outcome == STATUS_OK)
        outcome = tg_answer_parse(request->answer.data, request->answer.length, sender->arena, &answer, NULL);
    buffer_free(&request->answer);
    if (outcome == STATUS_OK) {
        judge(sender, request, &answer, took);
    } else {
        sender->away = sender->away || outcome == STATUS_UNAVAILABLE;
        request_failed(sender, request, outcome == STATUS_UNAVAILABLE ? PAUSE_AWAY : PAUSE_FAILED);
    }
    arena_reset(sender->arena);
}

/* --- starting --- */

void request_start(struct sender *sender, struct request *request) {
    if (request->body_chat_id != request->job.chat_id) {
        body_set_chat(&request->body, request->job.chat_id);
        request->body_chat_id = request->job.chat_id;
    }
    request->easy =
        transport_open(&sender->transport, request->method, request->body, request->fresh, &request->answer);
    if (request->upload)
        request->form = upload_attach(&sender->transport, request->easy, request->body, UPLOAD_FIELD, request->upload);
    request->started = clock_monotonic();
    request->attempts++;
    curl_easy_setopt(request->easy, CURLOPT_PRIVATE, request);
    if (curl_multi_add_handle(sender->multi, request->easy) != CURLM_OK)
        mem_die("libcurl takes no handle");
    DL_APPEND(sender->running, request);
    sender->running_count++;
    COUNT(sender, in_flight++);
    COUNT(sender, attempts++);
}
