#include "db/sqlite/readers.h"

#include <pthread.h>
#include <stdlib.h>

#include "core/arena.h"

struct readers {
    struct connection connections[READERS_MAX];
    struct connection *free[READERS_MAX];
    size_t count, free_count;
    pthread_mutex_t lock;
    pthread_cond_t given;
};

enum status readers_open(const char *path, int count, struct readers **ret_readers, struct error *error) {
    struct readers *readers = mem_alloc(sizeof(*readers));
    size_t wanted = count < 1 ? 1 : count > READERS_MAX ? READERS_MAX : (size_t)count;
    if (pthread_mutex_init(&readers->lock, NULL) != 0 || pthread_cond_init(&readers->given, NULL) != 0)
        mem_die("readers");
    enum status status = STATUS_OK;
    while (readers->count < wanted && status == STATUS_OK) {
        struct connection *connection = &readers->connections[readers->count];
        status = connection_open(path, false, connection, error);
        if (status == STATUS_OK)
            readers->free[readers->count++] = connection;
    }
    readers->free_count = readers->count;
    if (status == STATUS_OK)
        *ret_readers = readers;
    else
        readers_close(readers);
    return status;
}

void readers_close(struct readers *readers) {
    if (readers == NULL)
        return;
    for (size_t i = 0; i < readers->count; i++)
        connection_close(&readers->connections[i]);
    pthread_cond_destroy(&readers->given);
    pthread_mutex_destroy(&readers->lock);
    free(readers);
}

struct connection *readers_take(struct readers *readers) {
    pthread_mutex_lock(&readers->lock);
    while (readers->free_count == 0)
        pthread_cond_wait(&readers->given, &readers->lock);
    struct connection *connection = readers->free[--readers->free_count];
    pthread_mutex_unlock(&readers->lock);
    return connection;
}

void readers_give(struct readers *readers, struct connection *connection) {
    pthread_mutex_lock(&readers->lock);
    readers->free[readers->free_count++] = connection;
    pthread_cond_signal(&readers->given);
    pthread_mutex_unlock(&readers->lock);
}
