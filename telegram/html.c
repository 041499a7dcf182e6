/* Markup is first taken apart: the plain text a person sees, and marks that say which tag stands before which byte of
 * it. Cuts are then chosen in the plain text, where lengths and borders of characters are plain too, and the parts are
 * put together again from text and marks. So no cut can tear an entity or a tag. */
#include "telegram/html.h"

#include <string.h>

#include "core/buffer.h"
#include "core/utf.h"
#include "telegram/html_read.h"

struct mark {
    size_t offset; /* of the byte of the plain text before which the tag stands */
    struct html_tag tag;
};

size_t html_length(const char *html) {
    size_t units = 0;
    struct html_tag tag;
    while (*html) {
        if (html_read_tag(html, &tag))
            html += tag.length;
        else
            units += html_read_character(&html) > 0xFFFF ? 2 : 1;
    }
    return units;
}

/* --- taking apart --- */

struct document {
    char *plain;
    size_t length;
    struct mark *marks;
    size_t mark_count;
};

/* No character is longer as plain text than it was as markup, but a bad byte that becomes U+FFFD. */
static struct document document_read(struct arena *arena, const char *html) {
    size_t max = 3 * strlen(html) + 1, tags = 0;
    for (const char *c = html; *c; c++)
        tags += *c == '<';
    struct document document = {.plain = arena_alloc(arena, max),
                                .marks = arena_array(arena, tags ? tags : 1, sizeof(struct mark))};
    struct html_tag tag;
    while (*html) {
        if (html_read_tag(html, &tag)) {
            document.marks[document.mark_count++] = (struct mark){document.length, tag};
            html += tag.length;
        } else {
            document.length += utf_encode(html_read_character(&html), document.plain + document.length);
        }
    }
    return document;
}

char *html_to_plain(struct arena *arena, const char *html) {
    return document_read(arena, html).plain;
}

/* A copy of what is in the buffer, which is given back. */
static char *buffer_move(struct arena *arena, struct buffer *buffer) {
    char *text = arena_strndup(arena, buffer->data, buffer->length);
    buffer_free(buffer);
    return text;
}

char *html_escape(struct arena *arena, const char *text) {
    struct buffer buffer;
    buffer_init(&buffer, SIZE_MAX / 4);
    buffer_add_html(&buffer, text, strlen(text));
    return buffer_move(arena, &buffer);
}

/* --- putting together --- */

struct writer {
    const struct document *document;
    size_t next_mark;
    const struct html_tag **open; /* stack of the tags that are open; at most one for each mark */
    size_t depth;
    struct buffer out;
};

static void add_tag(struct buffer *out, const struct html_tag *tag) {
    buffer_add_bytes(out, tag->text, tag->length);
}

/* Takes the next mark onto the stack and, if `write`, into the text. A closing tag that closes nothing is dropped. */
static void take_mark(struct writer *writer, bool write) {
    const struct html_tag *tag = &writer->document->marks[writer->next_mark++].tag;
    if (!tag->closing)
        writer->open[writer->depth++] = tag;
    else if (writer->depth > 0 && writer->open[writer->depth - 1]->name == tag->name)
        writer->depth--;
    else
        return;
    if (write)
        add_tag(&writer->out, tag);
}

static bool mark_waits(const struct writer *writer, size_t offset) {
    const struct document *document = writer->document;
    return writer->next_mark < document->mark_count && document->marks[writer->next_mark].offset <= offset;
}

/* Opens anew what the part before had to close, with the marks that lie between the two. */
static void begin_part(struct writer *writer, size_t from) {
    while (from > 0 && mark_waits(writer, from))
        take_mark(writer, false);
    for (size_t i = 0; i < writer->depth; i++)
        add_tag(&writer->out, writer->open[i]);
}

static void write_text(struct writer *writer, size_t from, size_t to) {
    const struct document *document = writer->document;
    while (mark_waits(writer, to)) {
        const struct mark *mark = &document->marks[writer->next_mark];
        if (mark->offset == to && !mark->tag.closing)
            break; /* what opens at the very end belongs to the next part */
        if (mark->offset > from) {
            buffer_add_html(&writer->out, document->plain + from, mark->offset - from);
            from = mark->offset;
        }
        take_mark(writer, true);
    }
    buffer_add_html(&writer->out, document->plain + from, to - from);
}

