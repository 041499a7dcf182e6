/* A page of a list as a message: a few lines for each ticket, person or room, a button for each, and the buttons to
 * turn pages. */
#include "core/utf.h"
#include "handlers/handlers.h"
#include "handlers/lists.h"
#include "handlers/tickets.h"
#include "telegram/html.h"

/* Units of what may be long, so that five tickets fit into a message with room to spare. */
enum {
    DESCRIPTION_UNITS = 80,
    NAME_UNITS = 60,
    REASON_UNITS = 150,
    FILTERS_MAX = 3,
    BUTTONS_MAX = PAGE_TICKETS + 2 + FILTERS_MAX
};

static const struct look {
    enum role role; /* who may see it */
    enum text title, empty;
    enum text filters[FILTERS_MAX]; /* TEXT_NONE: no more */
    enum verb press;                /* VERB_NONE: there is nothing to press */
    bool compact;                   /* few lines; else dates and reason too */
    enum text rest;                 /* below the ticket's header or line; TEXT_NONE: it is a list of others */
    enum collection collection;
} looks[LIST_COUNT] = {
    [LIST_ACTIVE] = {ROLE_ADMIN,
                     TEXT_LIST_ACTIVE,
                     TEXT_LIST_ACTIVE_EMPTY,
                     {TEXT_FILTER_ALL, TEXT_FILTER_NEW, TEXT_FILTER_MINE},
                     VERB_OPEN,
                     true,
                     TEXT_LIST_WHO,
                     COLLECTION_TICKETS},
    [LIST_HISTORY] = {ROLE_USER,
                      TEXT_LIST_HISTORY,
                      TEXT_LIST_HISTORY_EMPTY,
                      {0},
                      VERB_OPEN,
                      false,
                      TEXT_LIST_MINE,
                      COLLECTION_TICKETS},
    [LIST_OPEN] =
        {ROLE_USER, TEXT_LIST_OPEN, TEXT_LIST_OPEN_EMPTY, {0}, VERB_CANCEL, true, TEXT_LIST_WHAT, COLLECTION_TICKETS},
    [LIST_CLOSED] = {ROLE_ADMIN,
                     TEXT_LIST_CLOSED,
                     TEXT_LIST_CLOSED_EMPTY,
                     {0},
                     VERB_OPEN,
                     false,
                     TEXT_LIST_WHO_DATES,
                     COLLECTION_TICKETS},
    [LIST_STAFF] =
        {ROLE_SUPER_ADMIN, TEXT_LIST_STAFF, TEXT_LIST_STAFF_EMPTY, {0}, VERB_NONE, false, TEXT_NONE, COLLECTION_USERS},
    [LIST_DISMISS] = {ROLE_SUPER_ADMIN,
                      TEXT_LIST_DISMISS,
                      TEXT_LIST_DISMISS_EMPTY,
                      {0},
                      VERB_DISMISS,
                      true,
                      TEXT_NONE,
                      COLLECTION_USERS},
    [LIST_ROOMS] =
        {ROLE_SUPER_ADMIN, TEXT_LIST_ROOMS, TEXT_LIST_ROOMS_EMPTY, {0}, VERB_ROOM, true, TEXT_NONE, COLLECTION_ROOMS},
};

enum role list_role(enum list list) {
    return looks[list].role;
}

enum collection list_collection(enum list list) {
    return looks[list].rest == TEXT_NONE ? looks[list].collection : COLLECTION_TICKETS;
}

int64_t list_filters(enum list list) {
    int64_t count = 1;
    while (count < FILTERS_MAX && looks[list].filters[count] != TEXT_NONE)
        count++;
    return count;
}

/* --- the text --- */

static const char *person_name(const struct render *render, const struct user *person) {
    const char *id = arena_printf(render->arena, "%lld", (long long)person->doc.id);
    return utf16_shorten(render->arena, person->name ? person->name : id, NAME_UNITS);
}

static enum text person_state(const struct user *person) {
    if (!person->started)
        return TEXT_STAFF_WAITING;
    return person->blocked ? TEXT_STAFF_BLOCKED : TEXT_STAFF_ACTIVE;
}

static const char *person_row(const struct render *render, const struct user *person) {
    struct arena *arena = render->arena;
    enum lang lang = render_lang(render);
    enum text role = person->role == ROLE_SUPER_ADMIN ? TEXT_ROLE_SUPER_ADMIN : TEXT_ROLE_ADMIN;
    struct text_arg args[] = {
        {.name = "name", .value = person_name(render, person)},
        {.name = "username", .value = person->username ? arena_printf(arena, " @%s", person->username) : ""},
        {.name = "id", .value = arena_printf(arena, "%lld", (long long)person->doc.id)},
        {.name = "role", .value = text_raw(lang, role)},
        {.name = "state", .value = text_raw(lang, person_state(person))}};
    return render_text(render, TEXT_STAFF_ROW, args, sizeof(args) / sizeof(args[0]));
}

/* When it was closed; in one's own list a line of its own, where anything has happened to it. */
static const char *changed(const struct render *render, const struct look *look, const struct ticket *ticket) {
    struct text_arg at = {.name = "changed", .value = ticket_time(render->arena, ticket->changed_at)};
    if (look->rest != TEXT_LIST_MINE)
        return at.value;
    return ticket->changed_at == ticket->created_at ? NULL : render_text(render, TEXT_LIST_CHANGED, &at, 1);
}

