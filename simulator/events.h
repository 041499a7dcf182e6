/* simulator/events: GET /sim/events, what happens as server-sent events. docs/SIMULATOR.md has the events. */
#ifndef SIMULATOR_EVENTS_H
#define SIMULATOR_EVENTS_H

#include <microhttpd.h>
#include <stdint.h>

struct sim;

enum { STREAMS_MAX = 200 };

/* A stream behind the sequence `since`; < 0: the newest entries come first. It ends with sim_stop. NULL: there are too
 * many. */
struct MHD_Response *events_open(struct sim *sim, int64_t since);

#endif
