/* How a document's debts are brought to Telegram.
 *
 * A job is a document being worked on, kept by one delivery thread. `pump` loads the document anew and starts what can
 * be started: for each chat the first item that is due, and after the items the chat's card. Each such sending is a
 * flight; when the sender gives its result back, the thread notes it in the document (settle) and pumps again. Nothing
 * about a debt is kept in memory but the flights, so that a crash, an adoption or a forgotten job loses nothing: the
 * sweep finds the document again.
 *
 * Answers to callback queries fly in a lane of their own: nobody waits for them, and they wait for nobody. */
#include "server/delivery.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "core/clock.h"
#include "core/fault.h"
#include "core/log.h"
#include "core/queue.h"
#include "handlers/tickets.h"
#include "server/copies.h"
#include "server/create.h"
#include "server/delivery_flight.h"
#include "server/thread.h"

enum { THREADS = 4, NOTICES_MAX = 4096, JOBS_MAX = 4096, PUMP_ARENA_MAX = 16 << 20, POLL_EVERY = 100 };

struct key {
    int64_t id;
    int64_t collection;
};

struct job {
    struct key key;
    struct flight *flights;
    UT_hash_handle hh;
};

/* What arrives at a thread: a notice of a document, or a flight that has landed. */
struct arrival {
    struct key key;
    struct flight *landed; /* NULL: a notice */
};

struct line {
    struct delivery *delivery;
    struct queue *queue;
    pthread_t thread;
    struct arena *arena; /* of one pump */
    struct job *jobs;
};

struct delivery {
    struct app *app;
    struct line lines[THREADS];
    size_t started;
    atomic_bool stopping;
    _Atomic int64_t deadline; /* monotonic; of stopping */
    _Atomic uint64_t items, cards, dropped, settle_conflicts;
    _Atomic size_t documents;
};

static bool drained(const struct delivery *delivery) {
    return atomic_load(&delivery->stopping) && clock_monotonic() >= atomic_load(&delivery->deadline);
}

/* --- arrivals --- */

static enum status post(struct line *line, struct key key, struct flight *landed) {
    struct arrival *arrival = mem_alloc(sizeof(*arrival));
    *arrival = (struct arrival){key, landed};
    enum status status = landed ? queue_push_always(line->queue, arrival) : queue_push(line->queue, arrival);
    if (status)
        free(arrival);
    return status;
}

/* On the sender's thread. After the threads have ended nobody takes it: the item is still owed. */
static void landed(void *context, const struct sender_result *result) {
    struct flight *flight = context;
    flight_note(flight, result);
    if (post(flight->line, (struct key){flight->id, flight->collection}, flight))
        flight_free(flight);
}

void delivery_notify(struct delivery *delivery, enum collection collection, int64_t id) {
    struct line *line = &delivery->lines[(uint64_t)id * 0x9E3779B97F4A7C15U >> 32 & (THREADS - 1)];
    if (post(line, (struct key){id, collection}, NULL))
        atomic_fetch_add(&delivery->dropped, 1);
}

/* --- jobs --- */

static struct job *find_job(struct line *line, struct key key) {
    struct job *job = NULL;
    HASH_FIND(hh, line->jobs, &key, sizeof(key), job);
    return job;
}

static struct job *add_job(struct line *line, struct key key) {
    struct job *job = find_job(line, key);
    if (job || HASH_COUNT(line->jobs) >= JOBS_MAX)
        return job;
    job = mem_alloc(sizeof(*job));
    job->key = key;
    HASH_ADD(hh, line->jobs, key, sizeof(job->key), job);
    atomic_fetch_add(&line->delivery->documents, 1);
    return job;
}

/* A job without flights is forgotten: what is still owed, the sweep finds. */
static void drop_job(struct line *line, struct job *job) {
    if (job->flights)
        return;
    HASH_DEL(line->jobs, job);
    free(job);
    atomic_fetch_sub(&line->delivery->documents, 1);
}

static bool lane_busy(const struct job *job, int64_t lane) {
    for (const struct flight *flight = job->flights; flight; flight = flight->next)
        if (flight->lane == lane)
            return true;
    return false;
}

static void remove_flight(struct job *job, const struct flight *gone) {
    for (struct flight **at = &job->flights; *at; at = &(*at)->next)
        if (*at == gone) {
            *at = gone->next;
            return;
        }
}