static void end_part(struct writer *writer) {
    for (size_t i = writer->depth; i > 0; i--)
        buffer_add_format(&writer->out, "</%s>", writer->open[i - 1]->name);
}

static struct writer writer_new(struct arena *arena, const struct document *document) {
    struct writer writer = {.document = document,
                            .open = arena_array(arena, document->mark_count + 1, sizeof(struct html_tag *))};
    buffer_init(&writer.out, SIZE_MAX / 4);
    return writer;
}

/* --- cutting --- */

static bool is_space(char byte) {
    return byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r';
}

static size_t skip_space(const struct document *document, size_t offset) {
    while (offset < document->length && is_space(document->plain[offset]))
        offset++;
    return offset;
}

static size_t trim_space(const struct document *document, size_t from, size_t to) {
    while (to > from && is_space(document->plain[to - 1]))
        to--;
    return to;
}

/* Bytes of as many whole code points as fit; at least one, so that every part moves on. */
static size_t cut_anywhere(const char *text, size_t units) {
    const char *at = text, *end = text;
    size_t used = 0;
    do {
        end = at;
        used += utf_next(&at) > 0xFFFF ? 2 : 1;
    } while (used <= units);
    const char *one = text;
    utf_next(&one);
    return (size_t)((end > one ? end : one) - text);
}

/* What cannot be kept whole, as a letter with thousands of marks on it, is cut between code points. */
static size_t cut_character(const char *text, size_t units) {
    size_t length = utf16_cut(text, units);
    return length > 0 ? length : cut_anywhere(text, units);
}

static bool breaks_paragraph(const char *at) {
    return at[0] == '\n' && at[1] == '\n';
}

static bool breaks_line(const char *at) {
    return at[0] == '\n';
}

static bool breaks_word(const char *at) {
    return is_space(at[0]);
}

static bool (*const breaks[])(const char *at) = {breaks_paragraph, breaks_line, breaks_word};

/* Where the part that starts at `from` ends: the best border in its last quarter. */
static size_t choose_end(const struct document *document, size_t from, size_t units) {
    const char *start = document->plain + from;
    size_t end = cut_character(start, units);
    size_t least = utf16_cut(start, units - units / 4);
    if (from + end >= document->length)
        return document->length;
    for (size_t kind = 0; kind < sizeof(breaks) / sizeof(breaks[0]); kind++) {
        for (size_t at = end; at >= least && at > 0; at--) {
            if (breaks[kind](start + at))
                return from + at;
        }
    }
    return from + end;
}

struct parts {
    char **items;
    size_t count, size;
};

static void parts_add(struct arena *arena, struct parts *parts, const struct buffer *text) {
    if (parts->count == parts->size) {
        size_t size = parts->size > 0 ? 2 * parts->size : 8;
        char **items = arena_array(arena, size, sizeof(char *));
        if (parts->count > 0)
            memcpy(items, parts->items, parts->count * sizeof(char *));
        parts->items = items;
        parts->size = size;
    }
    parts->items[parts->count++] = arena_strndup(arena, text->data, text->length);
}

size_t html_split(struct arena *arena, const char *html, size_t units, char ***ret_parts) {
    if (html_length(html) <= units) {
        *ret_parts = arena_array(arena, 1, sizeof(char *));
        (*ret_parts)[0] = arena_strdup(arena, html);
        return 1;
    }
    struct document document = document_read(arena, html);
    struct writer writer = writer_new(arena, &document);
    struct parts parts = {0};
    size_t from = skip_space(&document, 0);
    do {
        size_t end = choose_end(&document, from, units);
        begin_part(&writer, from);
        write_text(&writer, from, trim_space(&document, from, end));
        end_part(&writer);
        parts_add(arena, &parts, &writer.out);
        buffer_clear(&writer.out);
        from = skip_space(&document, end);
    } while (from < document.length);
    buffer_free(&writer.out);
    *ret_parts = parts.items;
    return parts.count;
}

char *html_shorten(struct arena *arena, const char *html, size_t units) {
    if (html_length(html) <= units)
        return arena_strdup(arena, html);
    struct document document = document_read(arena, html);
    struct writer writer = writer_new(arena, &document);
    size_t end = units > 0 ? utf16_cut(document.plain, units - 1) : 0;
    begin_part(&writer, 0);
    write_text(&writer, 0, trim_space(&document, 0, end));
    if (units > 0)
        buffer_add(&writer.out, "…");
    end_part(&writer);
    return buffer_move(arena, &writer.out);
}