static const char *ticket_row(const struct render *render, const struct look *look, const struct ticket *ticket) {
    struct arena *arena = render->arena;
    const char *head = look->compact ? ticket_line(render, ticket) : ticket_header(render, ticket, REASON_UNITS);
    const char *what = utf_clean_line(arena, ticket->description ? ticket->description : "—");
    struct text_arg args[] = {
        {.name = "name", .value = utf16_shorten(arena, ticket->name ? ticket->name : "—", NAME_UNITS)},
        {.name = "description", .value = utf16_shorten(arena, what, DESCRIPTION_UNITS)},
        {.name = "created", .value = ticket_time(arena, ticket->created_at)},
        {.name = "changed", .html = changed(render, look, ticket)}};
    return arena_printf(arena, "%s%s", head, render_text(render, look->rest, args, sizeof(args) / sizeof(args[0])));
}

static const char *room_row(const struct render *render, const struct room *room) {
    const char *code = room->code ? room->code : "";
    struct text_arg args[] = {{.name = "name", .value = room->name ? room->name : "—"},
                              {.name = "code", .value = code},
                              {.name = "link", .value = room_link(render->arena, render->bot, code)}};
    return render_text(render, TEXT_ROOM_ROW, args, sizeof(args) / sizeof(args[0]));
}

static const char *row(const struct render *render, const struct look *look, size_t i) {
    if (look->rest == TEXT_NONE)
        return look->collection == COLLECTION_ROOMS ? room_row(render, &render->page->rooms[i])
                                                    : person_row(render, &render->page->people[i]);
    return ticket_row(render, look, &render->page->tickets[i]);
}

static const char *list_text(const struct render *render, const struct look *look) {
    const char *text = render_text(render, look->title, NULL, 0);
    for (size_t i = 0; i < render->page->count; i++)
        text = arena_printf(render->arena, "%s\n\n%s", text, row(render, look, i));
    if (render->page->count == 0)
        text = arena_printf(render->arena, "%s\n\n%s", text, render_text(render, look->empty, NULL, 0));
    return text;
}

/* --- the buttons --- */

struct buttons {
    struct inline_button items[BUTTONS_MAX];
    size_t count;
};

static void add_turn(struct buttons *buttons, const struct owed *item, const char *text, int64_t before, int64_t from) {
    bool beside = buttons->count > 0 && buttons->items[buttons->count - 1].verb == VERB_PAGE;
    buttons->items[buttons->count++] =
        (struct inline_button){text, VERB_PAGE, {(int64_t)item->list, item->filter, before, from}, beside};
}

static void add_turns(struct buttons *buttons, const struct owed *item, const struct page *page) {
    if (page->before)
        add_turn(buttons, item, "◀️", 1, page->first);
    if (page->after)
        add_turn(buttons, item, "▶️", 0, page->last);
}

/* The one that is looked through is marked; pressing it shows the list as it is now. */
static void add_filters(struct buttons *buttons, const struct render *render, const struct owed *item) {
    int64_t count = list_filters(item->list);
    for (int64_t i = 0; count > 1 && i < count; i++) {
        const char *text = text_raw(render_lang(render), looks[item->list].filters[i]);
        if (i == item->filter)
            text = arena_printf(render->arena, "• %s", text);
        buttons->items[buttons->count++] =
            (struct inline_button){text, VERB_PAGE, {(int64_t)item->list, i, 0, 0}, i > 0};
    }
}

static const char *person_button(const struct render *render, const struct user *person) {
    struct text_arg name = {.name = "name", .value = person_name(render, person)};
    return html_to_plain(render->arena, render_text(render, TEXT_STAFF_BUTTON, &name, 1));
}

static struct inline_button press_button(const struct render *render, const struct look *look, size_t i) {
    const struct page *page = render->page;
    const char *text = NULL;
    int64_t id = 0;
    if (look->rest != TEXT_NONE) {
        id = page->tickets[i].doc.id;
        text = ticket_button(render, &page->tickets[i]);
    } else if (look->collection == COLLECTION_ROOMS) {
        id = page->rooms[i].doc.id;
        text = page->rooms[i].name ? page->rooms[i].name : "—";
    } else {
        id = page->people[i].doc.id;
        text = person_button(render, &page->people[i]);
    }
    return (struct inline_button){text, look->press, {id}, false};
}

static void add_presses(struct buttons *buttons, const struct render *render, const struct look *look) {
    for (size_t i = 0; look->press != VERB_NONE && i < render->page->count; i++)
        buttons->items[buttons->count++] = press_button(render, look, i);
}

static const struct tg_markup *list_markup(const struct render *render, const struct owed *item) {
    const struct page *page = render->page;
    struct buttons buttons = {.count = 0};
    add_presses(&buttons, render, &looks[item->list]);
    add_turns(&buttons, item, page);
    add_filters(&buttons, render, item);
    return keyboard_inline(render->arena, buttons.items, buttons.count);
}

size_t render_list(const struct render *render, const struct owed *item, struct tg_call *ret_call) {
    const struct look *look = &looks[item->list];
    if (item->list == LIST_NONE || !render->page || render->recipient->role < look->role)
        return 0;
    *ret_call = (struct tg_call){.method = TG_METHOD_SEND_MESSAGE,
                                 .chat_id = item->chat,
                                 .text = list_text(render, look),
                                 .html = true,
                                 .markup = list_markup(render, item)};
    return 1;
}
