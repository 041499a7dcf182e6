/* A slot is a recipient between «handed to the sender» and «noted». What is noted is one write: the counts, how far the
 * walk is, who above it is dealt with, whose chat is held. It asks for the revision and the owner that were read, so
 * that a pause pressed meanwhile, or another copy that has taken over, is seen; then the document is read again. */
#include "server/broadcast_run.h"

#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/fault.h"
#include "core/log.h"
#include "core/random.h"
#include "handlers/cast.h"
#include "server/copies.h"
#include "server/delivery/delivery.h"
#include "server/delivery/people.h"

enum {
    PAGE = 64,
    COUNT_PAGE = 512,
    ARENA_MAX = 4 << 20,
    READ_EVERY = SECOND,                    /* a pause is seen within it */
    NOTE_EVERY = 300,                       /* ms, unless the window is full before */
    SHOW_EVERY = 3 * SECOND,                /* the author's message */
    HELD_FOR = 4 * SECOND,                  /* a chat that cannot be written to for so long is put off … */
    RETRY_EVERY = 15 * SECOND,              /* … and tried again, */
    RETRIES_AT_ONCE = BROADCAST_WINDOW / 2, /* so that the rest goes on meanwhile */
    CALM_FOR = 500,                         /* ms */
    NOTES_PER_READ = 256,                   /* each takes room in the arena, which a read gives back */
    DEFERRED_ROOM = DEFERRED_MAX - BROADCAST_WINDOW,
    DONE_ROOM = DONE_MAX - BROADCAST_WINDOW
};

enum slot_state {
    SLOT_FREE,
    SLOT_FLYING,
    SLOT_FINISHED,
    SLOT_LOST /* given back unsent, or nobody knows: somebody goes on from before it */
};

struct slot {
    enum slot_state state;
    int64_t person;
    size_t part;
    uint64_t turn;
    bool again;  /* had been deferred */
    bool noting; /* stands in the write whose outcome is not known yet */
    enum sender_outcome outcome;
};

struct run {
    struct app *app;
    struct queue *landed;
    struct arena *arena, *spare, *scratch; /* of `row`; of the next one; of one call */
    struct broadcast row;
    int64_t id;
    bool loaded, abandoned, exhausted;
    uint64_t op; /* of the write whose outcome is not known; 0: none */
    struct slot slots[BROADCAST_WINDOW];
    int64_t ids[PAGE];
    size_t count, next;
    int64_t walked_to, fetched_to;                           /* the last id handed out or passed over; read */
    int64_t calm_until;                                      /* monotonic: a write that failed is not repeated before */
    int64_t read_at, noted_at, shown_at, retry_at, begun_at; /* monotonic */
    size_t notes, to_retry; /* since the row was read; of this round of those put off */
    uint64_t finished;
    struct broadcast_counts fresh;
};

struct run *run_new(struct app *app, struct queue *landed, int64_t broadcast) {
    struct run *run = mem_alloc(sizeof(*run));
    *run = (struct run){.app = app,
                        .landed = landed,
                        .arena = arena_new(ARENA_MAX),
                        .spare = arena_new(ARENA_MAX),
                        .scratch = arena_new(ARENA_MAX),
                        .id = broadcast,
                        .begun_at = clock_monotonic()};
    return run;
}

void run_free(struct run *run) {
    if (!run)
        return;
    arena_free(run->arena);
    arena_free(run->spare);
    arena_free(run->scratch);
    free(run);
}

int64_t run_id(const struct run *run) {
    return run->id;
}

struct broadcast_counts run_take_counts(struct run *run) {
    struct broadcast_counts counts = run->fresh;
    run->fresh = (struct broadcast_counts){0};
    return counts;
}

static size_t count_slots(const struct run *run, enum slot_state state) {
    size_t count = 0;
    for (size_t i = 0; i < BROADCAST_WINDOW; i++)
        count += run->slots[i].state == state;
    return count;
}

static bool has_recipient(const struct id_list *list, int64_t person) {
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].id == person)
            return true;
    return false;
}

