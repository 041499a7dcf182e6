/* telegram/sender: requests out to the Bot API. One thread with one curl-multi handle owns all connections; anybody may
 * submit. Requests of one chat go out one at a time in the order of submission; chats do not wait for each other.
 *
 * It keeps Telegram's rates (SEND_RATE for the bot, CHAT_RATE for a chat with a burst of 3, 20 a minute for a group),
 * holds a chat for its `retry_after` (three chats held at once slow all to half), tries again after 5xx, connection
 * errors and unreadable answers with a growing pause (0.5 s … 60 s, jitter), follows migrate_to_chat_id, and sends a
 * message whose markup is refused once more as plain text. A caller gets one final result for each request that was
 * taken.
 *
 * 401 and 404 are said of the token: such a request is tried again like one that met a 5xx, so that nothing is lost
 * while a token is being changed. */
#ifndef TELEGRAM_SENDER_H
#define TELEGRAM_SENDER_H

#include "telegram/call.h"
#include "telegram/parse.h"

/* Replies always keep a share: bulk (broadcasts) gets at most three quarters of SEND_RATE, and waits for replies. */
enum sender_class { SENDER_REPLY, SENDER_BULK };

#define SENDER_OUTCOMES(X)                                                                                             \
    X(DELIVERED, "delivered") /* done; also "message is not modified" */                                               \
    X(BLOCKED, "blocked")     /* 403: the chat cannot be written to until it says otherwise */                         \
    X(GONE, "gone")           /* the message to edit or delete is gone, or cannot be edited any more */                \
    X(REFUSED, "refused")     /* another 4xx: trying again changes nothing */                                          \
    X(EXPIRED, "expired")     /* `not_after` passed before it could be sent */                                         \
    X(STOPPED, "stopped")     /* it was stopped, or not entitled to send any more; it may have been sent if `tried` */
enum sender_outcome {
#define X(id, name) SENDER_##id,
    SENDER_OUTCOMES(X)
#undef X
        SENDER_OUTCOME_COUNT
};

struct sender_result {
    enum sender_outcome outcome;
    bool tried; /* at least one attempt had left */
    bool plain; /* delivered as plain text after its markup was refused */
    int attempts;
    int64_t chat_id;                /* the chat it went to: another one than asked for after a migration */
    int64_t waited, took;           /* ms from submit to the last attempt, and of that attempt */
    const struct tg_answer *answer; /* of the last attempt; NULL: none. Borrowed for the call */
};

/* Called once on the sender's thread; must not block. */
typedef void sender_done(void *context, const struct sender_result *result);

struct sender_settings {
    const char *api_url; /* https://api.telegram.org, without a slash at the end */
    const char *token;
    double send_rate, chat_rate; /* messages a second; 0: no limit */
    size_t max_requests;         /* taken and not finished */
    size_t max_of_chat;          /* of them for one chat, so that one that is held takes no room from others; 0: any */
    int64_t timeout;             /* ms for one attempt */
    /* On the sender's thread, often: since when (monotonic) the caller has been entitled to send without a break;
     * INT64_MAX: it is not now. After a break all that waits is given back as STOPPED. NULL: always entitled. */
    int64_t (*entitled_since)(void *context);
    void *context;
};

struct sender;

/* Copies the settings; starts the thread. */
MUST_CHECK enum status sender_new(const struct sender_settings *settings, struct sender **ret_sender,
                                  struct error *error);
/* Encodes the call, of which nothing is kept; on any thread, also in a `done`. `not_after`: ms on the wall clock after
 * which it is not sent any more, 0: none. FULL: max_requests or max_of_chat reached; STOPPED: after sender_stop. `done`
 * (NULL is allowed) will then not be called. */
MUST_CHECK enum status sender_submit(struct sender *sender, const struct tg_call *call, enum sender_class class,
                                     int64_t not_after, sender_done *done, void *context);
bool sender_has_room(struct sender *sender); /* false: max_requests reached; for one chat there may be none anyway */
/* Not from a `done`. Takes nothing more, lets running attempts finish for at most `wait` ms, gives every other request
 * back as STOPPED, and ends the thread. */
void sender_stop(struct sender *sender, int64_t wait);
void sender_free(struct sender *sender); /* after sender_stop; NULL is allowed */

struct sender_counts {
    uint64_t attempts, delivered, blocked, gone, refused, expired, retried, held /* 429 */, plain;
    size_t waiting, in_flight;
    int64_t last_success; /* ms on the monotonic clock; 0: never */
    int64_t last_failure; /* connection errors and 5xx; 0: never */
};
void sender_count(struct sender *sender, struct sender_counts *ret_counts);

/* One call on the caller's own thread with one attempt, for subcommands and the start: getMe, setWebhook.
 * OK: the Bot API answered, look at ret_answer->ok; UNAVAILABLE: it was not reached; UNKNOWN: it may have carried the
 * call out, its answer did not come or cannot be read; INVALID: the settings. `error` holds no address. */
MUST_CHECK enum status sender_call_once(const struct sender_settings *settings, const struct tg_call *call,
                                        struct arena *arena, struct tg_answer *ret_answer, struct error *error);

#endif
