/* «⚙️ Стан БД»: for staff; the button for a backup for super-admins. */
#include "handlers/report.h"

#include "core/clock.h"
#include "handlers/handlers.h"
#include "handlers/tickets.h"

void handle_report(const struct context *context, struct change *change) {
    menu_before(context, change);
    (void)owe(context, change, OWED_REPORT);
}

void handle_report_again(const struct context *context, struct change *change) {
    answer(context, change, TEXT_NONE, false);
    struct owed *item = owe(context, change, OWED_REPORT);
    if (item)
        item->message = context->update->callback_query.message_id;
}

void handle_backup(const struct context *context, struct change *change) {
    answer(context, change, TEXT_BACKUP_ASKED, true);
    (void)owe(context, change, OWED_BACKUP);
}

/* --- the screen --- */

static const char *number(const struct render *render, const struct report *report, int64_t count) {
    if (report->counted_at == 0)
        return "—";
    return arena_printf(render->arena, "%lld", (long long)count);
}

static const char *uptime(const struct render *render, int64_t ms) {
    int64_t minutes = ms / MINUTE;
    struct text_arg args[] = {
        {.name = "days", .value = arena_printf(render->arena, "%lld", (long long)(minutes / 1440))},
        {.name = "hours", .value = arena_printf(render->arena, "%02d", (int)(minutes / 60 % 24))},
        {.name = "minutes", .value = arena_printf(render->arena, "%02d", (int)(minutes % 60))}};
    return render_text(render, TEXT_UPTIME, args, sizeof(args) / sizeof(args[0]));
}

static const char *system_text(const struct render *render, const struct report *report) {
    struct arena *arena = render->arena;
    struct text_arg args[] = {
        {.name = "backend", .value = report->backend},
        {.name = "latency",
         .value = report->latency > 0 ? arena_printf(arena, "%lld", (long long)report->latency) : "<1"},
        {.name = "mode", .value = report->polling ? "polling" : "webhook"},
        {.name = "copies", .value = arena_printf(arena, "%zu", report->copies)},
        {.name = "sending", .value = arena_printf(arena, "%zu", report->sending)},
        {.name = "owing", .value = number(render, report, report->owing)},
        {.name = "uptime", .html = uptime(render, report->uptime)},
        {.name = "version", .value = report->version}};
    return render_text(render, TEXT_REPORT, args, sizeof(args) / sizeof(args[0]));
}

static const char *counts_text(const struct render *render, const struct report *report) {
    static const char *const names[TICKET_STATUS_COUNT] = {[TICKET_WAITING] = "waiting",
                                                           [TICKET_ACCEPTED] = "accepted",
                                                           [TICKET_COMPLETED] = "completed",
                                                           [TICKET_REJECTED] = "rejected",
                                                           [TICKET_CANCELLED] = "cancelled"};
    struct text_arg args[TICKET_STATUS_COUNT + 3];
    size_t count = 0;
    for (int i = 0; i < TICKET_STATUS_COUNT; i++)
        args[count++] = (struct text_arg){.name = names[i], .value = number(render, report, report->tickets[i])};
    args[count++] = (struct text_arg){.name = "users", .value = number(render, report, report->users)};
    args[count++] = (struct text_arg){.name = "staff", .value = number(render, report, report->staff)};
    args[count++] = (struct text_arg){.name = "time", .value = ticket_time(render->arena, report->counted_at)};
    return render_text(render, report->counted_at ? TEXT_REPORT_COUNTS : TEXT_REPORT_NO_COUNTS, args, count);
}

size_t render_report(const struct render *render, const struct owed *item, struct tg_call *ret_call) {
    const struct report *report = render->report;
    if (!report || !user_is_staff(render->recipient))
        return 0;
    bool super_admin = render->recipient->role == ROLE_SUPER_ADMIN;
    *ret_call = (struct tg_call){
        .method = TG_METHOD_SEND_MESSAGE,
        .chat_id = item->chat,
        .text = arena_printf(render->arena, "%s\n\n%s", system_text(render, report), counts_text(render, report)),
        .html = true,
        .markup = render_markup(render, super_admin ? KEYBOARD_REPORT_SUPER_ADMIN : KEYBOARD_REPORT, 0)};
    return 1;
}