/* --- reading --- */

static void free_noted(struct run *run, bool noted) {
    for (size_t i = 0; i < BROADCAST_WINDOW; i++) {
        struct slot *slot = &run->slots[i];
        if (slot->noting && noted)
            slot->state = SLOT_FREE;
        slot->noting = false;
    }
}

/* The document as it is now. A write of unknown outcome is known by its operation. */
static enum status read_row(struct run *run, struct error *error) {
    struct broadcast row;
    arena_reset(run->spare);
    enum status status = store_load(run->app->store, COLLECTION_BROADCASTS, run->id, run->spare, &row, error);
    if (status == STATUS_NOT_FOUND || (status == STATUS_OK && row.doc.owner != copies_self(run->app->copies)))
        run->abandoned = true;
    if (status != STATUS_OK)
        return status;
    struct arena *old = run->arena;
    run->arena = run->spare;
    run->spare = old;
    run->row = row;
    if (run->op)
        free_noted(run, op_find(&run->row.doc.ops, run->op, NULL));
    run->op = 0;
    run->loaded = true;
    run->read_at = clock_monotonic();
    run->notes = 0;
    if (run->walked_to < run->row.cursor)
        run->walked_to = run->fetched_to = run->row.cursor;
    return STATUS_OK;
}

/* --- noting --- */

static enum status write_row(struct run *run, struct broadcast *after, const struct owed *notice, bool seen) {
    struct error error = {0};
    run->op = (uint64_t)random_id() << OP_OUTCOME_BITS;
    const struct write write = {.collection = COLLECTION_BROADCASTS,
                                .before = &run->row,
                                .after = after,
                                .op = op_id(run->op, 0),
                                .owe = notice,
                                .owe_count = notice ? 1 : 0,
                                .unseen = !seen,
                                .owner = copies_self(run->app->copies),
                                .now = clock_now()};
    FAULT(broadcast_before_note);
    enum status status = store_write(run->app->store, &write, &after->doc.rev, &error);
    FAULT(broadcast_noted);
    if (status == STATUS_OK) {
        run->row = *after;
        run->notes++;
        run->op = 0;
        run->noted_at = clock_monotonic();
        if (seen) {
            run->shown_at = run->noted_at;
            delivery_notify(run->app->delivery, COLLECTION_BROADCASTS, run->id);
        }
    } else {
        run->loaded = false;
        if (status != STATUS_UNKNOWN) {
            run->op = 0;
            free_noted(run, false);
        }
        if (status != STATUS_CONFLICT) {
            run->calm_until = clock_monotonic() + CALM_FOR;
            log_warning("a broadcast could not be noted", LOG_NUMBER("broadcast", run->id),
                        LOG_TEXT("status", status_name(status)), LOG_TEXT("why", error.text));
        }
    }
    return status;
}

static void keep(struct arena *arena, struct id_list *list, const struct id_list *old, size_t room) {
    struct id_item *items = arena_array(arena, old->count + room, sizeof(*items));
    if (old->count > 0)
        memcpy(items, old->items, old->count * sizeof(*items));
    *list = (struct id_list){items, old->count};
}

static void drop(struct id_list *list, int64_t person, int64_t up_to) {
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].id != person && list->items[i].id > up_to)
            list->items[kept++] = list->items[i];
    list->count = kept;
}

/* Everybody up to here is dealt with: whoever is still on the way, or was given back, is above it. */
static int64_t new_cursor(const struct run *run) {
    int64_t cursor = run->walked_to;
    for (size_t i = 0; i < BROADCAST_WINDOW; i++) {
        const struct slot *slot = &run->slots[i];
        if ((slot->state == SLOT_FLYING || slot->state == SLOT_LOST) && !slot->again && slot->person <= cursor)
            cursor = slot->person - 1;
    }
    return cursor > run->row.cursor ? cursor : run->row.cursor;
}

