#include "fsm/fsm.h"

#include <string.h>

#include "core/utf.h"
#include "fsm/flows.h"

static const struct {
    const char *name;
    enum text ask, complaint;
} states[STATE_COUNT] = {
#define X(id, name, ask, complaint) [STATE_##id] = {(name), TEXT_##ask, TEXT_##complaint},
    STATES(X)
#undef X
};

const char *state_name(enum state state) {
    return state == STATE_IDLE ? NULL : states[state].name;
}

enum state state_by_name(const char *name) {
    for (int i = STATE_IDLE + 1; name && i < STATE_COUNT; i++)
        if (strcmp(states[i].name, name) == 0 && states[i].complaint != TEXT_NONE)
            return (enum state)i;
    return STATE_IDLE;
}

enum text state_question(enum state state) {
    return states[state].ask;
}

enum text state_complaint(enum state state) {
    return states[state].complaint;
}

bool state_is_form(enum state state) {
    for (size_t i = 0; i < flow_row_count; i++)
        if (flow_rows[i].state == state && flow_rows[i].keep)
            return true;
    return false;
}

enum state state_before(enum state state) {
    for (size_t i = 0; i < flow_row_count; i++)
        if (flow_rows[i].next == state && flow_rows[i].state != state)
            return flow_rows[i].state;
    return STATE_IDLE;
}

static bool row_fits(const struct flow_row *row, enum state state, const struct input *input) {
    return row->state == state && row->event == input->event &&
           (row->event != EVENT_LABEL || row->label == input->label);
}

static bool same(const char *a, const char *b) {
    return a && b && strcmp(a, b) == 0;
}

/* What a step says to input that no row takes. The second item of an album is not complained about again. */
static struct fsm_result complain(enum state state, const struct form *form, const struct input *input,
                                  enum text complaint) {
    struct fsm_result result = {.next = state, .complaint = complaint, .form = *form};
    result.silent = same(form->refused_album, input->album);
    result.form.refused_album = input->album;
    return result;
}

struct fsm_result fsm_step(struct arena *arena, enum state state, const struct form *form, const struct input *input) {
    enum text complaint = state_complaint(state);
    for (size_t i = 0; i < flow_row_count; i++) {
        const struct flow_row *row = &flow_rows[i];
        if (!row_fits(row, state, input))
            continue;
        struct answer answer = {0};
        enum text refusal = row->check ? row->check(arena, form, input, &answer) : TEXT_NONE;
        if (refusal) {
            complaint = refusal;
            continue;
        }
        struct fsm_result result = {.next = row->next, .silent = row->next == state, .form = *form};
        result.answer = answer.text;
        if (!row->keep)
            return result;
        row->keep(arena, &result.form, &answer, input);
        result.form.touched_at = input->now;
        if (!result.silent) {
            result.form.answer_message = input->message_id;
            result.form.answer_state = state_name(state);
        }
        return result;
    }
    return complain(state, form, input, complaint);
}

bool fsm_edit(struct arena *arena, enum state state, const struct form *form, const struct input *input,
              struct fsm_result *ret_result) {
    enum state answered = state_by_name(form->answer_state);
    if (state == STATE_IDLE || answered == STATE_IDLE || form->answer_message != input->message_id ||
        state_before(state) != answered)
        return false;
    struct fsm_result result = fsm_step(arena, answered, form, input);
    if (result.complaint)
        result.form = *form;
    result.next = state;
    result.silent = false;
    *ret_result = result;
    return true;
}
