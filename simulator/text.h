/* simulator/text: formatted text as the real server takes it: entities, parse_mode HTML, clean-up.
 * Offsets and lengths are UTF-16 units. */
#ifndef SIMULATOR_TEXT_H
#define SIMULATOR_TEXT_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "core/status.h"
#include "simulator/errors.h"

/* X(id, name in JSON, rank): of entities at one place the lower rank is the outer one. From BOT_COMMAND on: kinds that
 * the server finds by itself. */
#define ENTITY_TYPES(X)                                                                                                \
    X(BLOCKQUOTE, "blockquote", 0)                                                                                     \
    X(EXPANDABLE, "expandable_blockquote", 0)                                                                          \
    X(TEXT_LINK, "text_link", 49)                                                                                      \
    X(TEXT_MENTION, "text_mention", 49)                                                                                \
    X(PRE, "pre", 11)                                                                                                  \
    X(CODE, "code", 20)                                                                                                \
    X(BOLD, "bold", 90)                                                                                                \
    X(ITALIC, "italic", 91)                                                                                            \
    X(UNDERLINE, "underline", 92)                                                                                      \
    X(STRIKE, "strikethrough", 93)                                                                                     \
    X(SPOILER, "spoiler", 94)                                                                                          \
    X(CUSTOM_EMOJI, "custom_emoji", 99)                                                                                \
    X(DATE_TIME, "date_time", 70)                                                                                      \
    X(BOT_COMMAND, "bot_command", 50)                                                                                  \
    X(MENTION, "mention", 50)                                                                                          \
    X(HASHTAG, "hashtag", 50)                                                                                          \
    X(URL, "url", 50)                                                                                                  \
    X(EMAIL, "email", 50)

enum entity_type {
#define X(id, name, rank) ENTITY_##id,
    ENTITY_TYPES(X)
#undef X
        ENTITY_TYPE_COUNT
};

enum { ENTITIES_MAX = 1000, TEXT_BYTES_MAX = 32768, TEXT_UNITS_MAX = 4096, CAPTION_UNITS_MAX = 1024 };

struct entity {
    enum entity_type type;
    int64_t offset, length;
    int64_t number; /* user id of a mention, unix time of a date */
    char *argument; /* URL, language, custom emoji id or date format; owned, may be NULL */
};

struct rich_text {
    char *text; /* owned */
    struct entity *entities;
    size_t count;
};

struct text_problem {
    enum api_error error;
    char detail[256];
};

void rich_text_free(struct rich_text *rich);
/* Adds an entity; `argument` is taken. Beyond ENTITIES_MAX it is dropped. */
void rich_text_add(struct rich_text *rich, struct entity entity);

/* parse_mode HTML (td's parse_html): text without tags and its entities, not cleaned yet. INVALID fills *ret_problem.
 */
MUST_CHECK enum status text_parse_html(const char *html, struct rich_text *ret_rich, struct text_problem *ret_problem);
/* parse_mode MarkdownV2, and the old Markdown, in the same way. */
MUST_CHECK enum status text_parse_markdown_v2(const char *text, struct rich_text *ret_rich,
                                              struct text_problem *ret_problem);
MUST_CHECK enum status text_parse_markdown(const char *text, struct rich_text *ret_rich,
                                           struct text_problem *ret_problem);
/* By the parse_mode of that name, "" for none: then `entities` (may be NULL) count. */
MUST_CHECK enum status text_parse(const char *text, const char *mode, const json_t *entities,
                                  struct rich_text *ret_rich, struct text_problem *ret_problem);
/* The `entities` parameter. `array` may be NULL or of a wrong type: no entities. */
MUST_CHECK enum status text_parse_entities(const char *text, const json_t *array, struct rich_text *ret_rich,
                                           struct text_problem *ret_problem);
/* Adds mentions, commands, hashtags, links and e-mail addresses that nobody marked. */
void text_find_entities(struct rich_text *rich);
void text_sort_entities(struct rich_text *rich);
/* td's fix_formatted_text: control characters, trimming, entities that cannot be, those to be found. Empty text is
 * allowed and stays. */
MUST_CHECK enum status text_clean(struct rich_text *rich, struct text_problem *ret_problem);
/* The same of a text without entities, which cannot fail. The caller frees it. */
char *text_cleaned(const char *text);
/* A link as the server keeps it, owned by the caller; NULL when it would take none: it needs a scheme that is known, or
 * none, and a dot in its host. */
char *text_checked_link(const char *url);
/* Whether nothing visible is left. */
bool text_is_blank(const char *text);

/* A new array as the Bot API writes it, or NULL when there are none. `user` makes the user object of a mention (a new
 * reference, or NULL: the mention is left out). */
typedef json_t *text_user(void *context, int64_t id);
json_t *text_entities_json(const struct rich_text *rich, text_user *user, void *context);
/* HTML of a text with an array of entities as the Bot API has it. The caller frees it. */
char *text_to_html(const char *text, const json_t *entities);

#endif
