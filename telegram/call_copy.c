#include "telegram/call.h"

static const struct tg_button *copy_buttons(struct arena *arena, const struct tg_row *row) {
    struct tg_button *buttons = arena_array(arena, row->count, sizeof(*buttons));
    for (size_t i = 0; i < row->count; i++) {
        const struct tg_button *from = &row->buttons[i];
        buttons[i] = (struct tg_button){
            .text = arena_strdup(arena, from->text),
            .callback_data = arena_strdup(arena, from->callback_data),
            .url = arena_strdup(arena, from->url),
            .request_contact = from->request_contact,
            .request_users = from->request_users,
        };
    }
    return buttons;
}

static const struct tg_markup *copy_markup(struct arena *arena, const struct tg_markup *from) {
    if (!from)
        return NULL;
    struct tg_row *rows = arena_array(arena, from->row_count, sizeof(*rows));
    for (size_t i = 0; i < from->row_count; i++)
        rows[i] = (struct tg_row){copy_buttons(arena, &from->rows[i]), from->rows[i].count};
    struct tg_markup *markup = arena_memdup(arena, from, sizeof(*from));
    markup->rows = rows;
    markup->placeholder = arena_strdup(arena, from->placeholder);
    return markup;
}

static const struct tg_media *copy_media(struct arena *arena, const struct tg_media *from, size_t count) {
    struct tg_media *media = arena_array(arena, count, sizeof(*media));
    for (size_t i = 0; i < count; i++)
        media[i] = (struct tg_media){from[i].kind, arena_strdup(arena, from[i].file_id)};
    return media;
}

static const struct tg_command *copy_commands(struct arena *arena, const struct tg_command *from, size_t count) {
    struct tg_command *commands = arena_array(arena, count, sizeof(*commands));
    for (size_t i = 0; i < count; i++) {
        commands[i].name = arena_strdup(arena, from[i].name);
        commands[i].description = arena_strdup(arena, from[i].description);
    }
    return commands;
}

struct tg_call *tg_call_copy(struct arena *arena, const struct tg_call *call) {
    struct tg_call *copy = arena_memdup(arena, call, sizeof(*call));
    copy->text = arena_strdup(arena, call->text);
    copy->markup = copy_markup(arena, call->markup);
    copy->media = copy_media(arena, call->media, call->media_count);
    copy->upload = arena_strdup(arena, call->upload);
    copy->callback_query_id = arena_strdup(arena, call->callback_query_id);
    copy->commands = copy_commands(arena, call->commands, call->command_count);
    copy->language_code = arena_strdup(arena, call->language_code);
    copy->url = arena_strdup(arena, call->url);
    copy->secret = arena_strdup(arena, call->secret);
    return copy;
}
