#include "server/delivery/pages.h"

enum { FILTERS_MAX = 3 };

/* A list is a question of the store, walked in one direction. */
struct source {
    enum query query;
    bool own;  /* the viewer is the question's key */
    bool down; /* newest first */
};

static const struct source sources[LIST_COUNT][FILTERS_MAX] = {
    [LIST_ACTIVE] = {{QUERY_QUEUE, false, false},
                     {QUERY_QUEUE_WAITING, false, false},
                     {QUERY_QUEUE_ASSIGNED, true, false}},
    [LIST_HISTORY] = {{QUERY_AUTHOR_TICKETS, true, true}},
    [LIST_OPEN] = {{QUERY_OPEN_TICKETS, true, true}},
    [LIST_CLOSED] = {{QUERY_CLOSED_TICKETS, false, true}},
    [LIST_STAFF] = {{QUERY_STAFF, false, false}},
    [LIST_DISMISS] = {{QUERY_ADMINS, false, false}},
    [LIST_ROOMS] = {{QUERY_ROOMS, false, false}},
};

static int64_t ticket_number(const struct source *source, int64_t key) {
    bool queue =
        source->query == QUERY_QUEUE || source->query == QUERY_QUEUE_WAITING || source->query == QUERY_QUEUE_ASSIGNED;
    return queue ? ticket_of_queue(key) : key;
}

/* Keys beyond `from` in the list's direction, or against it; one more than a page tells whether there is another. */
static enum status find(struct store *store, const struct source *source, int64_t viewer, int64_t from, bool against,
                        int64_t keys[PAGE_TICKETS + 1], size_t *ret_count, struct error *error) {
    bool down = source->down != against;
    if (from == 0)
        from = down ? INT64_MAX : 0;
    return store_page(store, source->query, source->own ? viewer : 0, from, down, keys, PAGE_TICKETS + 1, ret_count,
                      error);
}

static void reverse(int64_t *keys, size_t count) {
    for (size_t i = 0; i < count / 2; i++) {
        int64_t key = keys[i];
        keys[i] = keys[count - 1 - i];
        keys[count - 1 - i] = key;
    }
}

/* The keys of the page that is asked for; false where it is to be the first one instead. */
static enum status choose(struct store *store, const struct source *source, int64_t viewer, const struct owed *item,
                          struct page *page, int64_t keys[PAGE_TICKETS + 1], bool *ret_chosen, struct error *error) {
    size_t found = 0;
    enum status status = find(store, source, viewer, item->from, item->before, keys, &found, error);
    if (status)
        return status;
    bool more = found > PAGE_TICKETS;
    page->count = more ? PAGE_TICKETS : found;
    if (item->before)
        reverse(keys, page->count);
    page->first = page->count > 0 ? keys[0] : 0;
    page->last = page->count > 0 ? keys[page->count - 1] : 0;
    page->before = item->before ? more : item->from != 0;
    page->after = item->before || more;
    *ret_chosen = item->from == 0 || (item->before ? page->count == PAGE_TICKETS : found > 0);
    return STATUS_OK;
}

static void *row_place(struct page *page, enum collection collection, size_t i) {
    switch (collection) {
    case COLLECTION_USERS:
        return &page->people[i];
    case COLLECTION_ROOMS:
        return &page->rooms[i];
    default:
        return &page->tickets[i];
    }
}

/* What is gone, or cannot be read, is left out. */
static enum status load_rows(struct store *store, const struct source *source, enum collection collection,
                             struct arena *arena, const int64_t *keys, struct page *page, struct error *error) {
    size_t kept = 0;
    for (size_t i = 0; i < page->count; i++) {
        struct error why = {0};
        enum status status = store_load(store, collection, ticket_number(source, keys[i]), arena,
                                        row_place(page, collection, kept), &why);
        if (status == STATUS_OK)
            kept++;
        else if (status != STATUS_NOT_FOUND && status != STATUS_DAMAGED)
            return error_set(error, status, "%s", why.text);
    }
    page->count = kept;
    return STATUS_OK;
}

enum status pages_load(struct store *store, struct arena *arena, const struct user *viewer, const struct owed *item,
                       struct page *ret_page, struct error *error) {
    *ret_page = (struct page){.count = 0};
    if (item->list == LIST_NONE || item->filter < 0 || item->filter >= list_filters(item->list))
        return STATUS_OK;
    const struct source *source = &sources[item->list][item->filter];
    struct owed first = *item;
    int64_t keys[PAGE_TICKETS + 1];
    bool chosen = false;
    first.from = 0;
    first.before = false;
    enum status status = choose(store, source, viewer->doc.id, item, ret_page, keys, &chosen, error);
    if (status == STATUS_OK && !chosen)
        status = choose(store, source, viewer->doc.id, &first, ret_page, keys, &chosen, error);
    enum collection collection = list_collection(item->list);
    return status == STATUS_OK ? load_rows(store, source, collection, arena, keys, ret_page, error) : status;
}
