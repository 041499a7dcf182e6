/* telegram/updates: what getUpdates answers, taken apart into single updates such as a webhook is sent. */
#ifndef TELEGRAM_UPDATES_H
#define TELEGRAM_UPDATES_H

#include "telegram/parse.h"

enum { TG_UPDATES_MAX = 100 }; /* that one answer brings (core.telegram.org/bots/api#getupdates) */

struct tg_raw_update {
    int64_t id;
    /* Those of one queue come one after the other, as Telegram would send them to a webhook: messages and edits of a
     * chat, presses of a person, the bot's own standing in a chat (telegram-bot-api Client.cpp). 0: a queue of its
     * own. */
    int64_t queue;
    const char *json; /* for tg_update_parse; in the arena */
    size_t length;
};

struct tg_updates {
    struct tg_answer answer; /* look at `ok` first */
    struct tg_raw_update items[TG_UPDATES_MAX];
    size_t count;
};

/* Of an answer to getUpdates, or to a call whose result is no list: then there are none. What is inside an update is
 * not looked at. INVALID: no answer of the Bot API, or one of the updates has no id. */
MUST_CHECK enum status tg_updates_parse(const char *json, size_t length, struct arena *arena,
                                        struct tg_updates *ret_updates, struct error *error);

/* The id of the first update above `above` in the bytes of an answer that cannot be read, or was cut; 0: none is
 * found. */
int64_t tg_updates_find_id(const char *bytes, size_t length, int64_t above);

#endif
