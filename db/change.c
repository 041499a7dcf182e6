#include "db/change.h"

#include <string.h>

#include "db/codec.h"

static const struct doc *doc_before(const struct write *write) {
    static const struct doc nothing;
    return write->before != NULL ? write->before : &nothing;
}

static bool has_id(const int64_t *ids, size_t count, int64_t id) {
    for (size_t i = 0; i < count; i++)
        if (ids[i] == id)
            return true;
    return false;
}

static bool settles(const struct write *write, int64_t id) {
    return has_id(write->settle, write->settle_count, id);
}

static bool has_card(const struct card *cards, size_t count, int64_t chat) {
    for (size_t i = 0; i < count; i++)
        if (cards[i].chat == chat)
            return true;
    return false;
}

static size_t count_owed(const struct write *write) {
    const struct owed_list *owes = &doc_before(write)->owes;
    size_t count = write->owe_count;
    for (size_t i = 0; i < owes->count; i++)
        count += !settles(write, owes->items[i].id);
    return count;
}

static size_t count_cards(const struct write *write) {
    const struct card_list *cards = &doc_before(write)->cards;
    size_t count = cards->count;
    for (size_t i = 0; i < write->card_count; i++)
        count += !has_card(cards->items, cards->count, write->cards[i].chat);
    return count;
}

static size_t owed_bytes(const struct owed *items, size_t count) {
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++) {
        bson_t item = BSON_INITIALIZER;
        codec_add_row(&item, &owed_record, &items[i]);
        bytes += item.len + KEY_SIZE;
        bson_destroy(&item);
    }
    return bytes;
}

static enum status check_owed(const struct write *write, struct error *error) {
    const struct owed_list *owes = &doc_before(write)->owes;
    for (size_t i = 0; i < write->owe_count; i++) {
        enum status status = codec_check(&owed_record, &write->owe[i], error);
        if (status != STATUS_OK)
            return status;
    }
    if (write->owe_count == 0)
        return STATUS_OK;
    if (count_owed(write) > OWED_MAX ||
        owed_bytes(owes->items, owes->count) + owed_bytes(write->owe, write->owe_count) > OWED_BYTES_MAX)
        return error_set(error, STATUS_FULL, "a document would owe too much");
    return STATUS_OK;
}

static enum status check_cards(const struct write *write, struct error *error) {
    for (size_t i = 0; i < write->card_count; i++)
        if (has_card(write->cards, i, write->cards[i].chat))
            return error_set(error, STATUS_INVALID, "a write has two cards of one chat");
    if (write->card_count > 0 && count_cards(write) > CARDS_MAX)
        return error_set(error, STATUS_INVALID, "more than %d cards", CARDS_MAX);
    return STATUS_OK;
}

/* Owed ids are made of the revision, so that it has this maximum: some 10^16 writes to one document. */
static const int64_t rev_max = (INT64_MAX >> 7) - 1;

/* The door of the last super-admin: whoever steps down was marked before, and counted out by everybody else. */
static enum status check_role(const struct write *write, struct error *error) {
    const struct user *before = write->before, *after = write->after;
    if (write->collection != COLLECTION_USERS || before == NULL)
        return STATUS_OK;
    if (before->role == ROLE_SUPER_ADMIN && after->role != ROLE_SUPER_ADMIN && !before->leaving)
        return error_set(error, STATUS_INVALID, "a super-admin who is not leaving would lose the role");
    return STATUS_OK;
}

static enum status check(const struct write *write, struct error *error) {
    const struct doc *before = doc_before(write), *after = write->after;
    if (write->before != NULL && before->id != after->id)
        return error_set(error, STATUS_INVALID, "a write of two documents");
    if (before->rev < 0 || before->rev >= rev_max || write->owner < 0 || write->owe_count > OWED_MAX)
        return error_set(error, STATUS_INVALID, "a write with a revision, an owner or items out of range");
    if (write->now <= 0 && (count_owed(write) > 0 || count_cards(write) > 0))
        return error_set(error, STATUS_INVALID, "a write that owes something without a time");
    enum status status = codec_check(record_of(write->collection), after, error);
    if (status == STATUS_OK)
        status = check_role(write, error);
    if (status == STATUS_OK)
        status = check_owed(write, error);
    return status == STATUS_OK ? check_cards(write, error) : status;
}

