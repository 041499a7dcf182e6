/* parse_mode MarkdownV2 and the old Markdown. Error texts and byte offsets are the server's (ME:2048, ME:1929).
 *
 * V2 is one pass with a stack of open entities. A quotation is the only one that a line's end closes; an empty spoiler
 * before that end makes it an expandable one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/buffer.h"
#include "core/parse.h"
#include "core/utf.h"
#include "simulator/text.h"

struct opening {
    enum entity_type type;
    char *argument; /* a language; owned, may be NULL */
    int64_t offset; /* UTF-16 units of output before it */
    size_t byte;    /* of the source */
    size_t begin;   /* bytes of output before it */
};

struct parser {
    const char *source, *at;
    struct buffer out;
    int64_t units;
    struct opening *open;
    size_t depth;
    bool in_quote, quote_may_begin;
    struct rich_text rich;
    struct text_problem *problem;
};

static bool is_gap(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0' || c == '\v';
}

static const char *name_of(const struct opening *opening) {
    switch (opening->type) {
    case ENTITY_BOLD:
        return "Bold";
    case ENTITY_ITALIC:
        return "Italic";
    case ENTITY_UNDERLINE:
        return "Underline";
    case ENTITY_STRIKE:
        return "Strikethrough";
    case ENTITY_SPOILER:
        return "Spoiler";
    case ENTITY_CODE:
        return "Code";
    case ENTITY_PRE:
        return opening->argument ? "PreCode" : "Pre";
    case ENTITY_TEXT_LINK:
        return "TextUrl";
    case ENTITY_CUSTOM_EMOJI:
        return "CustomEmoji";
    default:
        return "BlockQuote";
    }
}

static enum status fail(struct parser *parser, const char *what) {
    parser->problem->error = ERROR_MARKDOWN;
    (void)snprintf(parser->problem->detail, sizeof(parser->problem->detail), "%s", what);
    return STATUS_INVALID;
}

static enum status fail_reserved(struct parser *parser) {
    char what[96];
    (void)snprintf(what, sizeof(what), "Character '%c' is reserved and must be escaped with the preceding '\\'",
                   *parser->at);
    return fail(parser, what);
}

static enum status fail_at(struct parser *parser, const char *what, const char *tail, size_t byte) {
    char text[128];
    (void)snprintf(text, sizeof(text), "%s%s at byte offset %zu", what, tail, byte);
    return fail(parser, text);
}

static enum status fail_open(struct parser *parser) {
    char what[64];
    const struct opening *top = &parser->open[parser->depth - 1];
    (void)snprintf(what, sizeof(what), "Can't find end of %s entity", name_of(top));
    return fail_at(parser, what, "", top->byte);
}

static void emit(struct parser *parser, char c) {
    unsigned char byte = (unsigned char)c;
    if ((byte & 0xc0) != 0x80)
        parser->units += byte >= 0xf0 ? 2 : 1;
    buffer_add_char(&parser->out, c);
}

static void push(struct parser *parser, enum entity_type type, char *argument, const char *from) {
    parser->open = mem_grow(parser->open, (parser->depth + 1) * sizeof(*parser->open));
    parser->open[parser->depth++] = (struct opening){.type = type,
                                                     .argument = argument,
                                                     .offset = parser->units,
                                                     .byte = (size_t)(from - parser->source),
                                                     .begin = parser->out.length};
}

static void pop(struct parser *parser) {
    free(parser->open[--parser->depth].argument);
}

/* ---- openings ---- */

/* Behind ```: the language, if the line goes on after it, and one line break are no part of the text. */
static char *read_language(const char **at) {
    const char *end = *at;
    char *language = NULL;
    while (!is_gap(*end) && *end != '`')
        end++;
    if (end != *at && *end && *end != '`') {
        struct buffer name;
        buffer_init(&name, TEXT_BYTES_MAX);
        buffer_add_bytes(&name, *at, (size_t)(end - *at));
        language = buffer_take(&name);
        *at = end;
    }
    bool breaks = **at == '\n' || **at == '\r';
    bool two = breaks && ((*at)[1] == '\n' || (*at)[1] == '\r') && (*at)[0] != (*at)[1];
    *at += two ? 2 : breaks ? 1 : 0;
    return language;
}

