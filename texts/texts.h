/* texts: every string that a person sees, in each language. Catalogues are tables (texts/uk.c, texts/en.c) in
 * Telegram's HTML with named placeholders: «Заявка № {number}»; "{count|файл|файли|файлів}" is the word's form for the
 * number {count} (texts/plural). texts_check holds the catalogues against each other at the start.
 */
#ifndef TEXTS_TEXTS_H
#define TEXTS_TEXTS_H

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/status.h"
#include "texts/ids.h"

#define LANGS(X)                                                                                                       \
    X(UK, "uk")                                                                                                        \
    X(EN, "en")
enum lang {
#define X(id, code) LANG_##id,
    LANGS(X)
#undef X
        LANG_COUNT
};

/* A placeholder's value: `value` is escaped for HTML, `html` is taken as it is. */
struct text_arg {
    const char *name, *value, *html;
};

const char *lang_code(enum lang lang);
/* By an IETF tag as Telegram gives it ("uk", "en-GB"); `fallback` for NULL and for languages that we do not have. */
enum lang lang_by_code(const char *code, enum lang fallback);

/* A text as it stands in the catalogue. Static. */
const char *text_raw(enum lang lang, enum text text);
/* The text's id by its name as stored ("ask_name"). NOT_FOUND. */
MUST_CHECK enum status text_by_name(const char *name, enum text *ret_text);
const char *text_name(enum text text);
/* HTML with the placeholders filled in. A placeholder without a value is left out. */
char *text_format(struct arena *arena, enum lang lang, enum text text, const struct text_arg *args, size_t count);
/* Every text is there in every language, with the placeholders that texts/ids.h names for it and no others, as many
 * forms of a word as the language has, balanced tags, and labels that differ from each other within a language.
 * INVALID: `error` names the text. */
MUST_CHECK enum status texts_check(struct error *error);

#endif
