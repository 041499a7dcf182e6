/* What a document owes, started as far as it can be. */
#include "server/delivery/internal.h"

#include <string.h>

#include "core/clock.h"
#include "core/fault.h"
#include "core/log.h"
#include "handlers/calls.h"
#include "handlers/cast.h"
#include "handlers/tickets.h"
#include "server/copies.h"
#include "server/delivery/create.h"
#include "server/delivery/events.h"
#include "server/delivery/pages.h"
#include "server/delivery/revoke.h"
#include "server/report.h"

/* --- starting flights --- */

/* Everything about one document during one pump. */
struct pump {
    struct line *line;
    struct job *job;
    union any_row row;
    const struct doc *doc;     /* its head */
    size_t left;               /* items and cards that are still owed */
    size_t flying;             /* of them, those in flight */
    bool stale;                /* the document is not as it was loaded any more */
    bool too_late;             /* nothing more may be started */
    int64_t waiting[OWED_MAX]; /* lanes whose first item could not be started: the later ones wait for it */
    size_t waiting_count;
};

static void let_wait(struct pump *pump, int64_t lane) {
    if (pump->waiting_count < OWED_MAX)
        pump->waiting[pump->waiting_count++] = lane;
}

static bool waits(const struct pump *pump, int64_t lane) {
    for (size_t i = 0; i < pump->waiting_count; i++)
        if (pump->waiting[i] == lane)
            return true;
    return false;
}

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
    struct flight *flight = flight_new(&plan);
    FAULT(before_send);
    flight->next = pump->job->flights;
    pump->job->flights = flight;
    enum status status = sender_submit(app->sender, call, SENDER_REPLY, not_after, delivery_landed, flight);
    if (status) {
        pump->job->flights = flight->next;
        flight_free(flight);
        pump->too_late = status != STATUS_FULL; /* full may be for this chat alone */
        let_wait(pump, plan.lane);
    }
}

/* The person in a chat; a stranger with nothing known where there is no row, or none that can be read. False: the
 * database does not say. */
static bool load_recipient(struct pump *pump, int64_t chat, struct user *ret_user) {
    struct error error = {0};
    enum status status =
        store_load(pump->line->delivery->app->store, COLLECTION_USERS, chat, pump->line->scratch, ret_user, &error);
    const bool stranger = status == STATUS_NOT_FOUND || status == STATUS_DAMAGED;
    if (stranger)
        *ret_user = (struct user){.doc.id = chat};
    return status == STATUS_OK || stranger;
}

static struct render render_for(const struct pump *pump, const struct user *recipient) {
    return (struct render){.arena = pump->line->scratch,
                           .default_lang = pump->line->delivery->app->settings->default_lang,
                           .bot = atomic_load(&pump->line->delivery->app->bot),
                           .recipient = recipient};
}

struct subject {
    union {
        struct ticket ticket;
        struct page page;
        struct report report;
    };
};

/* What an item is about beside the document that owes it; nothing where it is gone. False: the database does not say.
 */
static bool load_subject(struct pump *pump, const struct owed *item, struct subject *subject, struct render *render) {
    struct ticket *ticket = &subject->ticket;
    struct page *page = &subject->page;
    struct store *store = pump->line->delivery->app->store;
    struct error error = {0};
    enum status status = STATUS_OK;
    if (item->kind == OWED_LIST) {
        status = pages_load(store, render->arena, render->recipient, item, page, &error);
        render->page = page;
    } else if (item->kind == OWED_REPORT) {
        status = report_make(pump->line->delivery->app, &subject->report, &error);
        render->report = &subject->report;
    } else if (item->kind == OWED_CARD) {
        status = store_load(store, COLLECTION_TICKETS, item->number, render->arena, ticket, &error);
        render->ticket = status == STATUS_OK ? ticket : NULL;
    } else if (pump->job->key.collection == COLLECTION_TICKETS) {
        render->ticket = &pump->row.ticket;
    }
    return status == STATUS_OK || status == STATUS_NOT_FOUND || status == STATUS_DAMAGED;
}

static void drop_item(struct pump *pump, const struct owed *item, const char *why) {
    job_drop_item(pump->line, pump->job, item->id, why);
    pump->left--;
}