static void open_code(struct parser *parser) {
    const char *from = parser->at++;
    char *language = NULL;
    bool is_pre = parser->at[0] == '`' && parser->at[1] == '`';
    if (is_pre) {
        parser->at += 2;
        language = read_language(&parser->at);
    }
    push(parser, is_pre ? ENTITY_PRE : ENTITY_CODE, language, from);
}

static void open_simple(struct parser *parser, enum entity_type type, size_t width) {
    push(parser, type, NULL, parser->at);
    parser->at += width;
}

static enum status open_quote(struct parser *parser) {
    if (!parser->quote_may_begin)
        return fail_reserved(parser);
    if (parser->in_quote)
        parser->at++;
    else
        open_simple(parser, ENTITY_BLOCKQUOTE, 1);
    parser->in_quote = true;
    return STATUS_OK;
}

static enum status open_entity(struct parser *parser) {
    char c = parser->at[0], next = parser->at[1];
    if (c == '\n') {
        emit(parser, *parser->at++);
        parser->quote_may_begin = true;
    } else if (c == '_')
        open_simple(parser, next == '_' ? ENTITY_UNDERLINE : ENTITY_ITALIC, next == '_' ? 2 : 1);
    else if (c == '*')
        open_simple(parser, ENTITY_BOLD, 1);
    else if (c == '~')
        open_simple(parser, ENTITY_STRIKE, 1);
    else if (c == '|' && next == '|')
        open_simple(parser, ENTITY_SPOILER, 2);
    else if (c == '[')
        open_simple(parser, ENTITY_TEXT_LINK, 1);
    else if (c == '!' && next == '[')
        open_simple(parser, ENTITY_CUSTOM_EMOJI, 2);
    else if (c == '`')
        open_code(parser);
    else if (c == '>')
        return open_quote(parser);
    else
        return fail_reserved(parser);
    return STATUS_OK;
}

/* ---- ends ---- */

static bool ends_here(const struct parser *parser) {
    const char *at = parser->at;
    if (parser->depth == 0)
        return false;
    if (parser->in_quote && at[0] == '\n' && at[1] != '>')
        return true;
    switch (parser->open[parser->depth - 1].type) {
    case ENTITY_BOLD:
        return at[0] == '*';
    case ENTITY_ITALIC:
        return at[0] == '_' && at[1] != '_';
    case ENTITY_UNDERLINE:
        return at[0] == '_' && at[1] == '_';
    case ENTITY_STRIKE:
        return at[0] == '~';
    case ENTITY_SPOILER:
        return at[0] == '|' && at[1] == '|';
    case ENTITY_CODE:
        return at[0] == '`';
    case ENTITY_PRE:
        return at[0] == '`' && at[1] == '`' && at[2] == '`';
    case ENTITY_TEXT_LINK:
    case ENTITY_CUSTOM_EMOJI:
        return at[0] == ']';
    default:
        return false;
    }
}

static bool is_escape(const char *at) {
    return at[0] == '\\' && at[1] > 0 && at[1] <= 126;
}

/* The address in (…) at `parser->at`, which moves behind it. The caller frees *ret_url. */
static enum status read_url(struct parser *parser, char **ret_url) {
    struct buffer url;
    const char *from = ++parser->at;
    buffer_init(&url, TEXT_BYTES_MAX);
    while (*parser->at && *parser->at != ')') {
        if (is_escape(parser->at))
            parser->at++;
        buffer_add_char(&url, *parser->at++);
    }
    *ret_url = buffer_take(&url);
    if (*parser->at++ == ')')
        return STATUS_OK;
    free(*ret_url);
    return fail_at(parser, "Can't find end of a URL", "", (size_t)(from - parser->source));
}

static void add_entity(struct parser *parser, struct entity entity) {
    if (entity.length > 0)
        rich_text_add(&parser->rich, entity);
    else
        free(entity.argument);
}

static void add_link(struct parser *parser, struct entity entity, const char *url) {
    static const char user[] = "tg://user?id=";
    if (strncmp(url, user, sizeof(user) - 1) == 0 &&
        parse_i64(url + sizeof(user) - 1, 1, INT64_MAX, &entity.number) == STATUS_OK) {
        entity.type = ENTITY_TEXT_MENTION;
    } else {
        entity.argument = text_checked_link(url);
        if (!entity.argument)
            return;
    }
    add_entity(parser, entity);
}

