/* telegram/html: text for parse_mode=HTML. Everything from a person was escaped on its way into a text (texts/texts.h);
 * the tags are ours:
 * b i u s code pre a blockquote tg-spoiler. A "<" that starts none of them is text, as is an "&" that starts no
 * entity. Lengths are UTF-16 units after entities: as Telegram counts. */
#ifndef TELEGRAM_HTML_H
#define TELEGRAM_HTML_H

#include "core/arena.h"

/* A person's text as HTML. */
char *html_escape(struct arena *arena, const char *text);
/* Tags dropped, entities resolved: what a person sees. */
char *html_to_plain(struct arena *arena, const char *html);
/* UTF-16 units of html_to_plain(html), without making it. */
size_t html_length(const char *html);

/* Splits our own HTML into parts of at most `units` each: at a paragraph, a line or a blank where one lies in the last
 * quarter of a part, else at a character's border; open tags are closed and opened again. The parts' texts, joined,
 * lose only the white space at the borders. At least one part; `html` within the limit gives itself. */
size_t html_split(struct arena *arena, const char *html, size_t units, char ***ret_parts);
/* Cut to `units` at a character's border with «…» at the end, tags closed; as it is where it fits. */
char *html_shorten(struct arena *arena, const char *html, size_t units);

#endif
