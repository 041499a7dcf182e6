/* telegram/poll: calls that wait for Telegram, getUpdates above all: one at a time, on the caller's thread, over a
 * connection that is kept. While a call waits its caller goes on with other work in a `tick`, and can break it off. */
#ifndef TELEGRAM_POLL_H
#define TELEGRAM_POLL_H

#include "telegram/call.h"
#include "telegram/sender.h"
#include "telegram/updates.h"

/* Bytes of an answer. Telegram's updates have some 2 KiB, and never more than 512 KiB (its MAX_EVENT_LENGTH). */
enum { TG_POLL_BYTES_MAX = 4 << 20 };

struct tg_poll;

/* Of the settings api_url and token count; they are copied. */
MUST_CHECK enum status tg_poll_new(const struct sender_settings *settings, struct tg_poll **ret_poll,
                                   struct error *error);
void tg_poll_free(struct tg_poll *poll); /* NULL is allowed */

/* Called at the start of a wait, after each tg_poll_wake, and when the time that it gave is over. It gives the ms until
 * it is to be called again; below 0 breaks the call off. */
typedef int64_t tg_poll_tick(void *context);

/* One attempt at a call, for at most `wait` ms. `tick` may be NULL.
 * OK: the Bot API answered, look at ret_updates->answer. UNAVAILABLE: it was not reached. UNKNOWN: its answer did not
 * come, or came from a proxy with an error's code. FULL: the answer is longer than TG_POLL_BYTES_MAX. INVALID: it
 * cannot be read. STOPPED: `tick` broke it off. `error` holds no address and nothing of the answer. */
MUST_CHECK enum status tg_poll_call(struct tg_poll *poll, const struct tg_call *call, int64_t wait, tg_poll_tick *tick,
                                    void *context, struct arena *arena, struct tg_updates *ret_updates,
                                    struct error *error);
/* The bytes of the last call's answer, of one that was too long its start; until the next call. */
const char *tg_poll_answer(const struct tg_poll *poll, size_t *ret_length);

/* Waits without a call until tg_poll_wake, or for `ms`. */
void tg_poll_rest(struct tg_poll *poll, int64_t ms);
/* From any thread: ends a tg_poll_rest (the next one, if there is none now), makes a call tick. */
void tg_poll_wake(struct tg_poll *poll);

#endif
