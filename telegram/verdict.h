/* telegram/verdict: what an answer of the Bot API means for the request that got it. */
#ifndef TELEGRAM_VERDICT_H
#define TELEGRAM_VERDICT_H

#include "telegram/parse.h"

enum verdict {
    VERDICT_DELIVERED,
    VERDICT_BLOCKED,
    VERDICT_GONE,
    VERDICT_REFUSED,
    VERDICT_HELD,    /* 429 */
    VERDICT_MIGRATE, /* the chat has another id now */
    VERDICT_PLAIN,   /* the markup is at fault */
    VERDICT_FAILED   /* the server's fault, or our settings': the same request may succeed later */
};

enum verdict verdict_of(const struct tg_answer *answer);

#endif
