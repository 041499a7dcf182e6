/* parse_mode HTML. A tag is read into `struct tag`, pushed with the place where its text begins, and made an entity at
 * its end tag. Error texts and byte offsets are the server's (ME:3289), bots are known to look at them. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/buffer.h"
#include "core/parse.h"
#include "core/utf.h"
#include "simulator/text.h"

enum { NESTING_MAX = 512, NAME_MAX_BYTES = 64 };

struct tag {
    char name[NAME_MAX_BYTES + 1]; /* cut: longer ones are unknown anyway */
    char *argument;                /* owned, may be NULL */
    int64_t date, offset;
    size_t begin; /* bytes of output before it */
};

struct parser {
    const char *html, *at;
    struct buffer out;
    int64_t units;
    struct tag tags[NESTING_MAX];
    size_t depth;
    struct rich_text rich;
    struct text_problem *problem;
};

static const struct {
    const char *tag;
    enum entity_type type;
} known_tags[] = {
    {"a", ENTITY_TEXT_LINK},
    {"b", ENTITY_BOLD},
    {"strong", ENTITY_BOLD},
    {"i", ENTITY_ITALIC},
    {"em", ENTITY_ITALIC},
    {"s", ENTITY_STRIKE},
    {"strike", ENTITY_STRIKE},
    {"del", ENTITY_STRIKE},
    {"u", ENTITY_UNDERLINE},
    {"ins", ENTITY_UNDERLINE},
    {"tg-spoiler", ENTITY_SPOILER},
    {"span", ENTITY_SPOILER},
    {"tg-emoji", ENTITY_CUSTOM_EMOJI},
    {"tg-time", ENTITY_DATE_TIME},
    {"pre", ENTITY_PRE},
    {"code", ENTITY_CODE},
    {"blockquote", ENTITY_BLOCKQUOTE},
};

/* As the server's: NUL counts as a space, so that every scan ends there. */
static bool is_gap(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0' || c == '\v';
}

static enum status fail_at(struct parser *parser, const char *what, const char *place) {
    parser->problem->error = ERROR_HTML;
    if (place)
        (void)snprintf(parser->problem->detail, sizeof(parser->problem->detail), "%s at byte offset %zu", what,
                       (size_t)(place - parser->html));
    else
        (void)snprintf(parser->problem->detail, sizeof(parser->problem->detail), "%s", what);
    return STATUS_INVALID;
}

static enum status fail_named(struct parser *parser, const char *before, const char *name, const char *after,
                              const char *place) {
    char what[160];
    (void)snprintf(what, sizeof(what), "%s \"%s\"%s", before, name, after);
    return fail_at(parser, what, place);
}

