/* One thread owns everything but the inbox and the counts, which share a lock with the submitters. A request is encoded
 * by whoever submits it, waits in the inbox, is put into its chat's lane by the thread, and comes out of the schedule
 * when its turn is; request.c does the rest. */
#include "telegram/sender.h"

#include <signal.h>
#include <stdlib.h>
#include <utlist.h>

#include "core/arena.h"
#include "core/clock.h"
#include "telegram/request.h"
#include "telegram/upload.h"

enum { IDLE_WAIT = 60 * SECOND, ANSWER_ARENA_MAX = 4 << 20 };

static void start_ready(struct sender *sender) {
    bool expired = false;
    while (sender->running_count < RUNNING_MAX) {
        struct request *request = (struct request *)schedule_next(sender->schedule, clock_monotonic(), &expired);
        if (!request)
            return;
        if (expired)
            request_finish(sender, request, SENDER_EXPIRED, NULL, 0);
        else if (request->upload && !upload_is_readable(request->upload))
            request_finish(sender, request, SENDER_REFUSED, NULL, 0);
        else
            request_start(sender, request);
    }
}

static void collect_ended(struct sender *sender) {
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(sender->multi, &left))) {
        struct request *request = NULL;
        if (message->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&request);
        request_ended(sender, request, message->data.result);
    }
}

/* Puts what was submitted into the lanes; gives whether the sender is to stop, and when at the latest. */
static bool take_inbox(struct sender *sender, int64_t *ret_stop_at) {
    struct request *request, *next, *inbox;
    pthread_mutex_lock(&sender->lock);
    inbox = sender->inbox;
    sender->inbox = NULL;
    *ret_stop_at = sender->stop_at;
    bool stopping = sender->stopping;
    pthread_mutex_unlock(&sender->lock);
    DL_FOREACH_SAFE(inbox, request, next) {
        request->job.chat_id = moves_follow(&sender->moves, request->job.chat_id);
        schedule_add(sender->schedule, &request->job, clock_monotonic());
    }
    return stopping;
}

/* Ms until there is something to do, if nothing arrives. */
static int64_t poll_wait(const struct sender *sender, bool stopping, int64_t stop_at) {
    int64_t now = clock_monotonic(), wait = -1;
    if (stopping)
        wait = sender->running_count > 0 && stop_at > now ? stop_at - now : 0;
    else if (sender->running_count < RUNNING_MAX)
        wait = schedule_wait(sender->schedule, now);
    return wait < 0 || wait > IDLE_WAIT ? IDLE_WAIT : wait;
}

/* What waits since before `until` is given back; what runs is let run. Jobs that are out stay in the schedule until
 * they end. */
static void give_back_waiting(struct sender *sender, int64_t until) {
    struct request *request, *next, *kept = NULL;
    while ((request = (struct request *)schedule_take_back(sender->schedule))) {
        if (request->submitted < until)
            request_give_back(sender, request, SENDER_STOPPED, NULL, 0);
        else
            DL_APPEND(kept, request);
    }
    DL_FOREACH_SAFE(kept, request, next) {
        schedule_add(sender->schedule, &request->job, clock_monotonic());
    }
}

/* False in and right after a break of the right to send: what waits may have been handed in before it. */
static bool still_entitled(struct sender *sender) {
    int64_t before = sender->entitled;
    sender->entitled = sender->entitled_since ? sender->entitled_since(sender->context) : 0;
    return sender->entitled == before && before != INT64_MAX;
}

static void abort_running(struct sender *sender) {
    struct request *request;
    while ((request = sender->running)) {
        request->tried = true;
        int64_t took = clock_monotonic() - request->started;
        request_detach(sender, request);
        request_finish(sender, request, SENDER_STOPPED, NULL, took);
    }
}

static void *sender_run(void *context) {
    struct sender *sender = context;
    int64_t stop_at = 0;
    for (;;) {
        int running;
        bool entitled = still_entitled(sender);
        bool stopping = take_inbox(sender, &stop_at);
        if (stopping || !entitled)
            give_back_waiting(sender, stopping ? INT64_MAX : sender->entitled);
        if (!stopping && sender->entitled != INT64_MAX)
            start_ready(sender);
        if (stopping && (sender->running_count == 0 || clock_monotonic() >= stop_at))
            break;
        curl_multi_perform(sender->multi, &running);
        collect_ended(sender);
        curl_multi_poll(sender->multi, NULL, 0, (int)poll_wait(sender, stopping, stop_at), NULL);
    }
    abort_running(sender);
    return NULL;
}

