/* handlers/report: the screen of «⚙️ Стан БД». What stands on it is found out by whoever renders it. */
#ifndef HANDLERS_REPORT_H
#define HANDLERS_REPORT_H

#include "handlers/render.h"

struct report {
    const char *backend, *version;
    bool polling;
    int64_t latency, uptime; /* ms */
    size_t copies, sending;  /* that live; requests in front of Telegram */
    int64_t counted_at;      /* ms UTC, of what follows; 0: it could not be counted */
    int64_t tickets[TICKET_STATUS_COUNT], users, staff, owing;
};

/* 0 where the recipient may not see it. */
size_t render_report(const struct render *render, const struct owed *item, struct tg_call *ret_call);

#endif
