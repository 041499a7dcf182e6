/* Offsets and lengths are UTF-16 units (core.telegram.org/bots/api#messageentity). The text is walked once, code point
 * by code point; entities that begin here are opened in order of their length, and closed where they end. */
#include "telegram/entities.h"

#include <stdlib.h>
#include <string.h>

#include "core/buffer.h"
#include "core/utf.h"

enum { URL_BYTES = 2048, LANGUAGE_BYTES = 64, TYPE_BYTES = 64 };

struct entity {
    int64_t from, to; /* UTF-16 units */
    const struct kind *kind;
    const char *value; /* of an attribute; NULL: none */
};

/* Tags of an entity type. `open` NULL: a link, to what the entity's field says. */
static const struct kind {
    const char *type, *open, *close;
    const char *field;
} kinds[] = {
    {"bold", "<b>", "</b>", NULL},
    {"italic", "<i>", "</i>", NULL},
    {"underline", "<u>", "</u>", NULL},
    {"strikethrough", "<s>", "</s>", NULL},
    {"spoiler", "<tg-spoiler>", "</tg-spoiler>", NULL},
    {"blockquote", "<blockquote>", "</blockquote>", NULL},
    {"expandable_blockquote", "<blockquote expandable>", "</blockquote>", NULL},
    {"code", "<code>", "</code>", NULL},
    {"pre", "<pre>", "</pre>", "language"},
    {"text_link", NULL, "</a>", "url"},
    {"text_mention", NULL, "</a>", "user"},
};
enum { KIND_COUNT = sizeof(kinds) / sizeof(kinds[0]) };

/* --- reading --- */

static const struct kind *find_kind(const char *type) {
    for (size_t i = 0; type && i < KIND_COUNT; i++)
        if (strcmp(kinds[i].type, type) == 0)
            return &kinds[i];
    return NULL;
}

/* A programming language's name as it may stand in a class; NULL: it cannot. */
static const char *language_of(const char *text) {
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+#_-.";
    return text && *text && strspn(text, allowed) == strlen(text) ? text : NULL;
}

static const char *value_of(const struct json_scope *scope, const struct kind *kind) {
    if (!kind->field)
        return NULL;
    if (strcmp(kind->field, "language") == 0)
        return language_of(json_text(scope, "language", JSON_OPTIONAL, LANGUAGE_BYTES));
    if (strcmp(kind->field, "url") == 0)
        return json_text(scope, "url", JSON_OPTIONAL, URL_BYTES);
    struct json_scope user = json_enter(scope, "user", JSON_OPTIONAL);
    int64_t id = json_integer_in(&user, "id", JSON_OPTIONAL, 1, INT64_MAX);
    return id ? arena_printf(scope->reader->arena, "tg://user?id=%lld", (long long)id) : NULL;
}

/* False: nothing to keep of it. */
static bool read_entity(const struct json_scope *scope, int64_t units, struct entity *entity) {
    entity->kind = find_kind(json_text(scope, "type", JSON_OPTIONAL, TYPE_BYTES));
    entity->from = json_integer_in(scope, "offset", JSON_OPTIONAL, 0, INT32_MAX);
    entity->to = entity->from + json_integer_in(scope, "length", JSON_OPTIONAL, 0, INT32_MAX);
    if (!entity->kind || entity->to == entity->from || entity->to > units)
        return false;
    entity->value = value_of(scope, entity->kind);
    return entity->kind->open || entity->value;
}

/* Outer ones first. */
static int compare(const void *left, const void *right) {
    const struct entity *a = left, *b = right;
    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    if (a->to != b->to)
        return a->to > b->to ? -1 : 1;
    return (int)(a->kind - b->kind);
}

static size_t read_all(const struct json_scope *message, const char *key, int64_t units, struct entity *entities) {
    size_t count = 0, index;
    const json_t *list = json_field(message, key);
    json_t *item;
    json_array_foreach(list, index, item) {
        struct json_scope scope = {message->reader, json_is_object(item) ? item : NULL, message, key};
        if (count < ENTITIES_MAX && scope.object && read_entity(&scope, units, &entities[count]))
            count++;
    }
    if (count > 1)
        qsort(entities, count, sizeof(*entities), compare);
    return count;
}

/* --- writing --- */

struct writer {
    struct buffer out;
    const struct entity *open[ENTITIES_MAX];
    size_t depth;
};

static void add_open(struct buffer *out, const struct entity *entity) {
    const char *value = entity->value ? entity->value : "";
    if (entity->kind->open)
        buffer_add(out, entity->kind->open);
    if (!entity->value)
        return;
    buffer_add(out, entity->kind->open ? "<code class=\"language-" : "<a href=\"");
    buffer_add_html(out, value, strlen(value));
    buffer_add(out, "\">");
}

static void add_close(struct buffer *out, const struct entity *entity) {
    if (entity->kind->open && entity->value)
        buffer_add(out, "</code>");
    buffer_add(out, entity->kind->close);
}

static void close_until(struct writer *writer, int64_t at) {
    while (writer->depth > 0 && writer->open[writer->depth - 1]->to <= at)
        add_close(&writer->out, writer->open[--writer->depth]);
}

/* One that reaches out of the entity around it is passed over. */
static void open(struct writer *writer, const struct entity *entity) {
    if (writer->depth > 0 && entity->to > writer->open[writer->depth - 1]->to)
        return;
    add_open(&writer->out, entity);
    writer->open[writer->depth++] = entity;
}

static void write_text(struct writer *writer, const char *text, const struct entity *entities, size_t count) {
    int64_t at = 0;
    size_t next = 0;
    while (*text) {
        const char *start = text;
        close_until(writer, at);
        for (; next < count && entities[next].from <= at; next++)
            if (entities[next].from == at) /* else it begins within a character */
                open(writer, &entities[next]);
        at += utf_next(&text) > 0xFFFF ? 2 : 1;
        buffer_add_html(&writer->out, start, (size_t)(text - start));
    }
    close_until(writer, INT64_MAX);
}

const char *entities_html(const struct json_scope *message, const char *key, const char *text) {
    struct arena *arena = message->reader->arena;
    if (!text || !json_is_array(json_field(message, key)))
        return NULL;
    struct entity *entities = arena_array(arena, ENTITIES_MAX, sizeof(*entities));
    size_t count = read_all(message, key, (int64_t)utf16_length(text), entities);
    if (count == 0)
        return NULL;
    struct writer *writer = ARENA_NEW(arena, struct writer);
    buffer_init(&writer->out, ENTITIES_HTML_MAX);
    write_text(writer, text, entities, count);
    const char *html = writer->out.full ? NULL : arena_strndup(arena, writer->out.data, writer->out.length);
    buffer_free(&writer->out);
    return html;
}
