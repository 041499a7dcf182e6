#include "texts/texts.h"

#include <string.h>

#include "core/buffer.h"
#include "core/utf.h"
#include "texts/catalogue.h"

enum { TEXT_HTML_MAX = 128 * 1024 }; /* a text with its arguments, in bytes */

static const char *const *const catalogues[LANG_COUNT] = {[LANG_UK] = texts_uk, [LANG_EN] = texts_en};

static const char *const codes[LANG_COUNT] = {
#define X(id, code) [LANG_##id] = (code),
    LANGS(X)
#undef X
};

static const struct {
    const char *name, *placeholders;
} ids[TEXT_COUNT] = {
#define X(id, name, placeholders) [TEXT_##id] = {(name), (placeholders)},
    TEXTS(X)
#undef X
};

const char *lang_code(enum lang lang) {
    return codes[lang];
}

enum lang lang_by_code(const char *code, enum lang fallback) {
    for (int lang = 0; code && lang < LANG_COUNT; lang++)
        if (strncasecmp(code, codes[lang], 2) == 0 && (code[2] == '\0' || code[2] == '-' || code[2] == '_'))
            return (enum lang)lang;
    return fallback;
}

const char *text_raw(enum lang lang, enum text text) {
    return catalogues[lang][text];
}

const char *text_name(enum text text) {
    return ids[text].name;
}

enum status text_by_name(const char *name, enum text *ret_text) {
    for (int i = 0; name && i < TEXT_COUNT; i++)
        if (strcmp(ids[i].name, name) == 0) {
            *ret_text = (enum text)i;
            return STATUS_OK;
        }
    return STATUS_NOT_FOUND;
}

/* The placeholder at `open` ('{'): its name and length; NULL where the brace begins none. */
static const char *placeholder(const char *open, size_t *ret_length) {
    size_t length = strspn(open + 1, "abcdefghijklmnopqrstuvwxyz_");
    if (length == 0 || open[1 + length] != '}')
        return NULL;
    *ret_length = length;
    return open + 1;
}

static void add_arg(struct buffer *buffer, const char *name, size_t length, const struct text_arg *args, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (strncmp(args[i].name, name, length) == 0 && args[i].name[length] == '\0') {
            if (args[i].html)
                buffer_add(buffer, args[i].html);
            else if (args[i].value)
                buffer_add_html(buffer, args[i].value, strlen(args[i].value));
            return;
        }
}

char *text_format(struct arena *arena, enum lang lang, enum text text, const struct text_arg *args, size_t count) {
    struct buffer buffer;
    buffer_init(&buffer, TEXT_HTML_MAX);
    for (const char *at = text_raw(lang, text); *at;) {
        size_t plain = strcspn(at, "{"), length = 0;
        buffer_add_bytes(&buffer, at, plain);
        at += plain;
        const char *name = *at ? placeholder(at, &length) : NULL;
        if (name) {
            add_arg(&buffer, name, length, args, count);
            at += length + 2;
        } else if (*at) {
            buffer_add_char(&buffer, *at++);
        }
    }
    char *result = arena_strdup(arena, buffer.data);
    buffer_free(&buffer);
    return result;
}

/* --- the check at the start --- */

static bool word_in(const char *list, const char *word, size_t length) {
    for (const char *at = list; *at; at += strspn(at, " ")) {
        size_t here = strcspn(at, " ");
        if (here == length && strncmp(at, word, length) == 0)
            return true;
        at += here;
    }
    return false;
}

/* Every placeholder in `text` stands in `allowed`, and every one of `allowed` in `text`. */
static bool placeholders_match(const char *text, const char *allowed) {
    size_t length = 0;
    for (const char *at = strchr(text, '{'); at; at = strchr(at + 1, '{')) {
        const char *name = placeholder(at, &length);
        if (!name || !word_in(allowed, name, length))
            return false;
    }
    for (const char *at = allowed; *at; at += strspn(at, " ")) {
        size_t here = strcspn(at, " ");
        const char *found = text;
        while ((found = strchr(found, '{')) && (strncmp(found + 1, at, here) != 0 || found[1 + here] != '}'))
            found++;
        if (!found)
            return false;
        at += here;
    }
    return true;
}

/* Our texts nest no deeper than one tag: each "<x>" is closed by "</x>" before the next opens. */
static bool tags_balance(const char *text) {
    const char *open = NULL;
    size_t length = 0;
    for (const char *at = strchr(text, '<'); at; at = strchr(at + 1, '<')) {
        bool closing = at[1] == '/';
        const char *name = at + 1 + closing;
        size_t here = strcspn(name, ">");
        if (!name[here] || closing != (open != NULL))
            return false;
        if (closing && (here != length || strncmp(open, name, here) != 0))
            return false;
        open = closing ? NULL : name;
        length = here;
    }
    return !open;
}

static enum status check_text(const char *code, const char *raw, enum text text, struct error *error) {
    if (!raw || (!*raw && text != TEXT_NONE))
        return error_set(error, STATUS_INVALID, "catalogue %s: text %s is missing", code, ids[text].name);
    if (!placeholders_match(raw, ids[text].placeholders))
        return error_set(error, STATUS_INVALID, "catalogue %s: text %s must use the placeholders [%s]", code,
                         ids[text].name, ids[text].placeholders);
    if (!tags_balance(raw))
        return error_set(error, STATUS_INVALID, "catalogue %s: text %s has unbalanced tags", code, ids[text].name);
    return STATUS_OK;
}

/* Labels are told apart after folding, or a press would be taken for another. */
static enum status check_labels(const char *code, const char *const *table, struct error *error) {
    CLEANUP(arena_freep) struct arena *arena = arena_new((size_t)1 << 20);
    for (int a = TEXT_LABEL_NEW_TICKET; a <= TEXT_LABEL_CANCEL; a++)
        for (int b = TEXT_LABEL_NEW_TICKET; b < a; b++)
            if (strcmp(utf_fold_label(arena, table[a]), utf_fold_label(arena, table[b])) == 0)
                return error_set(error, STATUS_INVALID, "catalogue %s: labels %s and %s are the same", code,
                                 ids[a].name, ids[b].name);
    return STATUS_OK;
}

enum status catalogue_check(const char *code, const char *const table[TEXT_COUNT], struct error *error) {
    for (int text = 0; text < TEXT_COUNT; text++) {
        enum status status = check_text(code, table[text], (enum text)text, error);
        if (status)
            return status;
    }
    return check_labels(code, table, error);
}

enum status texts_check(struct error *error) {
    enum status status = STATUS_OK;
    for (int lang = 0; status == STATUS_OK && lang < LANG_COUNT; lang++)
        status = catalogue_check(codes[lang], catalogues[lang], error);
    return status;
}