static void init(struct change *change) {
    bson_init(&change->set);
    bson_init(&change->unset);
    change->op = 0;
}

static void set_number(struct change *change, const char *name, int64_t number) {
    if (number != 0)
        bson_append_int64(&change->set, name, -1, number);
    else
        bson_append_bool(&change->unset, name, -1, true);
}

static void set_row(struct change *change, const char *map, int64_t key, const struct record *record, const void *row) {
    char path[KEY_SIZE];
    bson_t value;
    snprintf(path, sizeof(path), "%s.%lld", map, (long long)key);
    bson_append_document_begin(&change->set, path, -1, &value);
    codec_add_row(&value, record, row);
    bson_append_document_end(&change->set, &value);
}

/* Once: MongoDB refuses an update that names a path twice. */
static void unset_owed(struct change *change, int64_t id) {
    char path[KEY_SIZE];
    bson_iter_t iter;
    snprintf(path, sizeof(path), "owes.%lld", (long long)id);
    if (!bson_iter_init_find(&iter, &change->unset, path))
        bson_append_bool(&change->unset, path, -1, true);
}

/* The time is written even where it stands: since it was read, an owner may have let go, which changes no revision, and
 * a document must not owe without being found. */
static void set_owed_at(const struct write *write, struct change *change) {
    const struct doc *before = doc_before(write);
    if (count_owed(write) > 0 || count_cards(write) > 0)
        set_number(change, "owed_at", before->owed_at > 0 ? before->owed_at : write->now);
}

/* An owner delivers what a document owes, and then lets it go. Of one that owes nothing it never would: whoever writes
 * to it next could not tell whether the owner is still there. */
static void set_owner(const struct write *write, struct change *change) {
    const struct doc *before = doc_before(write);
    const bool owed = before->owed_at > 0, owes = owed || count_owed(write) > 0 || count_cards(write) > 0;
    const int64_t kept = owed ? before->owner : 0, owner = !owes ? 0 : write->owner != 0 ? write->owner : kept;
    if (owner != before->owner)
        set_number(change, "owner", owner);
}

/* The row to be written: what is derived from other fields is derived here, so that it cannot be forgotten. */
static const void *derive(const struct write *write, union any_row *place) {
    switch (write->collection) {
    case COLLECTION_TICKETS:
        place->ticket = *(const struct ticket *)write->after;
        place->ticket.queue = ticket_queue(&place->ticket);
        return place;
    case COLLECTION_USERS:
        place->user = *(const struct user *)write->after;
        place->user.reachable = user_reachable(&place->user);
        return place;
    case COLLECTION_ROOMS:
        place->room = *(const struct room *)write->after;
        place->room.place = place->room.name ? place->room.doc.id : 0;
        return place;
    default:
        return write->after;
    }
}

bool change_is_derived(enum collection collection, const void *row) {
    union any_row place;
    bson_t set = BSON_INITIALIZER, unset = BSON_INITIALIZER;
    const struct write write = {.collection = collection, .after = row};
    codec_diff(record_of(collection), row, derive(&write, &place), &set, &unset);
    const bool same = bson_empty(&set) && bson_empty(&unset);
    bson_destroy(&set);
    bson_destroy(&unset);
    return same;
}

