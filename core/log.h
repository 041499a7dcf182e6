/* core/log: one line an event, to standard error or a file, as text or JSON, atomically written.
 *
 * Only server/ and the simulator log. The verbs carry the policy: error — an operator must act; warning — something is
 * odd and was handled; info — what an operator wants to see of a normal day (start, stop, role changes); debug — every
 * update. No field may hold the token, the secret, a phone, a name or anybody's text, at any level. */
#ifndef CORE_LOG_H
#define CORE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/status.h"

#define LOG_LEVELS(X)                                                                                                  \
    X(ERROR, "error")                                                                                                  \
    X(WARNING, "warning")                                                                                              \
    X(INFO, "info")                                                                                                    \
    X(DEBUG, "debug")
enum log_level {
#define X(id, name) LOG_##id,
    LOG_LEVELS(X)
#undef X
        LOG_LEVEL_COUNT
};
#define LOG_FORMATS(X)                                                                                                 \
    X(TEXT, "text")                                                                                                    \
    X(JSON, "json")
enum log_format {
#define X(id, name) LOG_FORMAT_##id,
    LOG_FORMATS(X)
#undef X
        LOG_FORMAT_COUNT
};

struct log_field {
    const char *key;  /* a literal [a-z_]+ */
    const char *text; /* NULL: `number` is meant. Control characters are escaped, over 512 bytes are cut */
    int64_t number;
};
static inline struct log_field log_text_field(const char *key, const char *text) {
    return (struct log_field){key, text != NULL ? text : "", 0};
}
#define LOG_TEXT(key, value)   log_text_field((key), (value)) /* NULL is shown as empty */
#define LOG_NUMBER(key, value) ((struct log_field){(key), NULL, (int64_t)(value)})

/* Process-wide; call before threads start. Default: info, text. */
void log_setup(enum log_level level, enum log_format format);
bool log_wants(enum log_level level);
/* Lines go to this file from now on (core/log_file.h says how), and to standard error while it cannot be written, after
 * one warning. Process-wide; call before threads start and after tzset. NULL: standard error. */
void log_to_file(const char *path);
/* The file is opened anew by its name, for who renamed it. From any thread. */
void log_reopen(void);
/* `event`: a short lower-case sentence, a literal. Up to 16 fields. A line has at most 4,096 bytes, which the kernel
 * writes into a pipe in one piece; fields that find no room are left out and the field cut=1 says so. */
void log_write(enum log_level level, const char *event, const struct log_field *fields, size_t count);

/* log_info("event") or log_info("event", LOG_NUMBER("count", n), …). The list ends with an entry without a key, so that
 * it is never empty. */
#define LOG_EVENT(level, ...) LOG_EVENT_((level), __VA_ARGS__, {NULL, NULL, 0})
#define LOG_EVENT_(level, event, ...)                                                                                  \
    do {                                                                                                               \
        const struct log_field log_fields_[] = {__VA_ARGS__};                                                          \
        log_write((level), (event), log_fields_, sizeof(log_fields_) / sizeof(log_fields_[0]) - 1);                    \
    } while (0)
#define log_error(...)   LOG_EVENT(LOG_ERROR, __VA_ARGS__)
#define log_warning(...) LOG_EVENT(LOG_WARNING, __VA_ARGS__)
#define log_info(...)    LOG_EVENT(LOG_INFO, __VA_ARGS__)
#define log_debug(...)                                                                                                 \
    do {                                                                                                               \
        if (log_wants(LOG_DEBUG))                                                                                      \
            LOG_EVENT(LOG_DEBUG, __VA_ARGS__);                                                                         \
    } while (0)

#endif
