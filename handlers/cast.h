/* handlers/cast: broadcasts: what is sent to everybody, and how far it is. */
#ifndef HANDLERS_CAST_H
#define HANDLERS_CAST_H

#include "handlers/render.h"

/* The broadcast that a session owes (`item` is its OWED_CREATE_BROADCAST). */
struct broadcast broadcast_from_session(const struct user *author, const struct owed *item, int64_t now);

enum { CAST_CALLS_MAX = 2 };

/* What one recipient gets, in order: one message, or media and then its text where that is longer than a caption can
 * be. Strings are borrowed, the rest is in the arena. Gives their number. */
size_t render_cast(struct arena *arena, const char *html, const struct media_list *media, int64_t chat,
                   struct tg_call ret_calls[CAST_CALLS_MAX]);

/* How far a broadcast is, for its author: a new message, or the edit of `message`. */
size_t render_progress(const struct render *render, const struct broadcast *broadcast, int64_t chat, int64_t message,
                       struct tg_call ret_calls[RENDER_CALLS_MAX]);

/* The numbers of a broadcast, for a text. In the arena. */
enum { CAST_ARGS = 6 };
struct owed_arg_list cast_numbers(struct arena *arena, const struct broadcast *broadcast);

#endif
