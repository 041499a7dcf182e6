/* A page of a list as a message: a few lines for each ticket, a button for each, and the buttons to turn pages. */
#include "core/utf.h"
#include "handlers/lists.h"
#include "handlers/tickets.h"

/* Units of what may be long, so that five tickets fit into a message with room to spare. */
enum {
    DESCRIPTION_UNITS = 80,
    NAME_UNITS = 60,
    REASON_UNITS = 150,
    FILTERS_MAX = 3,
    BUTTONS_MAX = PAGE_TICKETS + 2 + FILTERS_MAX
};

static const struct look {
    bool for_staff;
    enum text title, empty;
    enum text filters[FILTERS_MAX]; /* TEXT_NONE: no more */
    enum verb press;
    bool compact;   /* few lines; else dates and reason too */
    enum text rest; /* below the ticket's header or line */
} looks[LIST_COUNT] = {
    [LIST_ACTIVE] = {true,
                     TEXT_LIST_ACTIVE,
                     TEXT_LIST_ACTIVE_EMPTY,
                     {TEXT_FILTER_ALL, TEXT_FILTER_NEW, TEXT_FILTER_MINE},
                     VERB_OPEN,
                     true,
                     TEXT_LIST_WHO},
    [LIST_HISTORY] = {false, TEXT_LIST_HISTORY, TEXT_LIST_HISTORY_EMPTY, {0}, VERB_OPEN, false, TEXT_LIST_DATES},
    [LIST_OPEN] = {false, TEXT_LIST_OPEN, TEXT_LIST_OPEN_EMPTY, {0}, VERB_CANCEL, true, TEXT_LIST_WHAT},
    [LIST_CLOSED] = {true, TEXT_LIST_CLOSED, TEXT_LIST_CLOSED_EMPTY, {0}, VERB_OPEN, false, TEXT_LIST_WHO_DATES},
};

bool list_is_for_staff(enum list list) {
    return looks[list].for_staff;
}

int64_t list_filters(enum list list) {
    int64_t count = 1;
    while (count < FILTERS_MAX && looks[list].filters[count] != TEXT_NONE)
        count++;
    return count;
}

/* --- the text --- */

static const char *row(const struct render *render, const struct look *look, const struct ticket *ticket) {
    struct arena *arena = render->arena;
    const char *head = look->compact ? ticket_line(render, ticket) : ticket_header(render, ticket, REASON_UNITS);
    const char *what = utf_clean_line(arena, ticket->description ? ticket->description : "—");
    struct text_arg args[] = {
        {.name = "name", .value = utf16_shorten(arena, ticket->name ? ticket->name : "—", NAME_UNITS)},
        {.name = "description", .value = utf16_shorten(arena, what, DESCRIPTION_UNITS)},
        {.name = "created", .value = ticket_time(arena, ticket->created_at)},
        {.name = "changed", .value = ticket_time(arena, ticket->changed_at)}};
    return arena_printf(arena, "%s%s", head, render_text(render, look->rest, args, sizeof(args) / sizeof(args[0])));
}

static const char *list_text(const struct render *render, const struct look *look) {
    const char *text = render_text(render, look->title, NULL, 0);
    for (size_t i = 0; i < render->page->count; i++)
        text = arena_printf(render->arena, "%s\n\n%s", text, row(render, look, &render->page->tickets[i]));
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
        add_turn(buttons, item, "◀️", 1, page->keys[0]);
    if (page->after)
        add_turn(buttons, item, "▶️", 0, page->keys[page->count - 1]);
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

static const struct tg_markup *list_markup(const struct render *render, const struct owed *item) {
    const struct page *page = render->page;
    struct buttons buttons = {.count = 0};
    for (size_t i = 0; i < page->count; i++)
        buttons.items[buttons.count++] = (struct inline_button){
            ticket_button(render, &page->tickets[i]), looks[item->list].press, {page->tickets[i].doc.id}, false};
    add_turns(&buttons, item, page);
    add_filters(&buttons, render, item);
    return keyboard_inline(render->arena, buttons.items, buttons.count);
}

size_t render_list(const struct render *render, const struct owed *item, struct tg_call *ret_call) {
    const struct look *look = &looks[item->list];
    if (item->list == LIST_NONE || !render->page || (look->for_staff && !user_is_staff(render->recipient)))
        return 0;
    *ret_call = (struct tg_call){.method = TG_METHOD_SEND_MESSAGE,
                                 .chat_id = item->chat,
                                 .text = list_text(render, look),
                                 .html = true,
                                 .markup = list_markup(render, item)};
    return 1;
}
