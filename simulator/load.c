#include "simulator/load.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/arena.h"
#include "simulator/act.h"
#include "simulator/control.h"
#include "simulator/load_samples.h"

enum {
    WALKERS_MAX = 10000,
    STAFF_MAX = 8,
    NOTICES = 2,    /* after the form: accepted, completed */
    QUIET_MS = 300, /* nothing more came for so long: what would be too much had its time */
    TIME_MAX = 600000
};

static const char label_accept[] = "✅ Прийняти", label_complete[] = "✅ Завершити виконання";

/* The steps of the form; NULL: a photo, or the skip button for every other person. */
static const char *const inputs[] = {
    "📝 Створити заявку",     "Перевірка Навантаження", "+380501234567", "Принтер на другому поверсі не друкує", NULL,
    "🟡 Середній",
};
enum { FORM_STEPS = sizeof(inputs) / sizeof(inputs[0]) };

struct walker {
    int64_t person;
    int64_t update; /* the last one */
    size_t shown;   /* messages of the bot */
    bool waits;     /* for the first answer to `update` */
    UT_hash_handle hh;
};

struct ticket {
    int64_t number;
    unsigned carded, closed; /* a bit for each of the staff */
    bool accepted, completed;
    UT_hash_handle hh;
};

struct load {
    struct sim *sim;
    struct walker *walkers; /* one block, and a table of those that have begun */
    struct walker *begun;
    struct ticket *tickets;
    struct file *photo;
    int64_t staff[STAFF_MAX];
    size_t people, at_once, steps, staff_count, started, finished, closed;
    size_t surplus;  /* messages and cards that should not be */
    size_t unqueued; /* updates that found no room */
    int64_t first_id;
    int64_t begun_at, heard_at; /* µs */
    struct samples taken, answered;
};

