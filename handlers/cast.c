/* A broadcast, from the menu to its confirmation: a text, media, a preview, one press. And the buttons of its progress.
 */
#include "handlers/cast.h"

#include <string.h>

#include "core/random.h"
#include "core/utf.h"
#include "handlers/handlers.h"
#include "telegram/html.h"

/* --- composing --- */

void handle_broadcast(const struct context *context, struct change *change) {
    form_leave(context, change);
    change->user.cast = (struct cast){0};
    ask_step(context, change, STATE_CAST_TEXT);
}

/* The message is shown as everybody will see it, then comes the question. */
static void preview(const struct context *context, struct change *change) {
    change->user.state = NULL;
    change->user.cast.id = random_id();
    (void)owe(context, change, OWED_PREVIEW);
    reply(context, change, TEXT_CAST_CONFIRM, KEYBOARD_CAST_CONFIRM, NULL);
    change->owe[change->owe_count - 1].number = change->user.cast.id;
}

/* Formatting that has no room (a hundred long links) is left out: the words are what matters. */
static const char *text_html(const struct context *context) {
    const struct tg_message *message = &context->update->message;
    bool fits = message->html && strlen(message->html) <= HTML_BYTES_MAX;
    return fits ? message->html : html_escape(context->arena, message->text);
}

static void keep_media(const struct context *context, struct change *change) {
    struct media *media = ARENA_NEW(context->arena, struct media);
    *media = context->input.media;
    change->user.cast.media = (struct media_list){media, 1};
}

/* The same album is not complained about twice; of an album that is taken the first item is. */
void handle_cast_step(const struct context *context, struct change *change) {
    const struct fsm_result *step = &context->step;
    change->user.form.refused_album = step->form.refused_album;
    if (!user_is_staff(context->user)) {
        handle_cast_cancel(context, change);
    } else if (step->complaint) {
        if (!step->silent)
            reply(context, change, step->complaint, KEYBOARD_NONE, NULL);
    } else if (step->next == STATE_CAST_MEDIA) {
        change->user.cast.html = text_html(context);
        ask_step(context, change, STATE_CAST_MEDIA);
    } else {
        change->user.form.refused_album = context->input.album;
        if (context->input.event != EVENT_LABEL)
            keep_media(context, change);
        preview(context, change);
    }
}

void handle_cast_back(const struct context *context, struct change *change) {
    if (state_by_name(context->user->state) == STATE_CAST_MEDIA)
        ask_step(context, change, STATE_CAST_TEXT);
    else
        handle_cast_cancel(context, change);
}

void handle_cast_cancel(const struct context *context, struct change *change) {
    change->user.cast = (struct cast){0};
    change->user.state = NULL;
    reply(context, change, TEXT_CAST_CANCELLED, KEYBOARD_MENU, NULL);
}

/* --- the two buttons under the question --- */

static bool is_current(const struct context *context, struct change *change) {
    if (context->user->cast.id == context->number && context->number != 0)
        return true;
    answer(context, change, TEXT_CAST_GONE, true);
    strip_buttons(context, change);
    return false;
}

/* What is to be sent stays in the session until the broadcast is made of it; its id goes, so that a second press finds
 * none. */
void handle_cast_send(const struct context *context, struct change *change) {
    if (!is_current(context, change))
        return;
    answer(context, change, TEXT_NONE, false);
    edit_pressed(context, change, TEXT_CAST_STARTED, KEYBOARD_NONE, 0, NULL);
    change->user.cast.id = 0;
    struct owed *item = owe(context, change, OWED_CREATE_BROADCAST);
    if (item)
        item->number = context->number;
}

void handle_cast_drop(const struct context *context, struct change *change) {
    if (!is_current(context, change))
        return;
    answer(context, change, TEXT_NONE, false);
    edit_pressed(context, change, TEXT_CAST_CANCELLED, KEYBOARD_NONE, 0, NULL);
    change->user.cast = (struct cast){0};
}

struct broadcast broadcast_from_session(const struct user *author, const struct owed *item, int64_t now) {
    return (struct broadcast){.doc.id = item->number,
                              .made_by = author->doc.id,
                              .made_at = now,
                              .html = author->cast.html,
                              .media = author->cast.media,
                              .status = BROADCAST_RUNNING};
}

/* --- the buttons of the progress --- */

struct turn {
    unsigned from; /* statuses as bits */
    enum broadcast_status to;
    enum text done;
};

#define IN(status) (1U << BROADCAST_##status)

static const struct turn pause = {IN(RUNNING), BROADCAST_PAUSED, TEXT_CAST_PAUSED},
                         go_on = {IN(PAUSED), BROADCAST_RUNNING, TEXT_CAST_GOES_ON},
                         stop = {IN(RUNNING) | IN(PAUSED), BROADCAST_STOPPED, TEXT_CAST_STOPPED};

/* Its author, or a super-admin. */
static void turn(const struct context *context, struct change *change, const struct turn *to) {
    const struct broadcast *before = context->broadcast;
    bool mine = before && (before->made_by == context->user->doc.id || context->user->role == ROLE_SUPER_ADMIN);
    if (!mine) {
        answer(context, change, TEXT_NO_RIGHTS, true);
        strip_buttons(context, change);
        return;
    }
    bool fits = to->from & (1U << before->status);
    if (fits && !context->done) {
        struct broadcast *after = ARENA_NEW(context->arena, struct broadcast);
        *after = *before;
        after->status = to->to;
        change->decision = (struct decision){.collection = COLLECTION_BROADCASTS, .before = before, .after = after};
    }
    answer(context, change, fits || context->done ? to->done : TEXT_STALE_BUTTON, false);
}

void handle_cast_pause(const struct context *context, struct change *change) {
    turn(context, change, &pause);
}

void handle_cast_go_on(const struct context *context, struct change *change) {
    turn(context, change, &go_on);
}

void handle_cast_stop(const struct context *context, struct change *change) {
    turn(context, change, &stop);
}
