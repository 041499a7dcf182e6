#include "telegram/limiter.h"

#include <stdlib.h>

#include "core/arena.h"
#include "core/clock.h"

static const int64_t LONG_AGO = INT64_MIN / 4;
enum { WINDOW_MAX = 100000 };
/* Requests leave evenly spaced and arrive less so; the window is a little wider than what Telegram measures. */
static const double SLACK = 1.02;

static int64_t round_up(double ms) {
    int64_t whole = (int64_t)ms;
    return (double)whole < ms ? whole + 1 : whole;
}

static struct rate_window window_new(size_t size, int64_t span) {
    struct rate_window window = {mem_alloc(size * sizeof(int64_t)), size, 0, span};
    for (size_t i = 0; i < size; i++)
        window.at[i] = LONG_AGO;
    return window;
}

void rate_window_init(struct rate_window *window, double rate) {
    *window = (struct rate_window){0};
    if (rate <= 0)
        return;
    size_t size = rate < 1 ? 1 : rate > WINDOW_MAX ? WINDOW_MAX : (size_t)rate;
    double span = rate < 1 ? SECOND / rate : SECOND;
    *window = window_new(size, round_up(span * SLACK));
}

void rate_window_free(struct rate_window *window) {
    free(window->at);
    *window = (struct rate_window){0};
}

static int64_t at_least_zero(int64_t wait) {
    return wait > 0 ? wait : 0;
}

int64_t rate_window_wait(const struct rate_window *window, int64_t stretch, int64_t now) {
    return window->at ? at_least_zero(window->at[window->next] + stretch * window->span - now) : 0;
}

void rate_window_take(struct rate_window *window, int64_t now) {
    if (!window->at)
        return;
    window->at[window->next] = now;
    window->next = (window->next + 1) % window->size;
}

void limiter_init(struct limiter *limiter, double send_rate) {
    rate_window_init(&limiter->all, send_rate);
    rate_window_init(&limiter->bulk, send_rate * 3 / 4);
}

void limiter_free(struct limiter *limiter) {
    rate_window_free(&limiter->all);
    rate_window_free(&limiter->bulk);
}

int64_t limiter_wait(const struct limiter *limiter, enum sender_class class, bool slow, int64_t now) {
    int64_t stretch = slow ? 2 : 1;
    int64_t wait = rate_window_wait(&limiter->all, stretch, now);
    int64_t bulk = class == SENDER_BULK ? rate_window_wait(&limiter->bulk, stretch, now) : 0;
    return wait > bulk ? wait : bulk;
}

void limiter_take(struct limiter *limiter, enum sender_class class, int64_t now) {
    rate_window_take(&limiter->all, now);
    if (class == SENDER_BULK)
        rate_window_take(&limiter->bulk, now);
}

void chat_rate_init(struct chat_rate *chat, int64_t chat_id, double rate) {
    *chat = (struct chat_rate){.interval = rate > 0 ? SECOND / rate : 0, .full_at = (double)LONG_AGO};
    if (chat_id < 0 && rate > 0)
        chat->group = window_new(GROUP_COUNT, GROUP_SPAN);
}

void chat_rate_free(struct chat_rate *chat) {
    rate_window_free(&chat->group);
}

int64_t chat_rate_wait(const struct chat_rate *chat, int64_t now) {
    double next_at = chat->full_at - (CHAT_BURST - 1) * chat->interval;
    int64_t bucket = at_least_zero(round_up(next_at) - now);
    int64_t group = rate_window_wait(&chat->group, 1, now);
    return bucket > group ? bucket : group;
}

void chat_rate_take(struct chat_rate *chat, int64_t now) {
    double from = chat->full_at > (double)now ? chat->full_at : (double)now;
    chat->full_at = from + chat->interval;
    rate_window_take(&chat->group, now);
}

int64_t chat_rate_rested_at(const struct chat_rate *chat) {
    int64_t bucket = chat->interval > 0 ? round_up(chat->full_at) : LONG_AGO;
    if (!chat->group.at)
        return bucket;
    size_t last = (chat->group.next + chat->group.size - 1) % chat->group.size;
    int64_t group = chat->group.at[last] + chat->group.span;
    return bucket > group ? bucket : group;
}