static void start_item(struct pump *pump, const struct owed *item, int64_t lane) {
    struct user recipient;
    struct subject subject;
    arena_reset(pump->line->scratch);
    struct render render = render_for(pump, &recipient);
    bool session = pump->job->key.collection == COLLECTION_USERS;
    if (session)
        recipient = pump->row.user;
    if ((!session && !load_recipient(pump, item->chat, &recipient)) || !load_subject(pump, item, &subject, &render)) {
        let_wait(pump, lane);
        return;
    }
    struct tg_call calls[RENDER_CALLS_MAX];
    size_t count = render_owed(&render, item, calls);
    if ((size_t)item->part >= count) {
        drop_item(pump, item, "it says nothing in this version");
        return;
    }
    struct flight plan = {.lane = lane,
                          .chat = item->chat,
                          .item = item->id,
                          .kind = item->kind,
                          .replaces = owed_replaces(item) && item->part == 0,
                          .continues = session && owed_continues(item),
                          .number = item->number,
                          .part = item->part,
                          .part_count = owed_replaces(item) ? item->part + 1 : (int64_t)count};
    start(pump, plan, &calls[item->part], item->not_after);
}

/* Nothing flies; in its lane only so that what it follows is done before. */
static void do_event(struct pump *pump, const struct owed *item, int64_t lane) {
    struct error error = {0};
    bool written = false;
    if (!event_is_ready(&pump->row, item))
        return;
    arena_reset(pump->line->scratch);
    FAULT(before_event);
    enum status status = event_run(pump->line->delivery->app, &pump->row, item, pump->line->scratch, &written, &error);
    if (status == STATUS_OK)
        FAULT(after_event);
    pump->stale = written || status == STATUS_CONFLICT;
    if (status == STATUS_OK && !written)
        status = job_note_item(pump->line, pump->job, item->id);
    if (status)
        let_wait(pump, lane);
    else
        pump->left--;
}

/* Items' ids are positive, and chats' are above -2^52: the lane of an answer is no chat's. */
static int64_t lane_of(const struct owed *item) {
    return item->kind == OWED_ANSWER || item->kind == OWED_BACKUP ? INT64_MIN + item->id : item->chat;
}

/* What is to be made or done is done when the document is loaded. */
static bool is_message(const struct owed *item) {
    return !create_is(item->kind) && item->kind != OWED_RETURN_TICKETS;
}

static void start_items(struct pump *pump) {
    int64_t now = clock_now();
    for (size_t i = 0; i < pump->doc->owes.count && !pump->stale; i++) {
        const struct owed *item = &pump->doc->owes.items[i];
        bool late = item->not_after && item->not_after < now;
        int64_t lane = lane_of(item);
        pump->left++;
        if (is_message(item) && !job_lane_busy(pump->job, lane) && !waits(pump, lane)) {
            if (late)
                drop_item(pump, item, "too late");
            else if (item->not_before > now)
                line_wake_at(pump->line, pump->job->key, item->not_before);
            else if (event_is((enum collection)pump->job->key.collection, item->kind))
                do_event(pump, item, lane);
            else
                start_item(pump, item, lane);
        }
        pump->flying += job_item_flies(pump->job, item->id);
    }
}

/* --- cards --- */

static size_t render_ticket(const struct render *render, const union any_row *row, int64_t chat, int64_t message,
                            struct tg_call ret_calls[RENDER_CALLS_MAX]) {
    return render_card(render, &row->ticket, chat, message, ret_calls);
}

static size_t render_broadcast(const struct render *render, const union any_row *row, int64_t chat, int64_t message,
                               struct tg_call ret_calls[RENDER_CALLS_MAX]) {
    return render_progress(render, &row->broadcast, chat, message, ret_calls);
}

static size_t render_a_call(const struct render *render, const union any_row *row, int64_t chat, int64_t message,
                            struct tg_call ret_calls[RENDER_CALLS_MAX]) {
    return render_call(render, &row->call, chat, message, ret_calls);
}

/* Of the collections whose documents have them. */
static const struct card_kind {
    size_t (*render)(const struct render *render, const union any_row *row, int64_t chat, int64_t message,
                     struct tg_call ret_calls[RENDER_CALLS_MAX]);
} card_kinds[COLLECTION_COUNT] = {
    [COLLECTION_TICKETS] = {render_ticket},
    [COLLECTION_BROADCASTS] = {render_broadcast},
    [COLLECTION_CALLS] = {render_a_call},
};

