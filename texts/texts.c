#include "texts/texts.h"

#include <string.h>

#include "core/buffer.h"
#include "core/parse.h"
#include "core/utf.h"
#include "texts/catalogue.h"
#include "texts/plural.h"

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

/* "{name}", or "{name|form|form}": the forms of a word that go with the number `name`. */
struct placeholder {
    const char *name, *forms, *end; /* `forms` NULL: its value itself. `end` is behind the brace */
    size_t length;                  /* of the name */
};

/* What stands at `open` ('{'). False: no placeholder begins there. */
static bool placeholder_at(const char *open, struct placeholder *ret) {
    *ret = (struct placeholder){.name = open + 1, .length = strspn(open + 1, "abcdefghijklmnopqrstuvwxyz_")};
    const char *at = ret->name + ret->length;
    if (ret->length > 0 && *at == '|') {
        ret->forms = at + 1;
        at += strcspn(at, "{}");
    }
    ret->end = at + 1;
    return ret->length > 0 && *at == '}';
}

/* The form of the number `index`; the last one where there are fewer. */
static const char *form_at(const char *forms, size_t index, size_t *ret_length) {
    while ((*ret_length = strcspn(forms, "|}")), index > 0 && forms[*ret_length] == '|') {
        forms += *ret_length + 1;
        index--;
    }
    return forms;
}

static void add_arg(struct buffer *buffer, enum lang lang, const struct placeholder *to, const struct text_arg *arg) {
    if (to->forms) {
        int64_t count = 0;
        if (parse_i64(arg->value, 0, INT64_MAX, &count))
            count = 0; /* no number, such as «—»: as with none */
        size_t length = 0;
        const char *form = form_at(to->forms, plural_form(lang, count), &length);
        buffer_add_bytes(buffer, form, length);
    } else if (arg->html) {
        buffer_add(buffer, arg->html);
    } else if (arg->value) {
        buffer_add_html(buffer, arg->value, strlen(arg->value));
    }
}

static const struct text_arg *find_arg(const struct placeholder *to, const struct text_arg *args, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (strncmp(args[i].name, to->name, to->length) == 0 && args[i].name[to->length] == '\0')
            return &args[i];
    return NULL;
}

char *text_format(struct arena *arena, enum lang lang, enum text text, const struct text_arg *args, size_t count) {
    struct buffer buffer;
    buffer_init(&buffer, TEXT_HTML_MAX);
    for (const char *at = text_raw(lang, text); *at;) {
        struct placeholder to;
        size_t plain = strcspn(at, "{");
        buffer_add_bytes(&buffer, at, plain);
        at += plain;
        if (*at && placeholder_at(at, &to)) {
            const struct text_arg *arg = find_arg(&to, args, count);
            if (arg)
                add_arg(&buffer, lang, &to, arg);
            at = to.end;
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

/* As many forms as the language has, and none of them empty. */
static bool forms_match(const struct placeholder *in, size_t wanted) {
    size_t count = 0, length = 0;
    for (const char *at = in->forms; at < in->end; at += length + 1, count++) {
        length = strcspn(at, "|}");
        if (length == 0)
            return false;
    }
    return count == wanted;
}

/* Every placeholder in `text` stands in `allowed`, and the value of every one of `allowed` in `text`. */
static bool placeholders_match(const char *text, const char *allowed, size_t forms) {
    struct placeholder in;
    for (const char *at = strchr(text, '{'); at; at = strchr(in.end, '{'))
        if (!placeholder_at(at, &in) || !word_in(allowed, in.name, in.length) || (in.forms && !forms_match(&in, forms)))
            return false;
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

static enum status check_text(enum lang lang, const char *raw, enum text text, struct error *error) {
    const char *code = codes[lang];
    if (!raw || (!*raw && text != TEXT_NONE))
        return error_set(error, STATUS_INVALID, "catalogue %s: text %s is missing", code, ids[text].name);
    if (!placeholders_match(raw, ids[text].placeholders, plural_forms(lang)))
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

enum status catalogue_check(enum lang lang, const char *const table[TEXT_COUNT], struct error *error) {
    for (int text = 0; text < TEXT_COUNT; text++) {
        enum status status = check_text(lang, table[text], (enum text)text, error);
        if (status)
            return status;
    }
    return check_labels(codes[lang], table, error);
}

enum status texts_check(struct error *error) {
    enum status status = STATUS_OK;
    for (int lang = 0; status == STATUS_OK && lang < LANG_COUNT; lang++)
        status = catalogue_check((enum lang)lang, catalogues[lang], error);
    return status;
}
