/* simulator/origin: who may press our buttons. A browser says from which page a request comes; another site's pages may
 * not ask /sim/ for anything, nor may a name on the web that was pointed at this machine. Programs say nothing. */
#ifndef SIMULATOR_ORIGIN_H
#define SIMULATOR_ORIGIN_H

#include <stdbool.h>

/* Headers of a request; NULL: absent. */
struct origin {
    const char *host, *origin, *fetch_site;
};

/* `name`: what the server is called beside its addresses and localhost; NULL: nothing. */
bool origin_is_allowed(const struct origin *origin, const char *name);

#endif