/* The code point of a reference at `*at` ('&'), which moves behind it; 0: it is no reference and stays text. */
static uint32_t read_reference(const char **at) {
    static const struct {
        const char *name;
        char value;
    } named[] = {{"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}};
    const char *end = *at + 1;
    uint32_t code = 0;
    if (*end == '#') {
        bool hex = end[1] == 'x';
        end += hex ? 2 : 1;
        for (; hex ? isxdigit((unsigned char)*end) : isdigit((unsigned char)*end); end++) {
            int digit = isdigit((unsigned char)*end) ? *end - '0' : tolower((unsigned char)*end) - 'a' + 10;
            if (end - *at < 12)
                code = code * (hex ? 16U : 10U) + (uint32_t)digit;
        }
        if (code == 0 || code >= 0x10ffff || end - *at >= 10)
            return 0;
    } else {
        while (isalpha((unsigned char)*end))
            end++;
        size_t length = (size_t)(end - *at) - 1;
        for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++)
            if (strlen(named[i].name) == length && memcmp(named[i].name, *at + 1, length) == 0)
                code = (uint32_t)named[i].value;
        if (!code)
            return 0;
    }
    *at = *end == ';' ? end + 1 : end;
    return code;
}

static void add_code(struct buffer *buffer, uint32_t code) {
    char bytes[4];
    if (code >= 0xd800 && code <= 0xdfff) { /* half of a pair: kept as it is, the check at the end refuses it */
        const char half[3] = {(char)(0xe0 | (code >> 12)), (char)(0x80 | ((code >> 6) & 0x3f)),
                              (char)(0x80 | (code & 0x3f))};
        buffer_add_bytes(buffer, half, sizeof(half));
        return;
    }
    size_t length = utf_encode(code, bytes);
    buffer_add_bytes(buffer, bytes, length);
}

static void copy_lower(char *out, size_t size, const char *from, const char *to) {
    size_t length = (size_t)(to - from);
    if (length >= size)
        length = size - 1;
    for (size_t i = 0; i < length; i++)
        out[i] = (char)tolower((unsigned char)from[i]);
    out[length] = '\0';
}

static int find_tag(const char *name) {
    for (size_t i = 0; i < sizeof(known_tags) / sizeof(known_tags[0]); i++)
        if (strcmp(known_tags[i].tag, name) == 0)
            return (int)i;
    return -1;
}

static void set_argument(struct tag *tag, const char *value) {
    free(tag->argument);
    tag->argument = mem_strdup(value);
}

static bool is_named(const struct tag *tag, const char *name, const char *attribute, const char *expected) {
    return strcmp(tag->name, name) == 0 && strcmp(attribute, expected) == 0;
}

static void take_attribute(struct tag *tag, const char *name, const char *value) {
    if (is_named(tag, "a", name, "href") || is_named(tag, "tg-emoji", name, "emoji-id") ||
        is_named(tag, "tg-time", name, "format"))
        set_argument(tag, value);
    else if (is_named(tag, "code", name, "class") && strncmp(value, "language-", 9) == 0)
        set_argument(tag, value + 9);
    else if (is_named(tag, "span", name, "class") && strncmp(value, "tg-", 3) == 0)
        set_argument(tag, value + 3);
    else if (is_named(tag, "blockquote", name, "expandable"))
        set_argument(tag, "1");
    else if (is_named(tag, "tg-time", name, "unix"))
        tag->date = strtol(value, NULL, 10);
}

static enum status read_value(struct parser *parser, struct buffer *value) {
    const char *begin = parser->at;
    char quote = *parser->at;
    if (quote != '\'' && quote != '"') {
        for (; isalnum((unsigned char)*parser->at) || *parser->at == '.' || *parser->at == '-'; parser->at++)
            buffer_add_char(value, (char)tolower((unsigned char)*parser->at));
        if (!is_gap(*parser->at) && *parser->at != '>')
            return fail_at(parser, "Unexpected end of name token", begin);
        return STATUS_OK;
    }
    parser->at++;
    while (*parser->at && *parser->at != quote) {
        uint32_t code = *parser->at == '&' ? read_reference(&parser->at) : 0;
        if (code)
            add_code(value, code);
        else
            buffer_add_char(value, *parser->at++);
    }
    if (*parser->at)
        parser->at++;
    return STATUS_OK;
}

static void skip_gaps(struct parser *parser) {
    while (*parser->at && is_gap(*parser->at))
        parser->at++;
}

static enum status read_attribute(struct parser *parser, struct tag *tag, const char *begin) {
    char name[NAME_MAX_BYTES + 1];
    const char *from = parser->at;
    while (!is_gap(*parser->at) && !strchr("=>/\"'", *parser->at))
        parser->at++;
    if (parser->at == from)
        return fail_named(parser, "Empty attribute name in the tag", tag->name, "", begin);
    (void)snprintf(name, sizeof(name), "%.*s",
                   (int)(parser->at - from > NAME_MAX_BYTES ? NAME_MAX_BYTES : parser->at - from), from);
    skip_gaps(parser);
    if (*parser->at != '=') {
        if (!*parser->at)
            return fail_named(parser, "Unclosed start tag", tag->name, "", begin);
        if (strcmp(tag->name, "blockquote") == 0)
            take_attribute(tag, name, "");
        return STATUS_OK;
    }
    parser->at++;
    skip_gaps(parser);
    if (!*parser->at)
        return fail_named(parser, "Unclosed start tag", tag->name, "", begin);
    struct buffer value;
    buffer_init(&value, TEXT_BYTES_MAX);
    enum status status = read_value(parser, &value);
    if (status == STATUS_OK && !*parser->at)
        status = fail_at(parser, "Unclosed start tag", begin);
    if (status == STATUS_OK)
        take_attribute(tag, name, value.data);
    buffer_free(&value);
    return status;
}

static enum status read_start(struct parser *parser) {
    const char *begin = parser->at++;
    while (!is_gap(*parser->at) && *parser->at != '>')
        parser->at++;
    if (!*parser->at)
        return fail_at(parser, "Unclosed start tag", begin);
    struct tag tag = {.offset = parser->units, .begin = parser->out.length};
    copy_lower(tag.name, sizeof(tag.name), begin + 1, parser->at);
    if (find_tag(tag.name) < 0)
        return fail_named(parser, "Unsupported start tag", tag.name, "", begin);
    enum status status = STATUS_OK;
    for (skip_gaps(parser); status == STATUS_OK && *parser->at != '>'; skip_gaps(parser))
        status = read_attribute(parser, &tag, begin);
    if (status == STATUS_OK && strcmp(tag.name, "span") == 0 && (!tag.argument || strcmp(tag.argument, "spoiler") != 0))
        status = fail_at(parser, "Tag \"span\" must have class \"tg-spoiler\"", begin);
    if (status == STATUS_OK && parser->depth == NESTING_MAX)
        status = fail_at(parser, "Too many nested tags", begin);
    if (status != STATUS_OK) {
        free(tag.argument);
        return status;
    }
    parser->at++;
    parser->tags[parser->depth++] = tag;
    return STATUS_OK;
}

static bool make_link(struct parser *parser, const struct tag *tag, struct entity *entity) {
    const char *url = tag->argument && *tag->argument ? tag->argument : parser->out.data + tag->begin;
    int64_t user = 0;
    if (strncmp(url, "tg://user?id=", 13) == 0 && parse_i64(url + 13, 1, INT64_MAX, &user) == STATUS_OK) {
        entity->type = ENTITY_TEXT_MENTION;
        entity->number = user;
        return true;
    }
    entity->argument = text_checked_link(url);
    return entity->argument;
}

/* <pre><code class="language-x"> is one entity with a language, whichever is outside. */
static bool join_code(struct parser *parser, const struct tag *tag, const struct entity *entity) {
    struct entity *last = parser->rich.count ? &parser->rich.entities[parser->rich.count - 1] : NULL;
    if (!last || last->offset != entity->offset || last->length != entity->length)
        return false;
    if (entity->type == ENTITY_PRE && last->type == ENTITY_CODE && last->argument) {
        last->type = ENTITY_PRE;
        return true;
    }
    if (entity->type == ENTITY_CODE && last->type == ENTITY_PRE && tag->argument) {
        free(last->argument);
        last->argument = mem_strdup(tag->argument);
        return true;
    }
    return false;
}

static enum status make_entity(struct parser *parser, const struct tag *tag) {
    struct entity entity = {
        .type = known_tags[find_tag(tag->name)].type, .offset = tag->offset, .length = parser->units - tag->offset};
    int64_t emoji = 0;
    switch (entity.type) {
    case ENTITY_CUSTOM_EMOJI:
        if (parse_i64(tag->argument, 1, INT64_MAX, &emoji) != STATUS_OK)
            return fail_at(parser, "Invalid custom emoji identifier specified", NULL);
        entity.argument = mem_strdup(tag->argument);
        break;
    case ENTITY_TEXT_LINK:
        if (!make_link(parser, tag, &entity))
            return STATUS_OK;
        break;
    case ENTITY_DATE_TIME:
        if (tag->date <= 0)
            return STATUS_OK;
        entity.number = tag->date;
        break;
    case ENTITY_PRE:
    case ENTITY_CODE:
        if (join_code(parser, tag, &entity))
            return STATUS_OK;
        entity.argument = entity.type == ENTITY_CODE ? mem_strdup(tag->argument) : NULL;
        break;
    case ENTITY_BLOCKQUOTE:
        if (tag->argument)
            entity.type = ENTITY_EXPANDABLE;
        break;
    default:
        break;
    }
    rich_text_add(&parser->rich, entity);
    return STATUS_OK;
}

static enum status read_end(struct parser *parser) {
    const char *begin = parser->at++;
    if (parser->depth == 0)
        return fail_at(parser, "Unexpected end tag", begin);
    while (!is_gap(*parser->at) && *parser->at != '>')
        parser->at++;
    char name[NAME_MAX_BYTES + 1], what[256];
    copy_lower(name, sizeof(name), begin + 2 < parser->at ? begin + 2 : parser->at, parser->at);
    skip_gaps(parser);
    if (*parser->at != '>')
        return fail_at(parser, "Unclosed end tag", begin);
    struct tag *tag = &parser->tags[parser->depth - 1];
    if (*name && strcmp(name, tag->name) != 0) {
        (void)snprintf(what, sizeof(what), "Unmatched end tag at byte offset %zu, expected \"</%s>\", found \"</%s>\"",
                       (size_t)(begin - parser->html), tag->name, name);
        return fail_at(parser, what, NULL);
    }
    parser->at++;
    enum status status = parser->units > tag->offset ? make_entity(parser, tag) : STATUS_OK;
    free(tag->argument);
    parser->depth--;
    return status;
}

static void read_text(struct parser *parser) {
    uint32_t code = *parser->at == '&' ? read_reference(&parser->at) : 0;
    if (!code) {
        unsigned char c = (unsigned char)*parser->at;
        if ((c & 0xc0) != 0x80)
            parser->units += c >= 0xf0 ? 2 : 1;
        buffer_add_char(&parser->out, *parser->at++);
        return;
    }
    parser->units += code > 0xffff ? 2 : 1;
    add_code(&parser->out, code);
}

static enum status finish(struct parser *parser) {
    if (parser->depth)
        return fail_named(parser, "Can't find end tag corresponding to start tag", parser->tags[parser->depth - 1].name,
                          "", NULL);
    for (size_t i = 0; i < parser->rich.count; i++) {
        struct entity *entity = &parser->rich.entities[i];
        if (entity->type == ENTITY_CODE) {
            free(entity->argument);
            entity->argument = NULL;
        }
    }
    if (!utf_valid(parser->out.data, parser->out.length))
        return fail_at(parser,
                       "Text contains invalid Unicode characters after decoding HTML entities, check for "
                       "unmatched surrogate code units",
                       NULL);
    return STATUS_OK;
}

enum status text_parse_html(const char *html, struct rich_text *ret_rich, struct text_problem *ret_problem) {
    struct parser *parser = mem_alloc(sizeof(*parser));
    parser->html = parser->at = html;
    parser->problem = ret_problem;
    buffer_init(&parser->out, TEXT_BYTES_MAX);
    enum status status = STATUS_OK;
    while (*parser->at && status == STATUS_OK) {
        if (*parser->at != '<')
            read_text(parser);
        else
            status = parser->at[1] == '/' ? read_end(parser) : read_start(parser);
    }
    if (status == STATUS_OK)
        status = finish(parser);
    while (parser->depth)
        free(parser->tags[--parser->depth].argument);
    parser->rich.text = buffer_take(&parser->out);
    if (status == STATUS_OK)
        *ret_rich = parser->rich;
    else
        rich_text_free(&parser->rich);
    free(parser);
    return status;
}