static const struct card_kind *card_kind(const struct pump *pump) {
    const struct card_kind *kind = &card_kinds[pump->job->key.collection];
    return kind->render ? kind : NULL;
}

/* Who gets cards: staff who can be written to. A super-admin is tried all the same: somebody has to learn of it. */
static bool gets_cards(const struct user *user) {
    return user_is_staff(user) && ((user->started && !user->blocked) || user->role == ROLE_SUPER_ADMIN);
}

/* Whoever is on staff no more is not to see what becomes of it: the card stays as it is, without buttons, and gets
 * nothing after that. A broadcast's is its author's, who is told of its end. */
static bool is_taken_away(const struct pump *pump, const struct user *recipient, const struct card *card) {
    return card->message && !user_is_staff(recipient) && pump->job->key.collection != COLLECTION_BROADCASTS;
}

static size_t render_any(const struct pump *pump, const struct user *recipient, const struct card *card,
                         struct tg_call ret_calls[RENDER_CALLS_MAX]) {
    const struct render render = render_for(pump, recipient);
    memset(ret_calls, 0, RENDER_CALLS_MAX * sizeof(*ret_calls));
    if (!is_taken_away(pump, recipient, card))
        return card_kind(pump)->render(&render, &pump->row, card->chat, card->message, ret_calls);
    ret_calls[0] = (struct tg_call){
        .method = TG_METHOD_EDIT_MESSAGE_REPLY_MARKUP, .chat_id = card->chat, .message_id = card->message};
    return 1;
}

static void start_card(struct pump *pump, const struct card *card) {
    struct user recipient;
    arena_reset(pump->line->scratch);
    if (!load_recipient(pump, card->chat, &recipient))
        return;
    if (!gets_cards(&recipient) && !card->message) {
        struct card given_up = {.chat = card->chat, .shown = CARD_GIVEN_UP};
        job_note_card(pump->line, pump->job, &given_up, 0);
        pump->left--;
        return;
    }
    struct tg_call calls[RENDER_CALLS_MAX];
    size_t count = render_any(pump, &recipient, card, calls);
    /* Counted from the end: refused media are left out at the front. */
    size_t left = card->message ? 0 : (size_t)card->part, part = left > 0 && left < count ? count - left : 0;
    struct flight plan = {.lane = card->chat,
                          .chat = card->chat,
                          .card = *card,
                          .is_card = true,
                          .part = (int64_t)part,
                          .part_count = (int64_t)count};
    start(pump, plan, &calls[part], 0);
}

static int64_t face_of(const struct doc *doc) {
    return doc->face ? doc->face : doc->rev;
}

static void start_cards(struct pump *pump) {
    enum collection collection = (enum collection)pump->job->key.collection;
    size_t reached = 0;
    int64_t face = face_of(pump->doc);
    for (size_t i = 0; i < pump->doc->cards.count; i++) {
        const struct card *card = &pump->doc->cards.items[i];
        reached += card->shown == CARD_GIVEN_UP ? 0 : 1;
        if (card->shown == CARD_GIVEN_UP || card->shown >= face)
            continue;
        pump->left++;
        if (!job_lane_busy(pump->job, card->chat) && !waits(pump, card->chat))
            start_card(pump, card);
        pump->flying += job_card_flies(pump->job, card->chat);
    }
    /* One that came from the bot before has no cards, and is none that was just filed. */
    bool wanted = pump->doc->cards.count > 0 || pump->doc->rev == 1;
    if (reached == 0 && wanted && !pump->job->unreached)
        log_error("no staff member can be reached", LOG_TEXT("about", collection_name(collection)),
                  LOG_NUMBER("id", pump->doc->id));
    pump->job->unreached = reached == 0;
}

/* --- the pump --- */

/* CONFLICT: another copy owns it. */
static enum status load_owned(struct pump *pump, struct error *error) {
    struct app *app = pump->line->delivery->app;
    enum collection collection = (enum collection)pump->job->key.collection;
    enum status status = store_load(app->store, collection, pump->job->key.id, pump->line->arena, &pump->row, error);
    pump->doc = &pump->row.doc;
    return status == STATUS_OK && pump->doc->owner != copies_self(app->copies) ? STATUS_CONFLICT : status;
}

