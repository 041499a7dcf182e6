#include "tests/unit/http_client.h"

#include "tests/unit/unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

int dial(int port) {
    const struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(client >= 0);
    if (connect(client, (const struct sockaddr *)&address, sizeof(address)) != 0) {
        close(client);
        return -1;
    }
    return client;
}

void say_bytes(int client, const char *data, size_t length) {
    while (length > 0) {
        const ssize_t sent = send(client, data, length, MSG_NOSIGNAL);
        assert_true(sent > 0);
        data += sent;
        length -= (size_t)sent;
    }
}

void say(int client, const char *text) {
    say_bytes(client, text, strlen(text));
}

/* One more byte; -1 at the end of the connection. */
static int hear_byte(int client) {
    struct pollfd wait = {.fd = client, .events = POLLIN};
    assert_int_equal(poll(&wait, 1, HEAR_WAIT), 1);
    unsigned char byte;
    return recv(client, &byte, 1, 0) == 1 ? byte : -1;
}

const char *header_of(const struct reply *reply, const char *name) {
    static char value[256];
    const size_t length = strlen(name);
    for (const char *line = strchr(reply->head, '\n'); line; line = strchr(line + 1, '\n')) {
        if (strncasecmp(line + 1, name, length) != 0 || line[1 + length] != ':')
            continue;
        line += 1 + length + 1;
        line += strspn(line, " ");
        (void)snprintf(value, sizeof(value), "%.*s", (int)strcspn(line, "\r\n"), line);
        return value;
    }
    return NULL;
}

void hear(int client, bool has_body, struct reply *ret_reply) {
    size_t length = 0;
    memset(ret_reply, 0, sizeof(*ret_reply));
    while (!strstr(ret_reply->head, "\r\n\r\n")) {
        const int byte = hear_byte(client);
        assert_true(byte >= 0);
        assert_true(length < sizeof(ret_reply->head) - 1);
        ret_reply->head[length++] = (char)byte;
    }
    assert_int_equal(strncmp(ret_reply->head, "HTTP/1.1 ", 9), 0);
    ret_reply->code = (int)strtol(ret_reply->head + 9, NULL, 10);
    const char *announced = header_of(ret_reply, "Content-Length");
    assert_non_null(announced);
    const size_t body = has_body ? strtoul(announced, NULL, 10) : 0;
    assert_true(body < sizeof(ret_reply->body));
    for (size_t i = 0; i < body; i++)
        ret_reply->body[i] = (char)hear_byte(client);
}
