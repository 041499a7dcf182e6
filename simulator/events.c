/* The thread of the connection blocks in the reader until there is something to tell. */
#include "simulator/events.h"

#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/buffer.h"
#include "core/clock.h"
#include "simulator/control.h"
#include "simulator/sim.h"

enum {
    BLOCK = 32 << 10,
    BACKLOG = 200,           /* entries that a newcomer gets */
    BATCH_BYTES = 256 << 10, /* of entries at once, about */
    OUT_MAX = 16 << 20,
    MERGE_MS = 30,  /* what happens meanwhile is told together */
    STATE_MS = 200, /* the state is told at most so often */
    PING_MS = 15 * SECOND,
};

struct stream {
    struct sim *sim;
    struct buffer out;
    size_t sent;        /* of `out` */
    int64_t log, world; /* the last sequence and the last version of a chat that were told */
    uint64_t changes;   /* of the state */
    char *state;        /* as it was told; NULL: not yet */
    int64_t state_at, ping_at;
    bool greeted;
};

static void add_event(struct stream *stream, const char *name, const char *data) {
    buffer_add_format(&stream->out, "event: %s\ndata: %s\n\n", name, data);
}

static void add_json_event(struct stream *stream, const char *name, json_t *json) {
    char *text = json_dumps(json, JSON_COMPACT);
    add_event(stream, name, text);
    free(text);
    json_decref(json);
}

/* ---- what is told; with the lock ---- */

static void greet(struct stream *stream) {
    struct sim *sim = stream->sim;
    add_json_event(
        stream, "hello",
        json_pack("{sb sO so}", "hooks", control_has_hooks(sim), "bot", sim->bot, "chats", control_chat_versions(sim)));
    stream->world = sim->world.version;
    stream->greeted = true;
}

static void add_log(struct stream *stream) {
    const struct journal *journal = &stream->sim->journal;
    if (stream->log < journal->first - 1)
        stream->log = journal->first - 1;
    while (stream->log < journal->last && stream->out.length < BATCH_BYTES) {
        buffer_add_format(&stream->out, "id: %lld\n", (long long)++stream->log);
        add_event(stream, "log", journal_at(journal, stream->log));
    }
}

static void add_chats(struct stream *stream) {
    const struct world *world = &stream->sim->world;
    const struct chat *chat = world->by_change ? world->by_change->prev : NULL; /* the newest */
    for (size_t left = HASH_COUNT(world->chats); left > 0 && chat->version > stream->world; left--, chat = chat->prev)
        add_json_event(stream, "chat",
                       json_pack("{sI sI}", "id", (json_int_t)chat->id, "version", (json_int_t)chat->version));
    stream->world = world->version;
}

/* When to look again: a change that came too soon waits a little. */
static int64_t add_state(struct stream *stream, int64_t now) {
    if (stream->state && stream->changes == stream->sim->changes)
        return stream->ping_at;
    if (now < stream->state_at)
        return stream->state_at;
    json_t *json = control_state(stream->sim);
    char *text = json_dumps(json, JSON_COMPACT);
    json_decref(json);
    if (!stream->state || strcmp(stream->state, text) != 0)
        add_event(stream, "state", text);
    free(stream->state);
    stream->state = text;
    stream->changes = stream->sim->changes;
    stream->state_at = now + STATE_MS;
    return stream->ping_at;
}

/* A page that listens is told, too, what becomes of the bot and its database. */
static int64_t wait_until(const struct stream *stream, int64_t now, int64_t wake_at) {
    int64_t until = wake_at < stream->ping_at ? wake_at : stream->ping_at;
    return control_has_hooks(stream->sim) && until > now + SECOND ? now + SECOND : until;
}

static void tell(struct stream *stream) {
    const int64_t now = clock_monotonic();
    if (!stream->greeted)
        greet(stream);
    add_log(stream);
    add_chats(stream);
    const int64_t wake_at = add_state(stream, now);
    if (stream->out.length == 0 && now >= stream->ping_at)
        buffer_add(&stream->out, ": \n\n");
    if (stream->out.length > 0)
        stream->ping_at = now + PING_MS;
    else
        (void)sim_wait(stream->sim, wait_until(stream, now, wake_at));
}

/* False: the simulator stops. */
static bool fill(struct stream *stream) {
    struct sim *sim = stream->sim;
    control_look_at_demo(sim, false);
    sim_lock(sim);
    const bool stopping = sim->stopping;
    if (!stopping)
        tell(stream);
    sim_unlock(sim);
    return !stopping;
}

/* ---- the stream ---- */

static ssize_t on_read(void *context, uint64_t position, char *to, size_t most) {
    struct stream *stream = context;
    (void)position;
    if (stream->sent == stream->out.length) {
        buffer_clear(&stream->out);
        stream->sent = 0;
        if (stream->greeted)
            clock_sleep(MERGE_MS);
        while (stream->out.length == 0 && fill(stream))
            continue;
    }
    const size_t left = stream->out.length - stream->sent, part = left < most ? left : most;
    memcpy(to, stream->out.data + stream->sent, part);
    stream->sent += part;
    return part > 0 ? (ssize_t)part : MHD_CONTENT_READER_END_OF_STREAM;
}

static void on_free(void *context) {
    struct stream *stream = context;
    sim_lock(stream->sim);
    stream->sim->streams--;
    sim_unlock(stream->sim);
    buffer_free(&stream->out);
    free(stream->state);
    free(stream);
}

static struct stream *stream_new(struct sim *sim, int64_t since) {
    struct stream *stream = mem_alloc(sizeof(*stream));
    const int64_t newest = sim->journal.last;
    *stream = (struct stream){.sim = sim, .ping_at = clock_monotonic() + PING_MS};
    stream->log = since >= 0 && since <= newest ? since : newest - BACKLOG;
    buffer_init(&stream->out, OUT_MAX);
    sim->streams++;
    return stream;
}

struct MHD_Response *events_open(struct sim *sim, int64_t since) {
    sim_lock(sim);
    struct stream *stream = sim->streams < STREAMS_MAX ? stream_new(sim, since) : NULL;
    sim_unlock(sim);
    if (!stream)
        return NULL;
    struct MHD_Response *response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, on_read, stream, on_free);
    if (!response)
        on_free(stream);
    return response;
}