/* --- notes in the document --- */

/* Written again and again while the database is away: the message is out, and would be sent twice if it were not noted.
 */
static enum status note(struct line *line, const struct settle *settle, bool *ret_released) {
    struct delivery *delivery = line->delivery;
    for (;;) {
        struct error error = {0};
        enum status status = store_settle(delivery->app->store, settle, ret_released, &error);
        if (status == STATUS_OK)
            FAULT(after_settle);
        if (status == STATUS_CONFLICT)
            atomic_fetch_add(&delivery->settle_conflicts, 1);
        if ((status != STATUS_UNAVAILABLE && status != STATUS_UNKNOWN) || drained(delivery))
            return status;
        log_warning("a delivery cannot be noted yet", LOG_TEXT("collection", collection_name(settle->collection)),
                    LOG_NUMBER("id", settle->id), LOG_TEXT("why", error.text));
        clock_sleep(SECOND);
    }
}

static struct settle settle_of(const struct line *line, const struct job *job) {
    return (struct settle){.collection = (enum collection)job->key.collection,
                           .id = job->key.id,
                           .owner = copies_self(line->delivery->app->copies)};
}

/* Takes an item away that cannot be said any more. */
static void drop_item(struct line *line, const struct job *job, int64_t item, const char *why) {
    struct settle settle = settle_of(line, job);
    bool released = false;
    settle.items = &item;
    settle.item_count = 1;
    atomic_fetch_add(&line->delivery->dropped, 1);
    enum status status = note(line, &settle, &released);
    log_warning("an owed item was dropped", LOG_TEXT("collection", collection_name(settle.collection)),
                LOG_NUMBER("id", settle.id), LOG_TEXT("why", why), LOG_TEXT("noted", status_name(status)));
}

static void note_card(struct line *line, const struct job *job, const struct card *card) {
    struct settle settle = settle_of(line, job);
    bool released = false;
    settle.card = card;
    if (note(line, &settle, &released) == STATUS_OK && card->shown == CARD_GIVEN_UP)
        atomic_fetch_add(&line->delivery->dropped, 1);
}

/* --- starting flights --- */

/* Everything about one document during one pump. */
struct pump {
    struct line *line;
    struct job *job;
    const struct doc *doc; /* head of `user` or `ticket` */
    struct user user;
    struct ticket ticket;
    size_t left;   /* items and cards that are still owed */
    bool too_late; /* nothing more may be started */
};

static void start(struct pump *pump, struct flight plan, const struct tg_call *call, int64_t not_after) {
    struct app *app = pump->line->delivery->app;
    if (pump->too_late)
        return;
    plan.line = pump->line;
    plan.collection = (enum collection)pump->job->key.collection;
    plan.id = pump->job->key.id;
    plan.rev = pump->doc->rev;
    plan.method = call->method;
    plan.last = plan.part + 1 >= plan.part_count;
    plan.only = plan.last && pump->doc->owes.count == 1 && pump->doc->cards.count == 0;
    struct flight *flight = flight_new(&plan);
    FAULT(before_send);
    flight->next = pump->job->flights;
    pump->job->flights = flight;
    if (sender_submit(app->sender, call, SENDER_REPLY, not_after, landed, flight)) {
        pump->job->flights = flight->next;
        flight_free(flight);
        pump->too_late = true;
    }
}

/* The person in a chat; a stranger with nothing known where there is no row. False: the database does not say. */
static bool load_recipient(struct pump *pump, int64_t chat, struct user *ret_user) {
    struct error error = {0};
    enum status status =
        store_load(pump->line->delivery->app->store, COLLECTION_USERS, chat, pump->line->arena, ret_user, &error);
    if (status == STATUS_NOT_FOUND)
        *ret_user = (struct user){.doc.id = chat};
    return status == STATUS_OK || status == STATUS_NOT_FOUND;
}

static struct render render_for(const struct pump *pump, const struct user *recipient) {
    return (struct render){.arena = pump->line->arena,
                           .default_lang = pump->line->delivery->app->settings->default_lang,
                           .recipient = recipient};
}