enum status change_of_write(const struct write *write, struct change *ret_change, struct error *error) {
    const struct doc *before = doc_before(write);
    union any_row place;
    init(ret_change);
    enum status status = check(write, error);
    if (status != STATUS_OK)
        return status;
    const void *after = derive(write, &place);
    if (write->before != NULL)
        codec_diff(record_of(write->collection), before, after, &ret_change->set, &ret_change->unset);
    else
        codec_add_row(&ret_change->set, record_of(write->collection), after);
    set_number(ret_change, "rev", before->rev + 1);
    if (count_cards(write) > 0 && !write->unseen)
        set_number(ret_change, "face", before->rev + 1);
    set_owner(write, ret_change);
    set_owed_at(write, ret_change);
    for (size_t i = 0; i < write->owe_count; i++)
        set_row(ret_change, "owes", (before->rev + 1) * 128 + (int64_t)i, &owed_record, &write->owe[i]);
    for (size_t i = 0; i < write->card_count; i++)
        set_row(ret_change, "cards", write->cards[i].chat, &card_record, &write->cards[i]);
    for (size_t i = 0; i < before->owes.count; i++)
        if (settles(write, before->owes.items[i].id))
            unset_owed(ret_change, before->owes.items[i].id);
    ret_change->op = write->op;
    return STATUS_OK;
}

/* Whether the document has the card in whose place this one is noted. */
static bool finds_card(const bson_t *document, const struct card_note *note) {
    bson_iter_t iter, card;
    char path[KEY_SIZE];
    snprintf(path, sizeof(path), "cards.%lld", (long long)note->card.chat);
    if (!bson_iter_init(&iter, document) || !bson_iter_find_descendant(&iter, path, &card))
        return false;
    int64_t message = 0;
    if (BSON_ITER_HOLDS_DOCUMENT(&card) && bson_iter_recurse(&card, &iter) && bson_iter_find(&iter, "message") &&
        BSON_ITER_HOLDS_INT64(&iter))
        message = bson_iter_int64(&iter);
    return message == note->before;
}

static bool has_entry(const bson_t *document, const char *map, int64_t key) {
    bson_iter_t iter, child;
    char name[KEY_SIZE];
    snprintf(name, sizeof(name), "%lld", (long long)key);
    return bson_iter_init_find(&iter, document, map) && BSON_ITER_HOLDS_DOCUMENT(&iter) &&
           bson_iter_recurse(&iter, &child) && bson_iter_find(&child, name);
}

void settle_narrow(struct settle *settle, const bson_t *document, struct card_note cards[SETTLE_CARDS_MAX]) {
    size_t kept = 0;
    if (!has_entry(document, "owes", settle->progress_item))
        settle->progress_item = 0;
    for (size_t i = 0; i < settle->card_count; i++)
        if (finds_card(document, &settle->cards[i]))
            cards[kept++] = settle->cards[i];
    settle->cards = cards;
    settle->card_count = kept;
    settle->release = settle->release && codec_find_number(document, "rev") == settle->rev;
}

void change_of_settle(const struct settle *settle, struct change *ret_change) {
    init(ret_change);
    for (size_t i = 0; i < settle->item_count; i++)
        unset_owed(ret_change, settle->items[i]);
    if (settle->progress_item != 0 && !has_id(settle->items, settle->item_count, settle->progress_item)) {
        char path[KEY_SIZE];
        snprintf(path, sizeof(path), "owes.%lld.part", (long long)settle->progress_item);
        bson_append_int64(&ret_change->set, path, -1, settle->progress_part);
    }
    for (size_t i = 0; i < settle->card_count; i++)
        set_row(ret_change, "cards", settle->cards[i].card.chat, &card_record, &settle->cards[i].card);
    if (settle->release) {
        set_number(ret_change, "owner", 0);
        set_number(ret_change, "owed_at", 0);
    }
}

void change_of_owner(int64_t owner, struct change *ret_change) {
    init(ret_change);
    set_number(ret_change, "owner", owner);
}

void change_done(struct change *change) {
    bson_destroy(&change->set);
    bson_destroy(&change->unset);
}
