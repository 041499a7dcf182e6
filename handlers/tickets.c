/* How a ticket looks: the card for staff, the summary for its author. */
#include "handlers/tickets.h"

#include <string.h>
#include <time.h>

#include "core/clock.h"
#include "core/utf.h"
#include "telegram/html.h"

/* Room for what a card may have to say later: who took it and why it was rejected, each cut to this, and that its media
 * were refused. The author gets the whole reason. */
enum { ASSIGNEE_UNITS = 100, REASON_UNITS = 460, LATER_UNITS = 700 };

struct ticket ticket_from_form(struct arena *arena, const struct user *author, const struct owed *item, int64_t now,
                               struct owed *ret_owe) {
    const struct form *form = &author->form;
    struct event *created = ARENA_NEW(arena, struct event);
    *created = (struct event){.at = now, .who = author->doc.id, .what = "created"};
    *ret_owe = (struct owed){.kind = OWED_TICKET_FILED, .chat = author->doc.id};
    return (struct ticket){.doc.id = item->number,
                           .author = author->doc.id,
                           .form_id = form->id,
                           .name = form->name,
                           .phone = form->phone,
                           .description = form_full_description(arena, form),
                           .username = author->username,
                           .media = form->media,
                           .priority = form->priority,
                           .status = TICKET_WAITING,
                           .created_at = now,
                           .changed_at = now,
                           .events = {created, 1}};
}

const char *ticket_time(struct arena *arena, int64_t ms) {
    time_t seconds = (time_t)(ms / SECOND);
    struct tm parts;
    char text[32] = "";
    if (localtime_r(&seconds, &parts))
        strftime(text, sizeof(text), "%d.%m.%Y %H:%M", &parts);
    return arena_strdup(arena, text);
}

/* --- the parts of a ticket's text --- */

static const char *priority_text(const struct render *render, const struct ticket *ticket) {
    static const enum text priorities[PRIORITY_COUNT] = {
        [PRIORITY_LOW] = TEXT_LABEL_LOW, [PRIORITY_MEDIUM] = TEXT_LABEL_MEDIUM, [PRIORITY_HIGH] = TEXT_LABEL_HIGH};
    return ticket->priority == PRIORITY_NONE ? "—" : text_raw(render_lang(render), priorities[ticket->priority]);
}

/* A text about number, status and priority, with who handles it below. */
static const char *head(const struct render *render, const struct ticket *ticket, enum text text) {
    const char *number = arena_printf(render->arena, "%lld", (long long)ticket->doc.id);
    const char *status = text_raw(render_lang(render), ticket_status_text(ticket->status));
    struct text_arg args[] = {{.name = "number", .value = number},
                              {.name = "status", .value = status},
                              {.name = "priority", .value = priority_text(render, ticket)}};
    const char *html = render_text(render, text, args, 3);
    if (!ticket->assignee && !ticket->assignee_name)
        return html;
    const char *who = ticket->assignee_name ? ticket->assignee_name : "—";
    struct text_arg name = {.name = "name", .value = utf16_shorten(render->arena, who, ASSIGNEE_UNITS)};
    return arena_printf(render->arena, "%s%s", html, render_text(render, TEXT_TICKET_ASSIGNEE, &name, 1));
}

const char *ticket_line(const struct render *render, const struct ticket *ticket) {
    return head(render, ticket, TEXT_TICKET_LINE);
}

const char *ticket_button(const struct render *render, const struct ticket *ticket) {
    struct ticket bare = *ticket;
    bare.assignee = 0;
    bare.assignee_name = NULL;
    return html_to_plain(render->arena, head(render, &bare, TEXT_TICKET_BUTTON));
}

