/* fsm/flows: the flows' tables, for the engine. */
#ifndef FSM_FLOWS_H
#define FSM_FLOWS_H

#include "fsm/fsm.h"

/* What a check made of the input, in the form in which it is kept. */
struct answer {
    const char *text;
    enum priority priority;
};

struct flow_row {
    enum state state;
    enum fsm_event event;
    enum text label; /* EVENT_LABEL: which */
    /* TEXT_NONE: fine, *ret_answer is filled. Else what to say. NULL: everything is fine. Changes nothing. */
    enum text (*check)(struct arena *arena, const struct form *form, const struct input *input,
                       struct answer *ret_answer);
    /* Puts the answer into the form. NULL: the flow has no form. */
    void (*keep)(struct arena *arena, struct form *form, const struct answer *answer, const struct input *input);
    enum state next; /* the same state: taken silently */
};

extern const struct flow_row flow_rows[];
extern const size_t flow_row_count;

#endif
