/* core/status: the outcomes of fallible functions, and the error that travels with them.
 *
 * A function that can fail returns `enum status`, which must be checked; its outputs come last, are named
 * `ret_…` and stay untouched on failure. A failing function may also fill a `struct error`: a line for the
 * log (never for a person, never with a token, a phone or anybody's text in it). The first error wins. */
#ifndef CORE_STATUS_H
#define CORE_STATUS_H

#include <stdbool.h>

#define STATUSES(X)                                                                                                    \
    X(OK, "ok")                                                                                                        \
    X(INVALID, "invalid")         /* the input breaks a rule or a stated maximum; trying again changes nothing */      \
    X(NOT_FOUND, "not found")     /* there is no such thing */                                                         \
    X(CONFLICT, "conflict")       /* somebody else was faster: load again and decide again */                          \
    X(FULL, "full")               /* a bounded thing is full; later there may be room */                               \
    X(UNAVAILABLE, "unavailable") /* the other side is away; certainly nothing was done */                             \
    X(UNKNOWN, "unknown outcome") /* it may or may not have been done: read again and look */                          \
    X(DAMAGED, "damaged")         /* stored data or a file is not what it should be */                                 \
    X(TIMEOUT, "timeout")         /* the time given ran out */                                                         \
    X(STOPPED, "stopped")         /* the thing is being shut down */

enum status {
#define X(id, text) STATUS_##id,
    STATUSES(X)
#undef X
};

#define MUST_CHECK                 __attribute__((warn_unused_result))
#define PRINTF_LIKE(string, first) __attribute__((__format__(__printf__, string, first)))

enum { ERROR_TEXT_MAX = 256 };

struct error {
    enum status status;
    char text[ERROR_TEXT_MAX]; /* one line, no newline at the end */
};

/* A static name, for logs and tests. */
const char *status_name(enum status status);

/* Fills *error (NULL is allowed) unless it already holds an error, and returns `status`: `return error_set(…)`. */
enum status error_set(struct error *error, enum status status, const char *format, ...) PRINTF_LIKE(3, 4);
#ifdef __clang_analyzer__ /* does not look into other files: tells it that the outcome is never OK */
#define error_set(error, status, ...) (error_set((error), (status), __VA_ARGS__), (status))
#endif

#endif
