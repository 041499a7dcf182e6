/* handlers/setup: what the bot tells Telegram about itself at the start: command lists and descriptions, in every
 * language. */
#ifndef HANDLERS_SETUP_H
#define HANDLERS_SETUP_H

#include "core/arena.h"
#include "telegram/call.h"
#include "texts/texts.h"

/* The calls, in `arena`; idempotent, so that every start may send them. `default_lang` is for languages that we do not
 * have. */
size_t setup_calls(struct arena *arena, enum lang default_lang, struct tg_call **ret_calls);

/* The command list in a language, in `arena`. */
const struct tg_command *setup_commands(struct arena *arena, enum lang lang, size_t *ret_count);

#endif
