/* Rooms that calls can come from, for super-admins: a list with the links for their doors, one room's screen, and
 * "/rooms CODE NAME", which adds a room or gives it another name. A removed one keeps its row, so that its code can be
 * used again. */
#include <string.h>

#include "core/utf.h"
#include "handlers/handlers.h"

enum { ROOM_NAME_MAX = 100 }; /* characters */

const char *room_link(struct arena *arena, const char *bot, const char *code) {
    return bot ? arena_printf(arena, "https://t.me/%s?start=room_%s", bot, code)
               : arena_printf(arena, "?start=room_%s", code);
}

static void save_room(const struct context *context, struct change *change, const char *name) {
    struct room *after = ARENA_NEW(context->arena, struct room);
    *after = *context->room;
    after->code = context->room->doc.rev ? context->room->code : context->room_code;
    after->name = name;
    if (!context->done)
        change->decision = (struct decision){.collection = COLLECTION_ROOMS, .before = context->room, .after = after};
}

/* What stands behind the command's code; NULL: nothing that could be a name. */
static const char *name_given(const struct context *context) {
    const char *at = context->update->message.text;
    for (int word = 0; word < 2; word++) {
        at += strcspn(at, " \n");
        at += strspn(at, " \n");
    }
    const char *name = utf_clean_line(context->arena, at);
    size_t length = utf_length(name);
    return length >= 1 && length <= ROOM_NAME_MAX ? name : NULL;
}

void handle_rooms(const struct context *context, struct change *change) {
    const char *text = context->update->message.text, *name = name_given(context);
    const char *code = context->room_code;
    bool alone = text[strcspn(text, " \n") + strspn(text + strcspn(text, " \n"), " \n")] == '\0';
    form_leave(context, change);
    if (alone) {
        menu_before(context, change);
        show_list(context, change, LIST_ROOMS, 0);
    } else if (!code || !name) {
        reply(context, change, TEXT_ROOM_USAGE, KEYBOARD_MENU, NULL);
    } else if (!context->room) {
        reply(context, change, TEXT_ROOM_CODE_TAKEN, KEYBOARD_MENU, NULL);
    } else if (!context->room->name && context->rooms >= ROOMS_MAX) {
        const char *max = arena_printf(context->arena, "%d", ROOMS_MAX);
        reply(context, change, TEXT_ROOMS_FULL, KEYBOARD_MENU, "max", max, NULL);
    } else {
        save_room(context, change, name);
        reply(context, change, TEXT_ROOM_SAVED, KEYBOARD_MENU, "name", name, "code", code, "link",
              room_link(context->arena, context->bot, code), NULL);
    }
}

/* --- screens, each in the place of the one before --- */

static void list_in_place(const struct context *context, struct change *change) {
    show_list(context, change, LIST_ROOMS, context->update->callback_query.message_id);
}

void handle_rooms_back(const struct context *context, struct change *change) {
    answer(context, change, TEXT_NONE, false);
    list_in_place(context, change);
}

static void show_room(const struct context *context, struct change *change, enum text text, enum keyboard keyboard) {
    const struct room *room = context->room;
    if (!room || !room->name || !room->code) {
        answer(context, change, TEXT_ROOM_GONE, true);
        list_in_place(context, change);
        return;
    }
    answer(context, change, TEXT_NONE, false);
    edit_pressed(context, change, text, keyboard, room->doc.id, "name", room->name, "code", room->code, "link",
                 room_link(context->arena, context->bot, room->code), NULL);
}

void handle_room(const struct context *context, struct change *change) {
    show_room(context, change, TEXT_ROOM, KEYBOARD_ROOM);
}

void handle_room_remove(const struct context *context, struct change *change) {
    show_room(context, change, TEXT_ROOM_REMOVE_SURE, KEYBOARD_ROOM_REMOVE_SURE);
}

void handle_room_remove_sure(const struct context *context, struct change *change) {
    bool there = context->room && context->room->name;
    if (there)
        save_room(context, change, NULL);
    answer(context, change, there || context->done ? TEXT_ROOM_REMOVED : TEXT_ROOM_GONE, true);
    list_in_place(context, change);
}
