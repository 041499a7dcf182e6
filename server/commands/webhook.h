/* server/commands/webhook: what the Bot API knows of our webhook, in words, for `techsupport webhook` and `techsupport
 * check`.
 */
#ifndef SERVER_COMMANDS_WEBHOOK_H
#define SERVER_COMMANDS_WEBHOOK_H

#include <stdio.h>

#include "core/arena.h"
#include "server/settings.h"
#include "telegram/sender.h"

enum { WEBHOOK_CALL_TIMEOUT = 20 * 1000 }; /* ms for one call of a subcommand */

struct sender_settings webhook_sender(const struct settings *settings);
/* One call; OK where the Bot API carried it out. INVALID: it refused, the error says how in its words (never in those
 * of an answer to 401 and 404, which are about the token). */
MUST_CHECK enum status webhook_call(const struct settings *settings, const struct tg_call *call, struct arena *arena,
                                    struct tg_answer *ret_answer, struct error *error);
/* A URL without what stands behind its question mark, and with its path cut where it might hold the token. */
const char *webhook_shown(struct arena *arena, const char *url);
/* What to do about a failed delivery, by the reason that Telegram gives. Static. */
const char *webhook_advice(const char *reason);
/* getWebhookInfo in words. `now`: ms UTC. */
void webhook_print(FILE *file, struct arena *arena, const struct tg_webhook_info *info, int64_t now);

#endif
