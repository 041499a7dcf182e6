/* MongoDB writes whose answer never comes. Between store and server stands a relay that on demand hands a request on,
 * swallows the answer and cuts the connection: the write is done, and must be called UNKNOWN, never UNAVAILABLE. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/clock.h"
#include "tests/unit/store_fixture.h"

enum { ME = 11, CONNECTIONS_MAX = 64 };

struct relay {
    int listener, port, server_port;
    pthread_t thread;
    int wake[2]; /* closed to end the thread */
    atomic_bool swallow;
};

struct connection_pair {
    int client, server;
    bool asked; /* something was sent on while answers are swallowed */
};

static int open_socket(void) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    return fd;
}

static struct sockaddr_in local_address(int port) {
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static bool accept_pair(struct relay *relay, struct connection_pair *pair) {
    struct sockaddr_in address = local_address(relay->server_port);
    pair->client = accept(relay->listener, NULL, NULL);
    pair->server = open_socket();
    pair->asked = false;
    return pair->client >= 0 && connect(pair->server, (struct sockaddr *)&address, sizeof(address)) == 0;
}

/* False where the connection is over. */
static bool hand_on(int from, int to) {
    char data[65536];
    ssize_t size = recv(from, data, sizeof(data), 0);
    for (ssize_t sent = 0; sent < size;) {
        ssize_t some = send(to, data + sent, (size_t)(size - sent), MSG_NOSIGNAL);
        if (some <= 0)
            return false;
        sent += some;
    }
    return size > 0;
}

static bool serve_pair(struct relay *relay, struct connection_pair *pair, const struct pollfd *ready) {
    if (ready[0].revents != 0) {
        pair->asked = pair->asked || atomic_load(&relay->swallow);
        if (!hand_on(pair->client, pair->server))
            return false;
    }
    if (ready[1].revents != 0 && (pair->asked || !hand_on(pair->server, pair->client)))
        return false;
    return true;
}

static void close_pair(struct connection_pair *pair) {
    close(pair->client);
    close(pair->server);
    pair->client = pair->server = -1;
}

static void *run_relay(void *argument) {
    struct relay *relay = argument;
    struct connection_pair pairs[CONNECTIONS_MAX];
    struct pollfd ready[2 + 2 * CONNECTIONS_MAX];
    size_t count = 0;
    for (;;) {
        ready[0] = (struct pollfd){.fd = relay->wake[0], .events = POLLIN};
        ready[1] = (struct pollfd){.fd = count < CONNECTIONS_MAX ? relay->listener : -1, .events = POLLIN};
        for (size_t i = 0; i < count; i++) {
            ready[2 + 2 * i] = (struct pollfd){.fd = pairs[i].client, .events = POLLIN};
            ready[3 + 2 * i] = (struct pollfd){.fd = pairs[i].server, .events = POLLIN};
        }
        if (poll(ready, 2 + 2 * count, -1) <= 0 || ready[0].revents != 0)
            break;
        for (size_t i = count; i-- > 0;) {
            if (serve_pair(relay, &pairs[i], &ready[2 + 2 * i]))
                continue;
            close_pair(&pairs[i]);
            pairs[i] = pairs[--count];
        }
        if (ready[1].revents != 0 && accept_pair(relay, &pairs[count]))
            count++;
    }
    while (count > 0)
        close_pair(&pairs[--count]);
    return NULL;
}

static void relay_start(struct relay *relay, const char *server) {
    struct sockaddr_in address = local_address(0);
    socklen_t size = sizeof(address);
    memset(relay, 0, sizeof(*relay));
    relay->server_port = (int)strtol(strrchr(server, ':') + 1, NULL, 10);
    relay->listener = open_socket();
    assert_int_equal(bind(relay->listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(relay->listener, CONNECTIONS_MAX), 0);
    assert_int_equal(getsockname(relay->listener, (struct sockaddr *)&address, &size), 0);
    relay->port = ntohs(address.sin_port);
    assert_int_equal(pipe(relay->wake), 0);
    assert_int_equal(pthread_create(&relay->thread, NULL, run_relay, relay), 0);
}

static void relay_stop(struct relay *relay) {
    close(relay->wake[1]);
    pthread_join(relay->thread, NULL);
    close(relay->wake[0]);
    close(relay->listener);
}

/* --- the tests --- */

static struct mongo_server server;
static struct relay relay;
static char uri[128];

static int setup(void **state) {
    int result = fixture_prepare(state);
    struct fixture *fixture = *state;
    relay_start(&relay, server.uri);
    /* One connection, and no look at the server in between that the relay could cut instead. */
    snprintf(uri, sizeof(uri), "mongodb://127.0.0.1:%d/?heartbeatFrequencyMS=60000&maxPoolSize=1", relay.port);
    fixture->settings.mongo_uri = uri;
    fixture->store = fixture_open(fixture);
    return result;
}

static int teardown(void **state) {
    int result = fixture_teardown(state);
    relay_stop(&relay);
    return result;
}

static void answer_again(const struct fixture *fixture) {
    int64_t deadline = clock_monotonic() + 30 * SECOND;
    atomic_store(&relay.swallow, false);
    while (store_ping(fixture->store, NULL) != STATUS_OK)
        if (clock_monotonic() > deadline)
            fail_msg("the store does not come back");
}

static void a_write_without_an_answer(void **state) {
    struct fixture *fixture = *state;
    struct user user = {.doc.id = 1};
    EXPECT(STATUS_OK, WRITE(fixture, .after = &user));
    struct user before = load_user(fixture, 1), after = before;
    after.name = "written";
    atomic_store(&relay.swallow, true);
    EXPECT(STATUS_UNKNOWN, WRITE(fixture, .before = &before, .after = &after, .op = op_id(0xab00, 1)));
    answer_again(fixture);
    after = load_user(fixture, 1);
    assert_string_equal(after.name, "written");
    assert_true(op_find(&after.doc.ops, 0xab00, NULL));
}

static void an_insert_without_an_answer(void **state) {
    struct fixture *fixture = *state;
    struct user user = {.doc.id = 2};
    atomic_store(&relay.swallow, true);
    EXPECT(STATUS_UNKNOWN, WRITE(fixture, .after = &user));
    answer_again(fixture);
    EXPECT(STATUS_CONFLICT, WRITE(fixture, .after = &user));
}

static void an_owner_without_an_answer(void **state) {
    struct fixture *fixture = *state;
    struct user user = {.doc.id = 3};
    bool released;
    EXPECT(STATUS_OK, WRITE(fixture, .after = &user));
    atomic_store(&relay.swallow, true);
    EXPECT(STATUS_UNKNOWN, store_adopt(fixture->store, COLLECTION_USERS, 3, 0, ME, NULL));
    answer_again(fixture);
    assert_int_equal(load_user(fixture, 3).doc.owner, ME);
    atomic_store(&relay.swallow, true);
    EXPECT(STATUS_UNKNOWN, SETTLE(fixture, &released, .id = 3, .owner = ME, .release = true, .rev = 1));
    answer_again(fixture);
    EXPECT(STATUS_CONFLICT, SETTLE(fixture, &released, .id = 3, .owner = ME, .release = true, .rev = 1));
}

static void a_read_without_an_answer(void **state) {
    struct fixture *fixture = *state;
    struct user user = {.doc.id = 4};
    EXPECT(STATUS_OK, WRITE(fixture, .after = &user));
    atomic_store(&relay.swallow, true);
    EXPECT(STATUS_UNAVAILABLE, store_load(fixture->store, COLLECTION_USERS, 4, fixture->arena, &user, NULL));
    answer_again(fixture);
    load_user(fixture, 4);
}

static int start_server(void **state) {
    (void)state;
    mongo_server_start(&server, "0", NULL);
    return 0;
}

static int stop_server(void **state) {
    (void)state;
    mongo_server_stop(&server);
    return 0;
}

#define CUT(test)                                                                                                      \
    { #test, test, setup, teardown, &fixture_on_mongodb }

int main(void) {
    const struct CMUnitTest tests[] = {
        CUT(a_write_without_an_answer),
        CUT(an_insert_without_an_answer),
        CUT(an_owner_without_an_answer),
        CUT(a_read_without_an_answer),
    };
    return cmocka_run_group_tests(tests, start_server, stop_server);
}
