/* server/needs: what a route asks to be loaded before its handler runs. */
#ifndef SERVER_NEEDS_H
#define SERVER_NEEDS_H

#include "handlers/context.h"
#include "server/app.h"

/* Loads `needs` (enum need) into the context, in its arena; `digest` is the update's operation, for context->done. */
MUST_CHECK enum status needs_load(struct app *app, uint64_t digest, unsigned needs, struct context *context,
                                  struct error *error);

#endif