static void start_item(struct pump *pump, const struct owed *item, int64_t lane) {
    bool session = pump->job->key.collection == COLLECTION_USERS;
    struct user recipient = pump->user;
    if (!session && !load_recipient(pump, item->chat, &recipient))
        return;
    struct render render = render_for(pump, &recipient);
    struct tg_call calls[RENDER_CALLS_MAX];
    size_t count = render_owed(&render, item, session ? NULL : &pump->ticket, calls);
    if ((size_t)item->part >= count) {
        drop_item(pump->line, pump->job, item->id, "it says nothing in this version");
        pump->left--;
        return;
    }
    struct flight plan = {.lane = lane,
                          .chat = item->chat,
                          .item = item->id,
                          .kind = item->kind,
                          .part = item->part,
                          .part_count = (int64_t)count};
    start(pump, plan, &calls[item->part], item->not_after);
}

static void start_items(struct pump *pump) {
    int64_t now = clock_now();
    for (size_t i = 0; i < pump->doc->owes.count; i++) {
        const struct owed *item = &pump->doc->owes.items[i];
        int64_t lane = item->kind == OWED_ANSWER ? LANE_ANSWERS : item->chat;
        pump->left++;
        if (item->kind == OWED_CREATE_TICKET || lane_busy(pump->job, lane))
            continue;
        if (item->not_after && item->not_after < now) {
            drop_item(pump->line, pump->job, item->id, "too late");
            pump->left--;
        } else if (item->not_before <= now) {
            start_item(pump, item, lane);
        }
    }
}

/* Who gets cards: staff who can be written to. A super-admin is tried all the same: somebody has to learn of the
 * ticket. */
static bool gets_cards(const struct user *user) {
    return user_is_staff(user) && ((user->started && !user->blocked) || user->role == ROLE_SUPER_ADMIN);
}

static void start_card(struct pump *pump, const struct card *card) {
    struct user recipient;
    if (!load_recipient(pump, card->chat, &recipient))
        return;
    if (!gets_cards(&recipient) && !card->message) {
        struct card given_up = {.chat = card->chat, .shown = CARD_GIVEN_UP};
        note_card(pump->line, pump->job, &given_up);
        pump->left--;
        return;
    }
    struct render render = render_for(pump, &recipient);
    struct tg_call calls[RENDER_CALLS_MAX];
    memset(calls, 0, sizeof(calls));
    size_t count = render_card(&render, &pump->ticket, card->chat, card->message, calls);
    size_t part = card->message ? 0 : (size_t)card->part < count ? (size_t)card->part : count - 1;
    struct flight plan = {.lane = card->chat,
                          .chat = card->chat,
                          .card = *card,
                          .is_card = true,
                          .part = (int64_t)part,
                          .part_count = (int64_t)count};
    start(pump, plan, &calls[part], 0);
}

static void start_cards(struct pump *pump) {
    size_t reached = 0;
    for (size_t i = 0; i < pump->doc->cards.count; i++) {
        const struct card *card = &pump->doc->cards.items[i];
        reached += card->shown == CARD_GIVEN_UP ? 0 : 1;
        if (card->shown == CARD_GIVEN_UP || card->shown >= pump->doc->rev)
            continue;
        pump->left++;
        if (!lane_busy(pump->job, card->chat))
            start_card(pump, card);
    }
    if (reached == 0 && pump->job->key.collection == COLLECTION_TICKETS)
        log_error("no staff member can be reached about a ticket", LOG_NUMBER("ticket", pump->doc->id));
}

/* --- the pump --- */

static enum status load_document(struct pump *pump, struct error *error) {
    struct app *app = pump->line->delivery->app;
    enum collection collection = (enum collection)pump->job->key.collection;
    void *row = collection == COLLECTION_USERS ? (void *)&pump->user : (void *)&pump->ticket;
    enum status status = store_load(app->store, collection, pump->job->key.id, pump->line->arena, row, error);
    pump->doc = row;
    if (status == STATUS_OK && pump->doc->owner != copies_self(app->copies))
        return STATUS_CONFLICT;
    if (status == STATUS_OK && collection == COLLECTION_USERS && create_owed(&pump->user)) {
        status = create_ticket(app, &pump->user, pump->line->arena, error);
        if (status == STATUS_OK)
            status = store_load(app->store, collection, pump->job->key.id, pump->line->arena, row, error);
    }
    return status;
}

