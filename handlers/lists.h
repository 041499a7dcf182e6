/* handlers/lists: how lists of tickets, people and rooms look. What stands on a page is loaded by whoever renders it.
 */
#ifndef HANDLERS_LISTS_H
#define HANDLERS_LISTS_H

#include "handlers/render.h"

enum { PAGE_TICKETS = 5 };

/* A page of a list, in the list's order. */
struct page {
    union {
        struct ticket tickets[PAGE_TICKETS];
        struct user people[PAGE_TICKETS];
        struct room rooms[PAGE_TICKETS];
    };
    int64_t first, last; /* sort keys of its ends, also where what stands there is left out */
    size_t count;
    bool before, after; /* there are pages before and after it */
};

/* Who may see it: that role and those above. */
enum role list_role(enum list list);
enum collection list_collection(enum list list); /* of what stands on it */
/* How many filters it can be looked at through; filter 0 is everything. */
int64_t list_filters(enum list list);

/* The message for an owed list: 0 where the recipient may not see it any more. */
size_t render_list(const struct render *render, const struct owed *item, struct tg_call *ret_call);

#endif
