/* Entities back to HTML, for tests that read a chat. Entities nest (text_clean sees to it) but for two styles that
 * cross; those are closed and opened again. */
#include <string.h>

#include "core/buffer.h"
#include "core/utf.h"
#include "simulator/text.h"

enum { OPEN_MAX = 64 };

struct mark {
    int64_t offset, end;
    const json_t *entity;
};

static const struct {
    const char *type, *tag;
} tags[] = {
    {"bold", "b"},
    {"italic", "i"},
    {"underline", "u"},
    {"strikethrough", "s"},
    {"spoiler", "tg-spoiler"},
    {"code", "code"},
    {"pre", "pre"},
    {"blockquote", "blockquote"},
    {"expandable_blockquote", "blockquote"},
    {"text_link", "a"},
    {"text_mention", "a"},
    {"custom_emoji", "tg-emoji"},
};

static const char *text_of(const json_t *object, const char *key) {
    const char *value = json_string_value(json_object_get(object, key));
    return value ? value : "";
}

static const char *tag_of(const json_t *entity) {
    for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
        if (strcmp(tags[i].type, text_of(entity, "type")) == 0)
            return tags[i].tag;
    return NULL;
}

static void add_escaped(struct buffer *out, const char *text, size_t length) {
    for (size_t i = 0; i < length; i++) {
        switch (text[i]) {
        case '<':
            buffer_add(out, "&lt;");
            break;
        case '>':
            buffer_add(out, "&gt;");
            break;
        case '&':
            buffer_add(out, "&amp;");
            break;
        case '"':
            buffer_add(out, "&quot;");
            break;
        default:
            buffer_add_char(out, text[i]);
        }
    }
}

static void add_attribute(struct buffer *out, const char *name, const char *value) {
    buffer_add_format(out, " %s=\"", name);
    add_escaped(out, value, strlen(value));
    buffer_add_char(out, '"');
}

static void open_tag(struct buffer *out, const json_t *entity) {
    const char *type = text_of(entity, "type");
    buffer_add_format(out, "<%s", tag_of(entity));
    if (strcmp(type, "text_link") == 0)
        add_attribute(out, "href", text_of(entity, "url"));
    if (strcmp(type, "custom_emoji") == 0)
        add_attribute(out, "emoji-id", text_of(entity, "custom_emoji_id"));
    if (strcmp(type, "expandable_blockquote") == 0)
        buffer_add(out, " expandable");
    if (strcmp(type, "text_mention") == 0)
        buffer_add_format(out, " href=\"tg://user?id=%lld\"",
                          (long long)json_integer_value(json_object_get(json_object_get(entity, "user"), "id")));
    buffer_add_char(out, '>');
    if (strcmp(type, "pre") == 0 && *text_of(entity, "language")) {
        buffer_add(out, "<code");
        buffer_add(out, " class=\"language-");
        add_escaped(out, text_of(entity, "language"), strlen(text_of(entity, "language")));
        buffer_add(out, "\">");
    }
}

static void close_tag(struct buffer *out, const json_t *entity) {
    if (strcmp(text_of(entity, "type"), "pre") == 0 && *text_of(entity, "language"))
        buffer_add(out, "</code>");
    buffer_add_format(out, "</%s>", tag_of(entity));
}

/* Closes what ends at `unit`; what was opened later and goes on is closed and opened again. */
static size_t close_ended(struct buffer *out, struct mark *open, size_t depth, int64_t unit) {
    size_t first = depth;
    for (size_t i = depth; i-- > 0;)
        if (open[i].end <= unit)
            first = i;
    for (size_t i = depth; i-- > first;)
        close_tag(out, open[i].entity);
    size_t kept = first;
    for (size_t i = first; i < depth; i++) {
        if (open[i].end <= unit)
            continue;
        open_tag(out, open[i].entity);
        open[kept++] = open[i];
    }
    return kept;
}

char *text_to_html(const char *text, const json_t *entities) {
    struct buffer out;
    struct mark open[OPEN_MAX];
    size_t depth = 0, next = 0, count = json_array_size(entities);
    int64_t unit = 0;
    buffer_init(&out, (size_t)1 << 20);
    while (*text) {
        depth = close_ended(&out, open, depth, unit);
        for (; next < count; next++) {
            const json_t *entity = json_array_get(entities, next);
            int64_t offset = json_integer_value(json_object_get(entity, "offset"));
            if (offset > unit)
                break;
            if (!tag_of(entity) || depth == OPEN_MAX)
                continue;
            open[depth++] = (struct mark){.offset = offset,
                                          .end = offset + json_integer_value(json_object_get(entity, "length")),
                                          .entity = entity};
            open_tag(&out, entity);
        }
        const char *from = text;
        unit += utf_next(&text) > 0xffff ? 2 : 1;
        add_escaped(&out, from, (size_t)(text - from));
    }
    (void)close_ended(&out, open, depth, INT64_MAX);
    return buffer_take(&out);
}