const char *ticket_header(const struct render *render, const struct ticket *ticket, size_t reason_units) {
    const char *html = head(render, ticket, TEXT_TICKET_HEADER);
    if (ticket->status == TICKET_REJECTED && ticket->reason) {
        const char *why = utf16_shorten(render->arena, ticket->reason, reason_units);
        struct text_arg reason = {.name = "reason", .value = why};
        html = arena_printf(render->arena, "%s%s", html, render_text(render, TEXT_TICKET_REASON, &reason, 1));
    }
    return html;
}

static const char *media_note(const struct render *render, const struct ticket *ticket) {
    if (ticket->media.count == 0)
        return NULL;
    if (ticket->media_refused)
        return text_raw(render_lang(render), TEXT_TICKET_MEDIA_REFUSED);
    struct text_arg count = {.name = "count", .value = arena_printf(render->arena, "%zu", ticket->media.count)};
    return render_text(render, TEXT_TICKET_MEDIA, &count, 1);
}

static const char *fields(const struct render *render, const struct ticket *ticket) {
    const char *username = ticket->username ? arena_printf(render->arena, " (@%s)", ticket->username) : NULL;
    struct text_arg args[] = {{.name = "name", .value = ticket->name},
                              {.name = "username", .value = username},
                              {.name = "phone", .value = ticket->phone},
                              {.name = "created", .value = ticket_time(render->arena, ticket->created_at)},
                              {.name = "media", .html = media_note(render, ticket)}};
    return render_text(render, TEXT_TICKET_FIELDS, args, sizeof(args) / sizeof(args[0]));
}

static const char *description(const struct render *render, const struct ticket *ticket) {
    struct text_arg arg = {.name = "description", .value = ticket->description};
    return render_text(render, TEXT_TICKET_DESCRIPTION, &arg, 1);
}

static const enum tg_media_kind media_kinds[] = {TG_MEDIA_PHOTO, TG_MEDIA_DOCUMENT};
enum { MEDIA_KINDS = sizeof(media_kinds) / sizeof(media_kinds[0]) };

/* A number of the database that stands for no kind is not sent. */
static bool is_sendable(const struct media *media) {
    for (size_t k = 0; k < MEDIA_KINDS; k++)
        if (media->kind == (int64_t)media_kinds[k])
            return true;
    return false;
}

/* Telegram mixes photos with documents in no album: each kind goes together, a single one alone. */
static size_t add_media(const struct render *render, const struct ticket *ticket, int64_t chat, struct tg_call *calls,
                        size_t count) {
    for (size_t k = 0; k < MEDIA_KINDS; k++) {
        struct tg_media *media = arena_array(render->arena, MEDIA_MAX, sizeof(*media));
        size_t here = 0;
        for (size_t i = 0; i < ticket->media.count && here < MEDIA_MAX; i++)
            if (ticket->media.items[i].kind == (int64_t)media_kinds[k])
                media[here++] = (struct tg_media){.kind = media_kinds[k], .file_id = ticket->media.items[i].file_id};
        if (here > 0 && count < RENDER_CALLS_MAX)
            calls[count++] = (struct tg_call){.method = here > 1 ? TG_METHOD_SEND_MEDIA_GROUP : TG_METHOD_SEND_MEDIA,
                                              .chat_id = chat,
                                              .media = media,
                                              .media_count = here};
    }
    return count;
}

/* --- the card --- */

struct card_texts {
    const char *status, *description; /* header with fields; description */
    bool caption;                     /* one media carries the whole card */
    bool whole;                       /* status and description fit into one message, whatever comes later */
};

/* Units of a card that nobody has touched yet, in the language in which they are the most. */
static size_t first_units(struct arena *arena, const struct ticket *ticket) {
    struct ticket first = *ticket;
    size_t most = 0;
    first.status = TICKET_WAITING;
    first.assignee = 0;
    first.assignee_name = NULL;
    first.media_refused = false;
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        const struct user reader = {.lang = lang_code((enum lang)lang)};
        const struct render render = {.arena = arena, .recipient = &reader};
        size_t units = html_length(ticket_header(&render, &first, REASON_UNITS)) +
                       html_length(fields(&render, &first)) + html_length(description(&render, &first)) + 4;
        most = units > most ? units : most;
    }
    return most;
}

