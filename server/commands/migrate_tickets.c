/* Two readings. The first one looks at every ticket, sets aside what cannot be taken over and notes of each other one
 * when it was filed, its old id and where it stands. Sorted by that, the second takes them one after the other: is a
 * ticket of that old id there, it was taken before; else it gets the next number. So a run that was cut off goes on
 * where it was, and one more changes nothing. */
#include "server/commands/migrate_tickets.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "server/commands/legacy_map.h"

enum { KEY_BYTES_MAX = 1 << 30, NUMBER_TRIES = 100000, CONTACT_TRIES = 10 };

struct note {
    int64_t created_at;
    const void *key;
    size_t key_size;
    uint32_t legacy;
    int64_t author;
    bool again;  /* an older ticket has the same old id */
    bool latest; /* of its author */
};

struct notes {
    struct note *items;
    size_t count, size;
    struct arena *keys;
};

/* --- the first reading --- */

static uint32_t legacy_number(const struct ticket *ticket) {
    return (uint32_t)strtoul(ticket->legacy_id, NULL, 16); /* legacy_ticket has looked at it */
}

static struct note *new_note(struct notes *notes) {
    if (notes->count == notes->size) {
        notes->size = notes->size > 0 ? 2 * notes->size : 1024;
        notes->items = mem_grow(notes->items, notes->size * sizeof(*notes->items));
    }
    return &notes->items[notes->count++];
}

struct first_reading {
    struct migrate *migrate;
    struct notes *notes;
};

static void say_remarks(struct migrate *migrate, const struct legacy_row *row, unsigned remarks) {
    for (int i = 0; i < LEGACY_REMARK_COUNT; i++)
        if (remarks & (1U << i))
            migrate_remark(&migrate->report, LEGACY_TICKETS, row, legacy_remark_text((enum legacy_remark)i));
}

static enum status note_ticket(void *context, const struct legacy_row *row, struct error *error) {
    struct first_reading *reading = context;
    struct migrate *migrate = reading->migrate;
    struct ticket ticket;
    unsigned remarks = 0;
    arena_reset(migrate->row);
    migrate_found(&migrate->report, LEGACY_TICKETS);
    const char *wrong = row->key ? legacy_ticket(migrate->row, row, migrate->people, &ticket, &remarks)
                                 : "_id is too long to find the ticket by";
    if (wrong) {
        migrate_set_aside(&migrate->report, LEGACY_TICKETS, row, wrong);
        return STATUS_OK;
    }
    if (reading->notes->count == MIGRATE_TICKETS_MAX || arena_used(reading->notes->keys) > KEY_BYTES_MAX / 2)
        return error_set(error, STATUS_FULL, "there are more than %d tickets", MIGRATE_TICKETS_MAX);
    say_remarks(migrate, row, remarks);
    *new_note(reading->notes) = (struct note){.created_at = ticket.created_at,
                                              .key = arena_memdup(reading->notes->keys, row->key, row->key_size),
                                              .key_size = row->key_size,
                                              .legacy = legacy_number(&ticket),
                                              .author = ticket.author};
    return STATUS_OK;
}

/* --- the order --- */

static int compare_numbers(int64_t left, int64_t right) {
    return left < right ? -1 : left > right;
}

/* Of one moment: by _id, so that each run has the same order. */
static int compare_filing(const void *left, const void *right) {
    const struct note *a = left, *b = right;
    int order = compare_numbers(a->created_at, b->created_at);
    if (order == 0)
        order = memcmp(a->key, b->key, a->key_size < b->key_size ? a->key_size : b->key_size);
    return order != 0 ? order : compare_numbers((int64_t)a->key_size, (int64_t)b->key_size);
}

static int compare_places(const struct note *a, const struct note *b) {
    return a < b ? -1 : a > b;
}

static int compare_legacy(const void *left, const void *right) {
    const struct note *a = *(struct note *const *)left, *b = *(struct note *const *)right;
    const int order = compare_numbers(a->legacy, b->legacy);
    return order != 0 ? order : compare_places(a, b);
}

static int compare_authors(const void *left, const void *right) {
    const struct note *a = *(struct note *const *)left, *b = *(struct note *const *)right;
    const int order = compare_numbers(a->author, b->author);
    return order != 0 ? order : compare_places(a, b);
}

static void mark_again(struct note **sorted, size_t count) {
    qsort(sorted, count, sizeof(struct note *), compare_legacy);
    for (size_t i = 1; i < count; i++)
        sorted[i]->again = sorted[i]->legacy == sorted[i - 1]->legacy;
}

static void mark_latest(struct note **sorted, size_t count) {
    struct note *last = NULL;
    qsort(sorted, count, sizeof(struct note *), compare_authors);
    for (size_t i = 0; i < count; i++) {
        if (sorted[i]->again)
            continue;
        if (last && last->author == sorted[i]->author)
            last->latest = false;
        last = sorted[i];
        last->latest = true;
    }
}

static void put_in_order(struct notes *notes) {
    if (notes->count == 0)
        return;
    qsort(notes->items, notes->count, sizeof(*notes->items), compare_filing);
    struct note **sorted = mem_alloc(notes->count * sizeof(struct note *));
    for (size_t i = 0; i < notes->count; i++)
        sorted[i] = &notes->items[i];
    mark_again(sorted, notes->count);
    mark_latest(sorted, notes->count);
    free(sorted);
}

/* --- the second reading --- */

