/* telegram/limiter: Telegram's rates, as arithmetic on times that the caller gives (ms, monotonic). Nothing here waits.
 *
 * Telegram: about 30 messages a second in all, one a second in a chat with short bursts, 20 a minute in a group; beyond
 * that it answers 429 (core.telegram.org/bots/faq). */
#ifndef TELEGRAM_LIMITER_H
#define TELEGRAM_LIMITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "telegram/sender.h"

enum {
    CHAT_BURST = 3,        /* messages that a rested chat gets at once */
    GROUP_COUNT = 20,      /* messages to a group … */
    GROUP_SPAN = 60 * 1000 /* … in any such span */
};

/* At most `size` in any `span` ms: the times of the last `size`. Strict, and yet a burst after a rest goes out whole.
 */
struct rate_window {
    int64_t *at; /* ring; NULL: no limit */
    size_t size, next;
    int64_t span;
};
/* `rate` a second, above 1 rounded down, so that no second has more; 0: no limit. */
void rate_window_init(struct rate_window *window, double rate);
void rate_window_free(struct rate_window *window);
/* Ms until one more may go, 0: now; `stretch` multiplies the span. */
int64_t rate_window_wait(const struct rate_window *window, int64_t stretch, int64_t now);
void rate_window_take(struct rate_window *window, int64_t now);

/* All that the bot sends. */
struct limiter {
    struct rate_window all, bulk; /* bulk: three quarters of all, taken from both */
};
void limiter_init(struct limiter *limiter, double send_rate);
void limiter_free(struct limiter *limiter);
/* `slow`: at half the rate. */
int64_t limiter_wait(const struct limiter *limiter, enum sender_class class, bool slow, int64_t now);
void limiter_take(struct limiter *limiter, enum sender_class class, int64_t now);

/* One chat: a bucket of CHAT_BURST, refilled at CHAT_RATE, and of a group (an id below 0) the window of a minute. */
struct chat_rate {
    double interval; /* ms for each message; 0: no limit */
    double full_at;  /* when the bucket is full again */
    struct rate_window group;
};
void chat_rate_init(struct chat_rate *chat, int64_t chat_id, double rate);
void chat_rate_free(struct chat_rate *chat);
int64_t chat_rate_wait(const struct chat_rate *chat, int64_t now);
void chat_rate_take(struct chat_rate *chat, int64_t now);
/* When the chat is as rested as a new one, so that nothing needs to be remembered of it. */
int64_t chat_rate_rested_at(const struct chat_rate *chat);

#endif