/* The shape depends only on what never changes about a ticket, so that an edit finds the message that was sent; but for
 * a caption whose media were refused, which is sent anew as text. */
static struct card_texts card_texts(const struct render *render, const struct ticket *ticket) {
    struct card_texts texts = {.description = description(render, ticket)};
    texts.status =
        arena_printf(render->arena, "%s\n\n%s", ticket_header(render, ticket, REASON_UNITS), fields(render, ticket));
    size_t units = first_units(render->arena, ticket) + LATER_UNITS;
    bool single = ticket->media.count == 1 && is_sendable(&ticket->media.items[0]);
    texts.caption = single && !ticket->media_refused && units <= TG_CAPTION_MAX;
    texts.whole = units <= TG_TEXT_MAX;
    return texts;
}

/* Whose the ticket is. One that was taken over from the bot before may name somebody who is not known by an id: then it
 * is in the hands of super-admins. */
static bool is_theirs(const struct ticket *ticket, const struct user *reader) {
    return ticket->assignee ? ticket->assignee == reader->doc.id : reader->role == ROLE_SUPER_ADMIN;
}

/* While it waits, anybody on staff may take it; then its assignee alone has buttons. */
static const struct tg_markup *card_markup(const struct render *render, const struct ticket *ticket) {
    enum keyboard keyboard = KEYBOARD_NONE;
    if (ticket->status == TICKET_WAITING)
        keyboard = KEYBOARD_TICKET_WAITING;
    else if (ticket->status == TICKET_ACCEPTED && is_theirs(ticket, render->recipient))
        keyboard = KEYBOARD_TICKET_ACCEPTED;
    return user_is_staff(render->recipient) ? render_markup(render, keyboard, ticket->doc.id) : NULL;
}

size_t render_card(const struct render *render, const struct ticket *ticket, int64_t chat, int64_t message,
                   struct tg_call ret_calls[RENDER_CALLS_MAX]) {
    struct card_texts texts = card_texts(render, ticket);
    const char *last =
        texts.whole ? arena_printf(render->arena, "%s\n\n%s", texts.status, texts.description) : texts.status;
    struct tg_call call = {.method = TG_METHOD_SEND_MESSAGE, .chat_id = chat, .text = last, .html = true};
    size_t count = 0;
    if (message) {
        call.method = texts.caption ? TG_METHOD_EDIT_MESSAGE_CAPTION : TG_METHOD_EDIT_MESSAGE_TEXT;
        call.message_id = message;
    } else {
        if (!ticket->media_refused)
            count = add_media(render, ticket, chat, ret_calls, count);
        if (texts.caption) {
            ret_calls[0].text = last;
            ret_calls[0].html = true;
            ret_calls[0].markup = card_markup(render, ticket);
            return 1;
        }
        if (!texts.whole)
            count = render_parts(render, chat, texts.description, ret_calls, count);
    }
    call.markup = card_markup(render, ticket);
    if (count == RENDER_CALLS_MAX)
        count--;
    ret_calls[count++] = call;
    return count;
}

size_t render_filed(const struct render *render, const struct ticket *ticket, int64_t chat,
                    struct tg_call ret_calls[RENDER_CALLS_MAX]) {
    const char *number = arena_printf(render->arena, "%lld", (long long)ticket->doc.id);
    struct text_arg arg = {.name = "number", .value = number};
    const char *html =
        arena_printf(render->arena, "%s\n\n%s\n\n%s\n\n%s", render_text(render, TEXT_TICKET_FILED, &arg, 1),
                     ticket_header(render, ticket, REASON_UNITS), fields(render, ticket), description(render, ticket));
    size_t count = render_parts(render, chat, html, ret_calls, 0);
    ret_calls[count - 1].markup = render_markup(render, KEYBOARD_MENU, 0);
    return count;
}