/* Nothing is owed as of the revision that was read. False: something was added meanwhile, or the database is away. */
static bool release(struct pump *pump) {
    struct settle settle = settle_of(pump->line, pump->job);
    bool released = false;
    settle.release = true;
    settle.rev = pump->doc->rev;
    FAULT(before_release);
    return note(pump->line, &settle, &released) != STATUS_OK || released;
}

static void pump_job(struct line *line, struct job *job) {
    struct app *app = line->delivery->app;
    for (bool again = true; again;) {
        struct error error = {0};
        struct pump pump = {.line = line, .job = job, .too_late = !copies_may_send(app->copies)};
        again = false;
        arena_reset(line->arena);
        if (load_document(&pump, &error) == STATUS_OK) {
            start_items(&pump);
            if (job->key.collection == COLLECTION_TICKETS)
                start_cards(&pump);
            again = pump.left == 0 && !job->flights && !release(&pump);
        }
    }
    drop_job(line, job);
}

/* --- landing --- */

static void mark_blocked(struct line *line, int64_t chat) {
    struct app *app = line->delivery->app;
    enum status status = STATUS_CONFLICT;
    for (int i = 0; i < 3 && status == STATUS_CONFLICT; i++) {
        struct user user, blocked;
        struct error error = {0};
        status = store_load(app->store, COLLECTION_USERS, chat, line->arena, &user, &error);
        if (status || user.blocked)
            return;
        blocked = user;
        blocked.blocked = true;
        struct write write = {.collection = COLLECTION_USERS,
                              .before = &user,
                              .after = &blocked,
                              .owner = copies_owner(app->copies, user.doc.owner),
                              .now = clock_now()};
        status = store_write(app->store, &write, NULL, &error);
    }
}

/* Telegram would not take the media: the ticket says so from now on, and every card goes without. */
static void refuse_media(struct line *line, int64_t number) {
    struct app *app = line->delivery->app;
    enum status status = STATUS_CONFLICT;
    for (int i = 0; i < 3 && status == STATUS_CONFLICT; i++) {
        struct ticket ticket, without;
        struct error error = {0};
        status = store_load(app->store, COLLECTION_TICKETS, number, line->arena, &ticket, &error);
        if (status || ticket.media_refused)
            return;
        without = ticket;
        without.media_refused = true;
        struct write write = {.collection = COLLECTION_TICKETS,
                              .before = &ticket,
                              .after = &without,
                              .owner = copies_owner(app->copies, ticket.doc.owner),
                              .now = clock_now()};
        status = store_write(app->store, &write, NULL, &error);
    }
}

/* True: the document was let go with it, nothing is left to do. */
static bool land_item(struct line *line, struct job *job, const struct flight *flight) {
    struct settle settle = settle_of(line, job);
    bool released = false;
    if (flight->outcome == SENDER_STOPPED)
        return false;
    if (flight->outcome == SENDER_DELIVERED && !flight->last) {
        settle.progress_item = flight->item;
        settle.progress_part = flight->part + 1;
    } else {
        settle.items = &flight->item;
        settle.item_count = 1;
        settle.release = flight->only;
        settle.rev = flight->rev;
    }
    atomic_fetch_add(&line->delivery->items, 1);
    if (note(line, &settle, &released) == STATUS_CONFLICT)
        log_warning("a delivery was noted by another copy", LOG_NUMBER("id", settle.id));
    return released;
}

static void land_card(struct line *line, struct job *job, const struct flight *flight) {
    struct card card = flight->card;
    bool refused_media = flight->outcome == SENDER_REFUSED && !card.message &&
                         (flight->method == TG_METHOD_SEND_MEDIA || flight->method == TG_METHOD_SEND_MEDIA_GROUP);
    if (flight->outcome == SENDER_STOPPED)
        return;
    if (refused_media) {
        refuse_media(line, job->key.id);
        return;
    }
    if (flight->outcome == SENDER_DELIVERED) {
        card.part = flight->last ? 0 : flight->part + 1;
        card.shown = flight->last ? flight->rev : card.shown;
        if (flight->last && !card.message)
            card.message = flight->message;
    } else if (flight->outcome == SENDER_GONE && card.message) {
        card.message = 0; /* sent anew */
    } else {
        card = (struct card){.chat = card.chat, .shown = CARD_GIVEN_UP};
    }
    atomic_fetch_add(&line->delivery->cards, 1);
    note_card(line, job, &card);
}

