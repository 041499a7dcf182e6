/* What a broadcast's recipients get, and what its author sees of it. */
#include "handlers/cast.h"

#include "core/clock.h"
#include "telegram/html.h"

size_t render_cast(struct arena *arena, const char *html, const struct media_list *media, int64_t chat,
                   struct tg_call ret_calls[CAST_CALLS_MAX]) {
    struct tg_call text = {.method = TG_METHOD_SEND_MESSAGE, .chat_id = chat, .text = html, .html = true};
    if (media->count == 0) {
        ret_calls[0] = text;
        return 1;
    }
    struct tg_media *first = ARENA_NEW(arena, struct tg_media);
    *first = (struct tg_media){(enum tg_media_kind)media->items[0].kind, media->items[0].file_id};
    bool caption = html_length(html) <= TG_CAPTION_MAX;
    ret_calls[0] = (struct tg_call){.method = TG_METHOD_SEND_MEDIA,
                                    .chat_id = chat,
                                    .text = caption ? html : NULL,
                                    .html = caption,
                                    .media = first,
                                    .media_count = 1};
    ret_calls[1] = text;
    return caption ? 1 : 2;
}

/* --- progress --- */

static int64_t left_of(const struct broadcast *broadcast) {
    int64_t gone = broadcast->sent + broadcast->failed + broadcast->blocked;
    return broadcast->total > gone ? broadcast->total - gone : 0;
}

static const char *number(struct arena *arena, int64_t value) {
    return arena_printf(arena, "%lld", (long long)value);
}

/* Hours, minutes and seconds of what is left at the present pace; «—» where that is not known. */
static const char *time_left(struct arena *arena, const struct broadcast *broadcast) {
    int64_t seconds = broadcast->eta;
    if (broadcast->status != BROADCAST_RUNNING || seconds <= 0)
        return "—";
    if (seconds >= 3600)
        return arena_printf(arena, "%d:%02d:%02d", (int)(seconds / 3600), (int)(seconds / 60 % 60),
                            (int)(seconds % 60));
    return arena_printf(arena, "%d:%02d", (int)(seconds / 60), (int)(seconds % 60));
}

struct owed_arg_list cast_numbers(struct arena *arena, const struct broadcast *broadcast) {
    struct owed_arg *args = arena_array(arena, CAST_ARGS, sizeof(*args));
    args[0] = (struct owed_arg){"sent", number(arena, broadcast->sent)};
    args[1] = (struct owed_arg){"failed", number(arena, broadcast->failed)};
    args[2] = (struct owed_arg){"blocked", number(arena, broadcast->blocked)};
    args[3] = (struct owed_arg){"total", number(arena, broadcast->total)};
    args[4] = (struct owed_arg){"left", number(arena, left_of(broadcast))};
    args[5] = (struct owed_arg){"time", time_left(arena, broadcast)};
    return (struct owed_arg_list){args, CAST_ARGS};
}

static const struct {
    enum text title;
    enum keyboard keyboard;
} looks[BROADCAST_STATUS_COUNT] = {
    [BROADCAST_RUNNING] = {TEXT_CAST_RUNNING, KEYBOARD_CAST_RUNNING},
    [BROADCAST_PAUSED] = {TEXT_CAST_ON_PAUSE, KEYBOARD_CAST_PAUSED},
    [BROADCAST_STOPPED] = {TEXT_CAST_WAS_STOPPED, KEYBOARD_NONE},
    [BROADCAST_DONE] = {TEXT_CAST_DONE, KEYBOARD_NONE},
};

size_t render_progress(const struct render *render, const struct broadcast *broadcast, int64_t chat, int64_t message,
                       struct tg_call ret_calls[RENDER_CALLS_MAX]) {
    struct owed_arg_list numbers = cast_numbers(render->arena, broadcast);
    struct text_arg args[CAST_ARGS];
    for (size_t i = 0; i < CAST_ARGS; i++)
        args[i] = (struct text_arg){.name = numbers.items[i].name, .value = numbers.items[i].value};
    const char *title = render_text(render, looks[broadcast->status].title, NULL, 0);
    const char *rows = render_text(render, TEXT_CAST_NUMBERS, args, CAST_ARGS);
    ret_calls[0] = (struct tg_call){.method = message ? TG_METHOD_EDIT_MESSAGE_TEXT : TG_METHOD_SEND_MESSAGE,
                                    .chat_id = chat,
                                    .message_id = message,
                                    .text = arena_printf(render->arena, "%s\n\n%s", title, rows),
                                    .html = true};
    ret_calls[0].markup = render_markup(render, looks[broadcast->status].keyboard, broadcast->doc.id);
    return 1;
}