int64_t load_clock(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* ---- people ---- */

static json_t *input_json(const struct load *load, const struct walker *walker, size_t step) {
    json_t *content = json_object();
    if (inputs[step])
        json_object_set_new(content, "text", json_string(inputs[step]));
    else if (walker->person % 2)
        json_object_set_new(content, "text", json_string("Пропустити"));
    else
        file_to_message(load->photo, content);
    return content;
}

static void take_step(struct load *load, struct walker *walker) {
    struct sim *sim = load->sim;
    struct person *person = world_person(&sim->world, walker->person);
    struct chat *chat = NULL;
    struct message *message = NULL;
    walker->update = 0;
    if (!person || world_open_private(&sim->world, person, &chat) != STATUS_OK ||
        act_send(sim, person, chat, input_json(load, walker, walker->shown), &message, &walker->update) != STATUS_OK)
        load->unqueued++;
    walker->waits = walker->update != 0;
}

static void start_walker(struct load *load) {
    struct walker *walker = &load->walkers[load->started];
    struct person *person = NULL;
    char name[32];
    walker->person = load->first_id + (int64_t)load->started++;
    (void)snprintf(name, sizeof(name), "Людина %" PRId64, walker->person);
    json_t *fields =
        json_pack("{sI ss ss}", "id", (json_int_t)walker->person, "first_name", name, "language_code", "uk");
    if (world_set_person(&load->sim->world, fields, &person) != STATUS_OK)
        load->unqueued++;
    json_decref(fields);
    HASH_ADD(hh, load->begun, person, sizeof(walker->person), walker);
    take_step(load, walker);
}

static void on_person_shown(struct load *load, struct walker *walker) {
    size_t wanted = load->staff_count ? load->steps + NOTICES : load->steps;
    if (walker->waits) {
        const struct update *update = updates_find(&load->sim->updates, walker->update);
        if (update)
            samples_add(&load->answered, update->posted_at, load_clock());
        walker->waits = false;
    }
    walker->shown++;
    if (walker->shown < load->steps)
        take_step(load, walker);
    load->surplus += walker->shown > wanted;
    if (walker->shown != wanted)
        return;
    load->finished++;
    if (load->started < load->people)
        start_walker(load);
}

/* ---- staff ---- */

/* The data of the inline button with that label; NULL: there is none. */
static const char *button_data(const struct message *message, const char *label) {
    json_t *rows = json_object_get(json_object_get(message->json, "reply_markup"), "inline_keyboard"), *row, *button;
    size_t i, j;
    json_array_foreach(rows, i, row) {
        json_array_foreach(row, j, button) {
            const char *text = json_string_value(json_object_get(button, "text"));
            if (text && strcmp(text, label) == 0)
                return json_string_value(json_object_get(button, "callback_data"));
        }
    }
    return NULL;
}

/* The number behind «№ ». 0: none. */
static int64_t number_on(const struct message *message) {
    const char *text = json_string_value(json_object_get(message->json, "text"));
    if (!text)
        text = json_string_value(json_object_get(message->json, "caption"));
    const char *sign = text ? strstr(text, "№") : NULL;
    if (!sign)
        return 0;
    sign += strlen("№");
    return strtoll(sign + strcspn(sign, "0123456789"), NULL, 10);
}

static struct ticket *find_ticket(struct load *load, int64_t number) {
    struct ticket *ticket = NULL;
    HASH_FIND(hh, load->tickets, &number, sizeof(number), ticket);
    if (!ticket) {
        ticket = mem_alloc(sizeof(*ticket));
        ticket->number = number;
        HASH_ADD(hh, load->tickets, number, sizeof(ticket->number), ticket);
    }
    return ticket;
}

static void press(struct load *load, const struct chat *chat, const struct message *message, const char *data) {
    const struct person *person = world_person(&load->sim->world, chat->id);
    const struct query *query = NULL;
    int64_t update = 0;
    if (!person || act_press(load->sim, person, chat, message->id, data, &query, &update) != STATUS_OK)
        load->unqueued++;
}

/* One of the staff presses; which one, the number decides. */
static void on_card_shown(struct load *load, size_t staff, const struct chat *chat, const struct message *message,
                          bool edited) {
    const int64_t number = number_on(message);
    const unsigned bit = 1U << staff;
    if (number <= 0)
        return;
    struct ticket *ticket = find_ticket(load, number);
    load->surplus += !edited && (ticket->carded & bit);
    ticket->carded |= bit;
    const char *accept = button_data(message, label_accept), *complete = button_data(message, label_complete);
    bool mine = (size_t)number % load->staff_count == staff;
    if (mine && accept && !ticket->accepted) {
        ticket->accepted = true;
        press(load, chat, message, accept);
    } else if (mine && complete && !ticket->completed) {
        ticket->completed = true;
        press(load, chat, message, complete);
    } else if (!accept && !complete && ticket->completed && !(ticket->closed & bit)) {
        ticket->closed |= bit;
        load->closed += ticket->closed == (1U << load->staff_count) - 1;
    }
}

/* ---- what happens ---- */

void load_on_taken(struct sim *sim, const struct update *update) {
    if (!sim->load)
        return;
    sim->load->heard_at = load_clock();
    samples_add(&sim->load->taken, update->posted_at, sim->load->heard_at);
}

void load_on_shown(struct sim *sim, const struct chat *chat, const struct message *message, bool edited) {
    struct load *load = sim->load;
    struct walker *walker = NULL;
    if (!load)
        return;
    load->heard_at = load_clock();
    HASH_FIND(hh, load->begun, &chat->id, sizeof(chat->id), walker);
    if (walker && !edited)
        on_person_shown(load, walker);
    for (size_t i = 0; i < load->staff_count; i++)
        if (load->staff[i] == chat->id)
            on_card_shown(load, i, chat, message, edited);
}

/* ---- the request ---- */

static enum status read_request(struct control *control, struct load *load) {
    int64_t people = control_int(control, "people", 1), at_once = control_int(control, "at_once", 1);
    int64_t steps = control_int(control, "steps", FORM_STEPS);
    const json_t *staff = json_object_get(control->body, "staff");
    load->first_id = control_int(control, "first_id", 100000);
    if (people < 1 || people > WALKERS_MAX || at_once < 1 || at_once > people || load->first_id < 1 ||
        load->first_id > INT64_C(1) << 40)
        return control_fail(control, "people: 1 to %d, at_once: at most so many, first_id: positive", WALKERS_MAX);
    if (steps < 1 || steps > FORM_STEPS || json_array_size(staff) > STAFF_MAX)
        return control_fail(control, "steps: 1 to %d, staff: at most %d ids", FORM_STEPS, STAFF_MAX);
    load->steps = (size_t)steps;
    load->people = (size_t)people;
    load->at_once = (size_t)at_once;
    load->staff_count = json_array_size(staff);
    for (size_t i = 0; i < load->staff_count; i++) {
        load->staff[i] = json_integer_value(json_array_get(staff, i));
        if (!world_chat(&control->sim->world, load->staff[i]))
            return control_fail(control, "staff: %" PRId64 " has not written yet", load->staff[i]);
    }
    return STATUS_OK;
}

static bool is_over(const struct load *load) {
    return load->finished == load->people && (!load->staff_count || load->closed >= load->people) &&
           load->sim->updates.waiting_count == 0;
}

static void walk_all(struct load *load, int64_t deadline) {
    struct sim *sim = load->sim;
    load->begun_at = load->heard_at = load_clock();
    while (load->started < load->at_once)
        start_walker(load);
    while (!is_over(load) && sim_wait(sim, deadline))
        continue;
    for (int64_t left = 0; is_over(load) && clock_monotonic() < deadline; (void)sim_wait(sim, clock_monotonic() + left))
        if ((left = QUIET_MS - (load_clock() - load->heard_at) / 1000) <= 0 || sim->stopping)
            break;
}

static void fill_result(struct load *load, int64_t failed_before, json_t *result) {
    json_object_update_new(
        result, json_pack("{sb sI sI sI sI sI sI sI sI sI so so}", "over", is_over(load), "people",
                          (json_int_t)load->people, "finished", (json_int_t)load->finished, "tickets",
                          (json_int_t)HASH_COUNT(load->tickets), "closed", (json_int_t)load->closed, "surplus",
                          (json_int_t)load->surplus, "unqueued", (json_int_t)load->unqueued, "failed_attempts",
                          (json_int_t)(load->sim->updates.failed_attempts - failed_before), "begun_at_us",
                          (json_int_t)load->begun_at, "ended_at_us", (json_int_t)load->heard_at, "to_200",
                          samples_json(&load->taken), "to_reply", samples_json(&load->answered)));
}

static void load_init(struct load *load) {
    load->walkers = mem_alloc(load->people * sizeof(*load->walkers));
    load->photo = files_add(&load->sim->files, FILE_PHOTO, NULL, NULL, NULL, NULL, 54321);
    samples_init(&load->taken, load->people * (FORM_STEPS + 4 * STAFF_MAX));
    samples_init(&load->answered, load->people * FORM_STEPS);
}

static void load_free(struct load *load) {
    struct ticket *ticket, *next;
    HASH_ITER(hh, load->tickets, ticket, next) {
        HASH_DEL(load->tickets, ticket);
        free(ticket);
    }
    HASH_CLEAR(hh, load->begun);
    samples_free(&load->taken);
    samples_free(&load->answered);
    free(load->walkers);
}

enum status control_load(struct control *control) {
    struct sim *sim = control->sim;
    struct load load = {.sim = sim};
    int64_t timeout = control_int(control, "timeout", TIME_MAX);
    sim_lock(sim);
    enum status status = sim->load ? control_fail(control, "one load at a time") : read_request(control, &load);
    if (status == STATUS_OK) {
        int64_t failed_before = sim->updates.failed_attempts;
        load_init(&load);
        sim->load = &load;
        sim->journal.paused = true;
        walk_all(&load, clock_monotonic() + (timeout < TIME_MAX ? timeout : TIME_MAX));
        sim->load = NULL;
        sim->journal.paused = false;
        fill_result(&load, failed_before, control->result);
        load_free(&load);
    }
    sim_unlock(sim);
    return status;
}
