/* core/utf: people's text. Strings are valid UTF-8 (utf_valid at the border); Telegram counts UTF-16 units. */
#ifndef CORE_UTF_H
#define CORE_UTF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"

/* RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF; NUL bytes inside `length` are refused too. */
bool utf_valid(const char *text, size_t length);
/* The code point at *text, which moves behind it; 0 at the end. A bad byte gives U+FFFD and moves one byte. */
uint32_t utf_next(const char **text);
/* Appends the UTF-8 form to out[4], gives its bytes (1–4). */
size_t utf_encode(uint32_t code_point, char out[4]);

/* Code points; what a form's limits count. */
size_t utf_length(const char *text);
/* UTF-16 units; what Telegram's limits count. */
size_t utf16_length(const char *text);
/* Bytes of the longest start of `text` within `units` UTF-16 units that does not tear a character: it ends neither
 * inside a surrogate pair nor before a combining mark, a variation selector, a zero-width joiner or what one joins, a
 * skin tone, or the second half of a flag. */
size_t utf16_cut(const char *text, size_t units);
/* As it is where it fits into `units`; else cut at a character's border with «…» as the last unit. */
const char *utf16_shorten(struct arena *arena, const char *text, size_t units);

/* A copy without white space (any Unicode space, also of no width) and control characters at both ends; inside, control
 * characters but \n and \t are dropped, and \r\n becomes \n. */
char *utf_clean(struct arena *arena, const char *text);
/* One line: utf_clean with every run of white space made one blank. */
char *utf_clean_line(struct arena *arena, const char *text);
bool utf_has_letter(const char *text); /* any letter of any script */
/* Lower case of any script, without emoji, U+FE0F and U+200D, trimmed, runs of white space as one blank: how labels are
 * compared. */
char *utf_fold_label(struct arena *arena, const char *text);

#endif