static void land(struct line *line, struct flight *flight) {
    struct job *job = find_job(line, (struct key){flight->id, flight->collection});
    FAULT(after_send);
    remove_flight(job, flight);
    arena_reset(line->arena);
    flight_log(flight);
    bool released = false;
    if (flight->is_card)
        land_card(line, job, flight);
    else
        released = land_item(line, job, flight);
    if (flight->outcome == SENDER_BLOCKED && flight->chat > 0)
        mark_blocked(line, flight->chat);
    flight_free(flight);
    if (released)
        drop_job(line, job);
    else
        pump_job(line, job);
}

/* --- the thread --- */

static void take(struct line *line, const struct arrival *arrival) {
    if (arrival->landed) {
        land(line, arrival->landed);
        return;
    }
    struct job *job = add_job(line, arrival->key);
    if (job)
        pump_job(line, job);
}

static void *run(void *context) {
    struct line *line = context;
    for (;;) {
        void *arrival = NULL;
        enum status status = queue_pop(line->queue, POLL_EVERY, &arrival);
        if (status == STATUS_OK) {
            take(line, arrival);
            free(arrival);
        } else if (status == STATUS_STOPPED) {
            return NULL;
        }
        bool idle = HASH_COUNT(line->jobs) == 0 && queue_length(line->queue) == 0;
        if (drained(line->delivery) || (idle && atomic_load(&line->delivery->stopping)))
            return NULL;
    }
}

/* What is left at the end is forgotten; all of it is still owed. Flights that are under way come back after this as
 * STOPPED and free themselves. */
static void empty(struct line *line) {
    void *arrival;
    queue_close(line->queue);
    while (queue_pop(line->queue, 0, &arrival) == STATUS_OK) {
        struct flight *flight = ((struct arrival *)arrival)->landed;
        struct job *job = flight ? find_job(line, ((struct arrival *)arrival)->key) : NULL;
        if (job)
            remove_flight(job, flight);
        flight_free(flight);
        free(arrival);
    }
    struct job *job, *next;
    HASH_ITER(hh, line->jobs, job, next) {
        job->flights = NULL;
        drop_job(line, job);
    }
}

enum status delivery_new(struct app *app, struct delivery **ret_delivery, struct error *error) {
    struct delivery *delivery = mem_alloc(sizeof(*delivery));
    delivery->app = app;
    for (size_t i = 0; i < THREADS; i++) {
        struct line *line = &delivery->lines[i];
        *line =
            (struct line){.delivery = delivery, .queue = queue_new(NOTICES_MAX), .arena = arena_new(PUMP_ARENA_MAX)};
        enum status status = thread_start(&line->thread, "delivery", run, line, error);
        if (status) {
            delivery->started = i;
            delivery_stop(delivery, 0);
            delivery_free(delivery);
            return status;
        }
        delivery->started = i + 1;
    }
    *ret_delivery = delivery;
    return STATUS_OK;
}

void delivery_stop(struct delivery *delivery, int64_t wait) {
    atomic_store(&delivery->deadline, clock_monotonic() + wait);
    atomic_store(&delivery->stopping, true);
    for (size_t i = 0; i < delivery->started; i++)
        pthread_join(delivery->lines[i].thread, NULL);
    for (size_t i = 0; i < delivery->started; i++)
        empty(&delivery->lines[i]);
}

void delivery_free(struct delivery *delivery) {
    if (!delivery)
        return;
    for (size_t i = 0; i < THREADS; i++) {
        queue_free(delivery->lines[i].queue);
        arena_free(delivery->lines[i].arena);
    }
    free(delivery);
}

void delivery_count(struct delivery *delivery, struct delivery_counts *ret_counts) {
    *ret_counts = (struct delivery_counts){.items = atomic_load(&delivery->items),
                                           .cards = atomic_load(&delivery->cards),
                                           .dropped = atomic_load(&delivery->dropped),
                                           .settle_conflicts = atomic_load(&delivery->settle_conflicts),
                                           .documents = atomic_load(&delivery->documents)};
}