static void take_in(struct broadcast *after, const struct slot *slot) {
    bool held = slot->outcome == SENDER_EXPIRED;
    if (slot->again)
        drop(&after->deferred, slot->person, INT64_MIN);
    if (!slot->again)
        after->done.items[after->done.count++] = (struct id_item){.id = slot->person};
    if (held) /* behind those that have waited for longer */
        after->deferred.items[after->deferred.count++] = (struct id_item){slot->person, (int64_t)slot->part};
    after->sent += slot->outcome == SENDER_DELIVERED;
    after->blocked += slot->outcome == SENDER_BLOCKED;
    after->failed += !held && slot->outcome != SENDER_DELIVERED && slot->outcome != SENDER_BLOCKED;
}

static void count_fresh(struct run *run, const struct slot *slot) {
    bool held = slot->outcome == SENDER_EXPIRED;
    run->fresh.sent += slot->outcome == SENDER_DELIVERED;
    run->fresh.blocked += slot->outcome == SENDER_BLOCKED;
    run->fresh.deferred += held;
    run->fresh.failed += !held && slot->outcome != SENDER_DELIVERED && slot->outcome != SENDER_BLOCKED;
    run->finished += !held;
}

/* Seconds that the rest takes at the pace since this copy took it up. */
static int64_t estimate(const struct run *run, const struct broadcast *row) {
    int64_t gone = row->sent + row->failed + row->blocked, took = clock_monotonic() - run->begun_at;
    if (run->finished == 0 || row->total <= gone || took <= 0)
        return 0;
    return (row->total - gone) * took / ((int64_t)run->finished * SECOND) + 1;
}

static void note(struct run *run) {
    struct broadcast after = run->row;
    keep(run->arena, &after.done, &run->row.done, BROADCAST_WINDOW);
    keep(run->arena, &after.deferred, &run->row.deferred, BROADCAST_WINDOW);
    for (size_t i = 0; i < BROADCAST_WINDOW; i++) {
        struct slot *slot = &run->slots[i];
        slot->noting = slot->state == SLOT_FINISHED;
        if (slot->noting)
            take_in(&after, slot);
    }
    after.cursor = new_cursor(run);
    drop(&after.done, INT64_MIN, after.cursor);
    bool seen = clock_monotonic() - run->shown_at >= SHOW_EVERY;
    if (seen)
        after.eta = estimate(run, &after);
    if (write_row(run, &after, NULL, seen) == STATUS_OK)
        free_noted(run, true);
}

static void note_when_due(struct run *run, bool stopping) {
    size_t finished = count_slots(run, SLOT_FINISHED);
    bool full = count_slots(run, SLOT_FREE) == 0, last = stopping || count_slots(run, SLOT_FLYING) == 0;
    if (finished > 0 && (full || last || clock_monotonic() - run->noted_at >= NOTE_EVERY))
        note(run);
}

/* How many there are is told to the author; counted once, before the first is sent. */
static void count_recipients(struct run *run) {
    int64_t ids[COUNT_PAGE], from = INT64_MIN;
    size_t count = COUNT_PAGE;
    struct error error = {0};
    struct broadcast after = run->row;
    after.total = 0;
    while (count == COUNT_PAGE) {
        if (store_find(run->app->store, QUERY_RECIPIENTS, run->row.made_at, from, ids, COUNT_PAGE, &count, &error))
            return;
        after.total += (int64_t)count;
        from = count > 0 ? ids[count - 1] : from;
    }
    after.counted = true;
    (void)write_row(run, &after, NULL, true);
}

static void finish(struct run *run) {
    struct broadcast after = run->row;
    after.status = BROADCAST_DONE;
    after.eta = 0;
    const struct owed notice = {.kind = OWED_MESSAGE,
                                .chat = after.made_by,
                                .text = text_name(TEXT_NOTICE_CAST_DONE),
                                .args = cast_numbers(run->arena, &after)};
    if (write_row(run, &after, &notice, true) == STATUS_OK)
        log_info("a broadcast is done", LOG_NUMBER("broadcast", run->id), LOG_NUMBER("sent", after.sent),
                 LOG_NUMBER("failed", after.failed), LOG_NUMBER("blocked", after.blocked));
}