static enum status end_link(struct parser *parser, struct entity entity) {
    char *url = NULL;
    if (*parser->at != '(') {
        url = mem_strdup(parser->out.data ? parser->out.data + parser->open[parser->depth - 1].begin : "");
    } else {
        enum status status = read_url(parser, &url);
        if (status != STATUS_OK)
            return status;
    }
    add_link(parser, entity, url);
    free(url);
    return STATUS_OK;
}

static bool take_emoji(struct entity *entity, const char *url) {
    static const char emoji[] = "tg://emoji?id=", moment[] = "tg://time?unix=";
    int64_t id = 0;
    char number[24];
    if (strncmp(url, emoji, sizeof(emoji) - 1) == 0 &&
        parse_i64(url + sizeof(emoji) - 1, 1, INT64_MAX, &id) == STATUS_OK) {
        entity->argument = mem_strdup(url + sizeof(emoji) - 1);
        return true;
    }
    if (strncmp(url, moment, sizeof(moment) - 1) != 0)
        return false;
    const char *digits = url + sizeof(moment) - 1;
    (void)snprintf(number, sizeof(number), "%.*s", (int)strcspn(digits, "&"), digits);
    entity->type = ENTITY_DATE_TIME;
    return parse_i64(number, 1, INT64_MAX, &entity->number) == STATUS_OK;
}

static enum status end_emoji(struct parser *parser, struct entity entity) {
    char *url = NULL;
    if (*parser->at != '(')
        return fail(parser, "The entity must contain a tg://emoji or tg://time URL");
    enum status status = read_url(parser, &url);
    if (status != STATUS_OK)
        return status;
    if (take_emoji(&entity, url))
        add_entity(parser, entity);
    else
        status = fail(parser, "Invalid tg://emoji or tg://time URL specified");
    free(url);
    return status;
}

/* Whether the entity on top is a spoiler that began right before `end`: the mark of an expandable quotation. */
static bool is_expanding_mark(const struct parser *parser, const char *end) {
    const struct opening *top = &parser->open[parser->depth - 1];
    size_t gap = (size_t)(end - parser->source) - top->byte;
    bool return_between = gap == 3 && end[-1] == '\r';
    return top->type == ENTITY_SPOILER && (gap == 2 || return_between) && parser->depth > 1;
}

static enum status end_quote(struct parser *parser, bool keep_break) {
    enum entity_type type = ENTITY_BLOCKQUOTE;
    if (is_expanding_mark(parser, parser->at)) {
        pop(parser);
        type = ENTITY_EXPANDABLE;
    }
    const struct opening *top = &parser->open[parser->depth - 1];
    if (top->type != ENTITY_BLOCKQUOTE)
        return fail_open(parser);
    if (keep_break)
        emit(parser, *parser->at++);
    add_entity(parser, (struct entity){.type = type, .offset = top->offset, .length = parser->units - top->offset});
    parser->in_quote = false;
    parser->quote_may_begin = true;
    pop(parser);
    return STATUS_OK;
}

static enum status end_entity(struct parser *parser) {
    if (*parser->at == '\n' && parser->in_quote)
        return end_quote(parser, true);
    struct opening *top = &parser->open[parser->depth - 1];
    struct entity entity = {.type = top->type, .offset = top->offset, .length = parser->units - top->offset};
    enum status status = STATUS_OK;
    bool wide = top->type == ENTITY_UNDERLINE || top->type == ENTITY_SPOILER;
    parser->at += top->type == ENTITY_PRE ? 3 : wide ? 2 : 1;
    if (top->type == ENTITY_TEXT_LINK) {
        status = end_link(parser, entity);
    } else if (top->type == ENTITY_CUSTOM_EMOJI) {
        status = end_emoji(parser, entity);
    } else {
        entity.argument = top->argument;
        top->argument = NULL;
        add_entity(parser, entity);
    }
    if (status == STATUS_OK)
        pop(parser);
    return status;
}

/* ---- the whole ---- */

static bool is_reserved(const struct parser *parser, char c) {
    enum entity_type inside = parser->depth ? parser->open[parser->depth - 1].type : ENTITY_TYPE_COUNT;
    return strchr(inside == ENTITY_CODE || inside == ENTITY_PRE ? "`" : "_*[]()~`>#+-=|{}.!\n", c);
}

