/* How a call looks to staff. */
#include "core/utf.h"
#include "handlers/calls.h"
#include "handlers/tickets.h"

enum { NAME_UNITS = 100, DECLINED_UNITS = 1000 };

static const char *room_line(const struct render *render, const struct call *call) {
    struct text_arg args[] = {{.name = "room", .value = call->room_name}, {.name = "code", .value = call->room}};
    if (!call->room)
        return NULL;
    return call->room_name ? render_text(render, TEXT_CALL_CARD_ROOM, args, 1)
                           : render_text(render, TEXT_CALL_CARD_UNKNOWN, args + 1, 1);
}

static const char *state_line(const struct render *render, const struct call *call) {
    const char *name = call->taken_by_name ? call->taken_by_name : "—";
    struct text_arg arg = {.name = "name", .value = utf16_shorten(render->arena, name, NAME_UNITS)};
    if (call->status == CALL_TAKEN)
        return render_text(render, TEXT_CALL_CARD_TAKEN, &arg, 1);
    return call->status == CALL_UNANSWERED ? render_text(render, TEXT_CALL_CARD_UNANSWERED, NULL, 0) : NULL;
}

static const char *declined_line(const struct render *render, const struct call *call) {
    const char *names = NULL;
    for (size_t i = 0; i < call->declined.count && (!names || utf16_length(names) < DECLINED_UNITS); i++) {
        const char *name = call->declined.items[i].name ? call->declined.items[i].name : "—";
        names = names ? arena_printf(render->arena, "%s, %s", names, name) : name;
    }
    if (!names)
        return NULL;
    struct text_arg arg = {.name = "names", .value = utf16_shorten(render->arena, names, DECLINED_UNITS)};
    return render_text(render, TEXT_CALL_CARD_DECLINED, &arg, 1);
}

static const char *card_text(const struct render *render, const struct call *call) {
    const char *username = call->username ? arena_printf(render->arena, " (@%s)", call->username) : NULL;
    struct text_arg args[] = {
        {.name = "name", .value = utf16_shorten(render->arena, call->name ? call->name : "—", NAME_UNITS)},
        {.name = "username", .value = username},
        {.name = "phone", .value = call->phone ? call->phone : "—"},
        {.name = "time", .value = ticket_time(render->arena, call->made_at)},
        {.name = "room", .html = room_line(render, call)},
        {.name = "state", .html = state_line(render, call)},
        {.name = "declined", .html = declined_line(render, call)}};
    return render_text(render, TEXT_CALL_CARD, args, sizeof(args) / sizeof(args[0]));
}

size_t render_call(const struct render *render, const struct call *call, int64_t chat, int64_t message,
                   struct tg_call ret_calls[RENDER_CALLS_MAX]) {
    bool open = call->status != CALL_TAKEN && user_is_staff(render->recipient);
    ret_calls[0] = (struct tg_call){.method = message ? TG_METHOD_EDIT_MESSAGE_TEXT : TG_METHOD_SEND_MESSAGE,
                                    .chat_id = chat,
                                    .message_id = message,
                                    .text = card_text(render, call),
                                    .html = true,
                                    .markup = open ? render_markup(render, KEYBOARD_CALL, call->doc.id) : NULL};
    return 1;
}