/* Who is not on the staff can do nothing with a ticket in their hands: a name alone leaves it to super-admins. */
static enum status check_assignee(struct migrate *migrate, struct ticket *ticket, struct error *error) {
    struct user user = {0};
    if (ticket->status != TICKET_ACCEPTED || ticket->assignee == 0)
        return STATUS_OK;
    struct error absent = {0};
    enum status status = store_load(migrate->store, COLLECTION_USERS, ticket->assignee, migrate->row, &user, &absent);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return error_set(error, status, "%s", absent.text);
    if (user.role == ROLE_USER)
        ticket->assignee = 0;
    return STATUS_OK;
}

/* Under the next number that is free: the counter may be behind what was put in by hand. */
static enum status insert(struct migrate *migrate, struct ticket *ticket, struct error *error) {
    enum status status = STATUS_CONFLICT;
    for (int i = 0; i < NUMBER_TRIES && status == STATUS_CONFLICT; i++) {
        struct error taken = {0};
        status = store_next(migrate->store, TICKET_COUNTER, &ticket->doc.id, error);
        if (status != STATUS_OK)
            return status;
        const struct write write = {.collection = COLLECTION_TICKETS, .after = ticket, .now = clock_now()};
        status = store_write(migrate->store, &write, NULL, &taken);
        if (status != STATUS_OK && status != STATUS_CONFLICT)
            return error_set(error, status, "%s", taken.text);
    }
    return status == STATUS_OK ? status : error_set(error, status, "no number is free for a ticket");
}

static enum status take_author(struct migrate *migrate, const struct ticket *ticket, struct error *error) {
    bool is_new = false;
    const struct user author = {.doc.id = ticket->author, .started = true, .created_at = ticket->created_at};
    if (legacy_people_know(migrate->people, ticket->author))
        return STATUS_OK;
    enum status status = migrate_person(migrate, &author, &is_new, error);
    return status == STATUS_OK ? legacy_people_add(migrate->people, ticket->author, NULL, false, error) : status;
}

static enum status take_ticket(struct migrate *migrate, struct ticket *ticket, struct error *error) {
    struct migrate_counts *counts = &migrate->report.counts[LEGACY_TICKETS];
    int64_t found;
    size_t there = 0;
    enum status status =
        store_find(migrate->store, QUERY_LEGACY_TICKETS, legacy_number(ticket), INT64_MIN, &found, 1, &there, error);
    if (status == STATUS_OK && there > 0) {
        counts->there++;
        return STATUS_OK;
    }
    if (status == STATUS_OK)
        status = take_author(migrate, ticket, error);
    if (status == STATUS_OK)
        status = check_assignee(migrate, ticket, error);
    if (status == STATUS_OK)
        status = insert(migrate, ticket, error);
    if (status == STATUS_OK)
        counts->taken++;
    return status;
}

/* The next form offers what the last one said; a call shows the phone. Never over what the person has said to this bot.
 */
static enum status remember_contact(struct migrate *migrate, const struct ticket *ticket, struct error *error) {
    struct user before;
    struct error last = {0};
    enum status status = STATUS_CONFLICT;
    for (int i = 0; i < CONTACT_TRIES && status == STATUS_CONFLICT; i++) {
        last = (struct error){0};
        status = store_load(migrate->store, COLLECTION_USERS, ticket->author, migrate->row, &before, &last);
        if (status != STATUS_OK || before.full_name || before.phone)
            break;
        struct user after = before;
        after.full_name = legacy_is_name(ticket->name) ? ticket->name : NULL;
        after.phone = legacy_is_phone(ticket->phone) ? ticket->phone : NULL;
        if (!after.full_name && !after.phone)
            break;
        const struct write write = {
            .collection = COLLECTION_USERS, .before = &before, .after = &after, .now = clock_now()};
        status = store_write(migrate->store, &write, NULL, &last);
    }
    return status == STATUS_OK ? status : error_set(error, status, "%s", last.text);
}

static enum status take_note(struct migrate *migrate, const struct note *note, struct error *error) {
    struct legacy_row row;
    struct ticket ticket;
    unsigned remarks = 0;
    arena_reset(migrate->row);
    if (!note->again && !migrate->store) {
        migrate->report.counts[LEGACY_TICKETS].taken++;
        return STATUS_OK;
    }
    enum status status =
        legacy_get(migrate->legacy, LEGACY_TICKETS, note->key, note->key_size, migrate->row, &row, error);
    if (status != STATUS_OK) /* also where it vanished meanwhile: the bot before is still at work */
        return status;
    const char *wrong = note->again ? "ticket_id is that of an older ticket"
                                    : legacy_ticket(migrate->row, &row, migrate->people, &ticket, &remarks);
    if (wrong) {
        migrate_set_aside(&migrate->report, LEGACY_TICKETS, &row, wrong);
        return STATUS_OK;
    }
    status = take_ticket(migrate, &ticket, error);
    return status == STATUS_OK && note->latest ? remember_contact(migrate, &ticket, error) : status;
}

static enum status take_all(struct migrate *migrate, const struct notes *notes, struct error *error) {
    enum status status = STATUS_OK;
    for (size_t i = 0; i < notes->count && status == STATUS_OK; i++) {
        status = take_note(migrate, &notes->items[i], error);
        if (status == STATUS_OK && migrate->store)
            migrate_progress("tickets taken over", i + 1, notes->count);
    }
    return status;
}

enum status migrate_tickets(struct migrate *migrate, struct error *error) {
    struct notes notes = {.keys = arena_new(KEY_BYTES_MAX)};
    struct first_reading reading = {migrate, &notes};
    enum status status = legacy_each(migrate->legacy, LEGACY_TICKETS, note_ticket, &reading, error);
    if (status == STATUS_OK) {
        put_in_order(&notes);
        status = take_all(migrate, &notes, error);
    }
    free(notes.items);
    arena_free(notes.keys);
    return status;
}