/* Whoever is on staff no more sends nobody anything, and nobody else has the buttons that would end it. Who is not
 * found has not been dismissed. */
static bool author_has_left(struct run *run) {
    struct user author;
    struct error error = {0};
    arena_reset(run->scratch);
    enum status status = store_load(run->app->store, COLLECTION_USERS, run->row.made_by, run->scratch, &author, &error);
    return status == STATUS_OK && !user_is_staff(&author);
}

static void stop_if_left(struct run *run) {
    struct broadcast after = run->row;
    if (run->row.status != BROADCAST_RUNNING || !author_has_left(run))
        return;
    after.status = BROADCAST_STOPPED;
    after.eta = 0;
    if (write_row(run, &after, NULL, true) == STATUS_OK)
        log_warning("a broadcast is stopped, its author was dismissed", LOG_NUMBER("broadcast", run->id));
}

/* --- handing out --- */

/* On the sender's thread. */
static void on_landed(void *context, const struct sender_result *result) {
    struct sending *sending = context;
    sending->outcome = result->outcome;
    if (queue_push_always(sending->landed, sending) != STATUS_OK)
        free(sending);
}

/* NOT_FOUND: there are no more parts. FULL: the sender takes no more now, or none for this chat. */
static enum status submit(struct run *run, struct slot *slot, size_t part) {
    struct tg_call calls[CAST_CALLS_MAX];
    arena_reset(run->scratch);
    if (part >= render_cast(run->scratch, run->row.html, &run->row.media, slot->person, calls))
        return STATUS_NOT_FOUND;
    struct sending *sending = mem_alloc(sizeof(*sending));
    *sending = (struct sending){
        .landed = run->landed, .broadcast = run->id, .slot = (size_t)(slot - run->slots), .turn = slot->turn + 1};
    FAULT(broadcast_before_send);
    enum status status =
        sender_submit(run->app->sender, &calls[part], SENDER_BULK, clock_now() + HELD_FOR, on_landed, sending);
    if (status != STATUS_OK) {
        free(sending);
        return status;
    }
    slot->turn++;
    slot->part = part;
    slot->state = SLOT_FLYING;
    return STATUS_OK;
}

/* As if its request had waited for too long. */
static void put_off(struct slot *slot, size_t part) {
    slot->part = part;
    slot->outcome = SENDER_EXPIRED;
    slot->state = SLOT_FINISHED;
}

/* False: the sender takes no more now. A chat for which alone it takes no more holds nobody else. */
static bool hand_to(struct run *run, int64_t person, bool again, size_t part) {
    for (size_t i = 0; i < BROADCAST_WINDOW; i++) {
        struct slot *slot = &run->slots[i];
        if (slot->state != SLOT_FREE)
            continue;
        *slot = (struct slot){.person = person, .turn = slot->turn, .again = again};
        enum status status = submit(run, slot, part);
        if (status != STATUS_FULL || !sender_has_room(run->app->sender))
            return status == STATUS_OK;
        put_off(slot, part);
        count_fresh(run, slot);
        return true;
    }
    return false;
}

static bool may_retry(const struct run *run, int64_t person) {
    size_t retries = 0;
    for (size_t i = 0; i < BROADCAST_WINDOW; i++) {
        const struct slot *slot = &run->slots[i];
        if (slot->state != SLOT_FREE && slot->person == person)
            return false;
        retries += slot->state != SLOT_FREE && slot->again;
    }
    return retries < RETRIES_AT_ONCE;
}

/* Each once a round: whoever is still held then stands at the end of the list. */
static void retry_deferred(struct run *run) {
    const struct id_list *deferred = &run->row.deferred;
    if (clock_monotonic() >= run->retry_at) {
        run->retry_at = clock_monotonic() + RETRY_EVERY;
        run->to_retry = deferred->count;
    }
    for (size_t i = 0; i < deferred->count && run->to_retry > 0; i++) {
        if (!may_retry(run, deferred->items[i].id))
            continue;
        if (!hand_to(run, deferred->items[i].id, true, (size_t)deferred->items[i].part))
            return;
        run->to_retry--;
    }
}