/* Signals are the main thread's; SIGPIPE of a connection that broke is nobody's. */
static int start_thread(struct sender *sender) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&sender->thread, NULL, sender_run, sender);
    if (!failed)
        pthread_setname_np(sender->thread, "sender");
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed;
}

static CURLM *multi_new(void) {
    CURLM *multi = curl_multi_init();
    if (!multi)
        mem_die("libcurl multi handle");
    curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)RUNNING_MAX);
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)RUNNING_MAX);
    return multi;
}

enum status sender_new(const struct sender_settings *settings, struct sender **ret_sender, struct error *error) {
    struct sender *sender = mem_alloc(sizeof(*sender));
    sender->max_requests = settings->max_requests;
    sender->max_of_chat = settings->max_of_chat;
    sender->entitled_since = settings->entitled_since;
    sender->context = settings->context;
    sender->entitled = settings->entitled_since ? settings->entitled_since(settings->context) : 0;
    pthread_mutex_init(&sender->lock, NULL);
    sender->multi = multi_new();
    sender->schedule = schedule_new(settings->send_rate, settings->chat_rate);
    sender->arena = arena_new(ANSWER_ARENA_MAX);
    sender->joined = true;
    enum status status = transport_init(&sender->transport, settings, error);
    if (status == STATUS_OK && start_thread(sender) != 0)
        status = error_set(error, STATUS_UNAVAILABLE, "the sender's thread cannot be started");
    if (status != STATUS_OK) {
        sender_free(sender);
        return status;
    }
    sender->joined = false;
    *ret_sender = sender;
    return STATUS_OK;
}

enum status sender_submit(struct sender *sender, const struct tg_call *call, enum sender_class class, int64_t not_after,
                          sender_done *done, void *context) {
    struct request *request = request_new(call, class, not_after, done, context);
    pthread_mutex_lock(&sender->lock);
    enum status status = sender->stopping                        ? STATUS_STOPPED
                         : sender->taken >= sender->max_requests ? STATUS_FULL
                                                                 : STATUS_OK;
    if (status == STATUS_OK && !chat_load_add(sender, request->asked_chat_id))
        status = STATUS_FULL;
    bool first = !sender->inbox; /* for the others it is under way, or awake */
    if (status == STATUS_OK) {
        sender->taken++;
        DL_APPEND(sender->inbox, request);
    }
    pthread_mutex_unlock(&sender->lock);
    if (status != STATUS_OK)
        request_free(request);
    else if (first)
        curl_multi_wakeup(sender->multi);
    return status;
}

bool sender_has_room(struct sender *sender) {
    pthread_mutex_lock(&sender->lock);
    const bool room = sender->taken < sender->max_requests;
    pthread_mutex_unlock(&sender->lock);
    return room;
}

void sender_stop(struct sender *sender, int64_t wait) {
    if (sender->joined)
        return;
    pthread_mutex_lock(&sender->lock);
    sender->stopping = true;
    sender->stop_at = clock_monotonic() + wait;
    pthread_mutex_unlock(&sender->lock);
    curl_multi_wakeup(sender->multi);
    pthread_join(sender->thread, NULL);
    sender->joined = true;
}

void sender_free(struct sender *sender) {
    if (!sender)
        return;
    sender_stop(sender, 0);
    schedule_free(sender->schedule);
    curl_multi_cleanup(sender->multi);
    transport_free(&sender->transport);
    moves_free(&sender->moves);
    arena_free(sender->arena);
    pthread_mutex_destroy(&sender->lock);
    free(sender);
}

void sender_count(struct sender *sender, struct sender_counts *ret_counts) {
    pthread_mutex_lock(&sender->lock);
    *ret_counts = sender->counts;
    ret_counts->waiting = sender->taken - sender->counts.in_flight;
    pthread_mutex_unlock(&sender->lock);
}
