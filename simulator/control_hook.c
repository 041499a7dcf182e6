/* What the program of --hooks does and knows. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/parse.h"
#include "simulator/control.h"
#include "simulator/hooks.h"

enum { FRESH_MS = SECOND };

static bool is_name(const char *name) {
    const size_t length = name ? strlen(name) : 0;
    return length > 0 && length <= HOOK_NAME_MAX && strspn(name, "abcdefghijklmnopqrstuvwxyz-") == length &&
           *name != '-';
}

static bool is_refused(struct control *control, bool fine, const char *why) {
    const char *reason = !control_has_hooks(control->sim) ? "there are no hooks" : fine ? NULL : why;
    return reason && control_fail(control, "%s", reason) != STATUS_OK;
}

static void journal_hook(struct sim *sim, const char *name, bool ok, const char *text) {
    sim_lock(sim);
    journal_add(&sim->journal, "hook", json_pack("{ss sb ss}", "name", name, "ok", ok, "text", text));
    sim_changed(sim);
    sim_unlock(sim);
}

/* The first line of what it said, as far as it is text. */
static void first_line(const char *output, char *ret_line, size_t size) {
    (void)snprintf(ret_line, size, "%.*s", (int)strcspn(output, "\r\n"), output);
    json_t *text = json_string(ret_line);
    if (!text)
        *ret_line = '\0';
    json_decref(text);
}

/* ---- the state of what the hooks look after ---- */

void control_look_at_demo(struct sim *sim, bool at_once) {
    static const char *const arguments[] = {"status", NULL};
    const int64_t now = clock_monotonic();
    struct hook_result result;
    sim_lock(sim);
    const bool due = sim->hooks && (at_once || now >= sim->demo_at + FRESH_MS);
    if (due)
        sim->demo_at = now;
    sim_unlock(sim);
    if (!due)
        return;
    hook_run(sim, arguments, &result);
    json_t *demo = result.ok ? json_loads(result.output, 0, NULL) : NULL;
    free(result.output);
    sim_lock(sim);
    if (!json_equal(sim->demo, demo)) {
        json_decref(sim->demo);
        sim->demo = demo;
        sim_changed(sim);
    } else {
        json_decref(demo);
    }
    sim_unlock(sim);
}

enum status control_view_hook(struct control *control) {
    if (control_has_hooks(control->sim))
        control_look_at_demo(control->sim, true);
    sim_lock(control->sim);
    if (json_is_object(control->sim->demo))
        json_object_update_new(control->result, json_deep_copy(control->sim->demo)); /* it leaves the lock */
    json_object_set_new(control->result, "hooks", json_boolean(control_has_hooks(control->sim)));
    sim_unlock(control->sim);
    return STATUS_OK;
}

/* ---- runs ---- */

enum status control_hook(struct control *control) {
    const char *name = control_text(control, "name");
    const char *const arguments[] = {name, NULL};
    char line[sizeof(((struct hook_result *)0)->why)];
    struct hook_result result;
    if (is_refused(control, is_name(name), "name must be small letters and dashes"))
        return STATUS_INVALID;
    hook_run(control->sim, arguments, &result);
    first_line(result.ok ? result.output : result.why, line, sizeof(line));
    free(result.output);
    journal_hook(control->sim, name, result.ok, line);
    control_look_at_demo(control->sim, true);
    json_object_set_new(control->result, "text", json_string(line));
    return result.ok ? STATUS_OK : control_fail(control, "%s: %s", name, line);
}

enum status control_view_document(struct control *control) {
    const char *kind = params_text(control->query, "kind"), *id = params_text(control->query, "id");
    const char *const arguments[] = {"show", kind, id, NULL};
    struct hook_result result;
    int64_t number = 0;
    if (is_refused(control, is_name(kind) && parse_i64(id, 1, INT64_MAX, &number) == STATUS_OK,
                   "kind must be a word, id a number"))
        return STATUS_INVALID;
    hook_run(control->sim, arguments, &result);
    json_t *document = result.ok && *result.output ? json_loads(result.output, 0, NULL) : json_null();
    if (!result.ok || !document)
        json_object_set_new(control->result, "why", json_string(result.ok ? "it is no JSON" : result.why));
    free(result.output);
    json_object_set_new(control->result, "document", document ? document : json_null());
    return STATUS_OK;
}