/* Where the list of those above the cursor is full, who comes next is below them, as after a crash: the one after the
 * other, as each lets the cursor rise. */
static bool has_room(const struct run *run) {
    size_t free = count_slots(run, SLOT_FREE);
    bool done = run->row.done.count < DONE_ROOM || free == BROADCAST_WINDOW;
    return free > 0 && done && run->row.deferred.count < DEFERRED_ROOM;
}

/* False: there are no more, or the database does not say. */
static bool fetch(struct run *run) {
    struct error error = {0};
    if (run->next < run->count)
        return true;
    if (run->exhausted || store_find(run->app->store, QUERY_RECIPIENTS, run->row.made_at, run->fetched_to, run->ids,
                                     PAGE, &run->count, &error) != STATUS_OK)
        return false;
    run->next = 0;
    run->exhausted = run->count == 0;
    if (run->count > 0)
        run->fetched_to = run->ids[run->count - 1];
    return run->count > 0;
}

static void hand_out(struct run *run) {
    retry_deferred(run);
    while (has_room(run) && fetch(run)) {
        int64_t person = run->ids[run->next];
        if (!has_recipient(&run->row.done, person) && !hand_to(run, person, false, 0))
            return;
        run->walked_to = person;
        run->next++;
    }
}

/* --- landing --- */

/* The next part, behind the one that they have. */
static void follow(struct run *run, struct slot *slot) {
    const enum status status = submit(run, slot, slot->part + 1);
    if (status == STATUS_FULL)
        put_off(slot, slot->part + 1);
    else if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        slot->state = SLOT_LOST;
}

void run_land(struct run *run, const struct sending *sending) {
    struct slot *slot = &run->slots[sending->slot];
    if (slot->state != SLOT_FLYING || slot->turn != sending->turn)
        return;
    FAULT(broadcast_landed);
    slot->outcome = sending->outcome;
    slot->state = sending->outcome == SENDER_STOPPED ? SLOT_LOST : SLOT_FINISHED;
    if (sending->outcome == SENDER_DELIVERED)
        follow(run, slot);
    arena_reset(run->scratch);
    if (sending->outcome == SENDER_BLOCKED)
        people_mark_blocked(run->app, run->scratch, slot->person);
    if (slot->state == SLOT_FINISHED)
        count_fresh(run, slot);
    run->abandoned = run->abandoned || slot->state == SLOT_LOST;
}

/* --- a step --- */

static bool is_over(const struct run *run) {
    return run->exhausted && run->next >= run->count && count_slots(run, SLOT_FREE) == BROADCAST_WINDOW &&
           run->row.deferred.count == 0;
}

bool run_step(struct run *run, bool stopping) {
    struct error error = {0};
    if (clock_monotonic() < run->calm_until)
        return true;
    bool busy = count_slots(run, SLOT_FLYING) + count_slots(run, SLOT_FINISHED) > 0;
    bool stale = !run->loaded || run->notes >= NOTES_PER_READ || clock_monotonic() - run->read_at >= READ_EVERY;
    if (stale && read_row(run, &error) != STATUS_OK)
        return busy || !run->abandoned;
    bool mine = run->row.doc.owner == copies_self(run->app->copies);
    if (mine && stale)
        stop_if_left(run);
    if (mine && run->loaded)
        note_when_due(run, stopping);
    bool sends = mine && run->loaded && !run->abandoned && !stopping && run->row.status == BROADCAST_RUNNING &&
                 copies_may_send(run->app->copies);
    if (sends && !run->row.counted)
        count_recipients(run);
    else if (sends)
        hand_out(run);
    if (sends && run->loaded && is_over(run))
        finish(run);
    bool flying = count_slots(run, SLOT_FLYING) > 0, finished = mine && count_slots(run, SLOT_FINISHED) > 0;
    if (flying || finished)
        return true;
    return !run->abandoned && !stopping && (!run->loaded || run->row.status == BROADCAST_RUNNING);
}