/* Who has it is looked at once for each revision: a later dismissal finds the ticket by itself. */
static enum status check_assignee(struct pump *pump, struct error *error) {
    struct app *app = pump->line->delivery->app;
    bool revoked = false, call = pump->job->key.collection == COLLECTION_CALLS;
    if (pump->job->checked == pump->doc->rev)
        return STATUS_OK;
    enum status status = call ? revoke_call_if_dismissed(app, &pump->row.call, pump->line->arena, &revoked, error)
                              : revoke_if_dismissed(app, &pump->row.ticket, pump->line->arena, &revoked, error);
    if (status == STATUS_OK && revoked)
        status = load_owned(pump, error);
    if (status == STATUS_OK)
        pump->job->checked = pump->doc->rev;
    return status;
}

/* What one who was dismissed had accepted goes back, then the item goes. They may be on staff again by then: what they
 * have accepted since is theirs. */
static enum status return_tickets(struct pump *pump, struct error *error) {
    struct app *app = pump->line->delivery->app;
    int64_t items[OWED_MAX];
    size_t item_count = 0, count = 0;
    for (size_t i = 0; i < pump->doc->owes.count && i < OWED_MAX; i++)
        if (pump->doc->owes.items[i].kind == OWED_RETURN_TICKETS)
            items[item_count++] = pump->doc->owes.items[i].id;
    if (item_count == 0)
        return STATUS_OK;
    enum status status = STATUS_OK;
    if (pump->row.user.role == ROLE_USER)
        status = revoke_all(app->store, app, pump->doc->id, &count, error);
    if (status != STATUS_OK)
        return status;
    FAULT(after_return);
    struct settle settle = job_settle(pump->line, pump->job);
    bool released = false;
    settle.items = items;
    settle.item_count = item_count;
    status = job_note(pump->line, &settle, &released);
    return status == STATUS_OK ? load_owned(pump, error) : status;
}

static enum status load_document(struct pump *pump, struct error *error) {
    enum status status = load_owned(pump, error);
    if (status == STATUS_OK &&
        (pump->job->key.collection == COLLECTION_TICKETS || pump->job->key.collection == COLLECTION_CALLS))
        return check_assignee(pump, error);
    if (status || pump->job->key.collection != COLLECTION_USERS)
        return status;
    if (create_owed(&pump->row.user)) {
        status = create_document(pump->line->delivery->app, &pump->row.user, pump->line->arena, error);
        status = status ? status : load_owned(pump, error);
    }
    return status ? status : return_tickets(pump, error);
}

/* Nothing is owed as of the revision that was read. False: something was added meanwhile, or the database is away. */
static bool release(struct pump *pump) {
    struct settle settle = job_settle(pump->line, pump->job);
    bool released = false;
    settle.release = true;
    settle.rev = pump->doc->rev;
    FAULT(before_release);
    return job_note(pump->line, &settle, &released) != STATUS_OK || released;
}

/* A broadcast that runs is not let go: its owner sends it. Nor is one that was paused or stopped while recipients are
 * under way: what became of them is to be noted by nobody else. */
static bool is_running(const struct pump *pump) {
    return pump->job->key.collection == COLLECTION_BROADCASTS &&
           (pump->row.broadcast.status == BROADCAST_RUNNING || delivery_holds(pump->line->delivery, pump->doc->id));
}

void job_pump(struct line *line, struct job *job) {
    struct app *app = line->delivery->app;
    for (bool again = true; again;) {
        struct error error = {0};
        struct pump pump = {.line = line, .job = job, .too_late = !copies_may_send(app->copies)};
        again = false;
        arena_reset(line->arena);
        if (load_document(&pump, &error) == STATUS_OK) {
            start_items(&pump);
            if (card_kind(&pump) && !pump.stale)
                start_cards(&pump);
            pump.left += is_running(&pump);
            job->rev = pump.doc->rev;
            job->face = face_of(pump.doc);
            job->grounded = pump.left - pump.flying;
            again = pump.stale || (pump.left == 0 && !job->flights && !release(&pump));
        }
    }
    job_drop(line, job);
}