static enum status read_next(struct parser *parser) {
    bool escaped = is_escape(parser->at);
    if (!escaped && is_reserved(parser, *parser->at))
        return ends_here(parser) ? end_entity(parser) : open_entity(parser);
    if (escaped)
        parser->at++;
    char c = *parser->at++;
    emit(parser, c);
    if (c != '\r')
        parser->quote_may_begin = escaped && c == '\n';
    return STATUS_OK;
}

static enum status finish(struct parser *parser) {
    enum status status = STATUS_OK;
    if (parser->in_quote)
        status = end_quote(parser, false);
    return status == STATUS_OK && parser->depth > 0 ? fail_open(parser) : status;
}

static enum status give(struct parser *parser, enum status status, struct rich_text *ret_rich) {
    while (parser->depth)
        pop(parser);
    free(parser->open);
    parser->rich.text = buffer_take(&parser->out);
    if (status == STATUS_OK)
        *ret_rich = parser->rich;
    else
        rich_text_free(&parser->rich);
    return status;
}

enum status text_parse_markdown_v2(const char *text, struct rich_text *ret_rich, struct text_problem *ret_problem) {
    struct parser parser = {.source = text, .at = text, .quote_may_begin = true, .problem = ret_problem};
    enum status status = STATUS_OK;
    buffer_init(&parser.out, TEXT_BYTES_MAX);
    while (*parser.at && status == STATUS_OK)
        status = read_next(&parser);
    if (status == STATUS_OK)
        status = finish(&parser);
    return give(&parser, status, ret_rich);
}

/* ---- the old one: nothing nests ---- */

static enum entity_type old_type(char c, bool is_pre) {
    return c == '_'   ? ENTITY_ITALIC
           : c == '*' ? ENTITY_BOLD
           : c == '[' ? ENTITY_TEXT_LINK
           : is_pre   ? ENTITY_PRE
                      : ENTITY_CODE;
}

/* Behind the ']' of a link: (address), or the text itself is one. */
static void end_old_link(struct parser *parser, struct entity entity, const char *text) {
    struct buffer url;
    buffer_init(&url, TEXT_BYTES_MAX);
    if (*parser->at == '(') {
        size_t length = strcspn(parser->at + 1, ")");
        buffer_add_bytes(&url, parser->at + 1, length);
        parser->at += 1 + length + (parser->at[1 + length] == ')');
    } else {
        buffer_add_bytes(&url, text, strcspn(text, "]"));
    }
    char *link = buffer_take(&url);
    if (entity.length > 0)
        add_link(parser, entity, link ? link : "");
    free(link);
}

static enum status read_old_entity(struct parser *parser) {
    const char *from = parser->at++;
    char c = *from, end = c == '[' ? ']' : c;
    bool is_pre = c == '`' && parser->at[0] == '`' && parser->at[1] == '`';
    char *language = NULL;
    if (is_pre) {
        parser->at += 2;
        language = read_language(&parser->at);
    }
    struct entity entity = {.type = old_type(c, is_pre), .offset = parser->units, .argument = language};
    while (*parser->at && (*parser->at != end || (is_pre && !(parser->at[1] == '`' && parser->at[2] == '`'))))
        emit(parser, *parser->at++);
    if (!*parser->at) {
        free(language);
        return fail_at(parser, "Can't find end of the entity starting", "", (size_t)(from - parser->source));
    }
    entity.length = parser->units - entity.offset;
    parser->at += is_pre ? 3 : 1;
    if (entity.type == ENTITY_TEXT_LINK)
        end_old_link(parser, entity, from + 1);
    else
        add_entity(parser, entity);
    return STATUS_OK;
}

enum status text_parse_markdown(const char *text, struct rich_text *ret_rich, struct text_problem *ret_problem) {
    struct parser parser = {.source = text, .at = text, .problem = ret_problem};
    enum status status = STATUS_OK;
    buffer_init(&parser.out, TEXT_BYTES_MAX);
    while (*parser.at && status == STATUS_OK) {
        bool escaped = parser.at[0] == '\\' && parser.at[1] && strchr("_*`[", parser.at[1]);
        if (escaped)
            parser.at++;
        if (!escaped && strchr("_*`[", *parser.at))
            status = read_old_entity(&parser);
        else
            emit(&parser, *parser.at++);
    }
    return give(&parser, status, ret_rich);
}
