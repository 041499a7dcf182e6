#include "db/mongo/driver.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* The interface that the headers describe; a library with another one has another number. */
#define DRIVER_FILE "libmongoc-1.0.so.0"

struct mongo_driver mongoc;

static const struct {
    const char *name;
    size_t place;
} functions[] = {
#define X(name) {"mongoc_" #name, offsetof(struct mongo_driver, name)},
    MONGO_DRIVER(X)
#undef X
};

static enum status load(struct error *error) {
    void *library = dlopen(DRIVER_FILE, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (library == NULL)
        return error_set(error, STATUS_INVALID, "MONGO_URI needs libmongoc, which cannot be loaded: %s", dlerror());
    for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
        void *function = dlsym(library, functions[i].name);
        if (function == NULL)
            return error_set(error, STATUS_INVALID, DRIVER_FILE " has no %s", functions[i].name);
        memcpy((char *)&mongoc + functions[i].place, &function, sizeof(function));
    }
    return STATUS_OK;
}

static struct error load_error;

static void start(void) {
    if (load(&load_error) != STATUS_OK)
        return;
    mongoc.init();
    mongoc.log_set_handler(NULL, NULL); /* only server/ logs */
    atexit(mongoc.cleanup);
}

enum status mongo_driver_load(struct error *error) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, start);
    return load_error.status == STATUS_OK ? STATUS_OK : error_set(error, load_error.status, "%s", load_error.text);
}
