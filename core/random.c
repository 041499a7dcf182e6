#include "core/random.h"

#include <limits.h>
#include <openssl/rand.h>

#include "core/arena.h"

void random_bytes(void *ret_data, size_t size) {
    unsigned char *data = ret_data;
    while (size > 0) {
        const int part = size < INT_MAX ? (int)size : INT_MAX;
        if (RAND_bytes(data, part) != 1)
            mem_die("no entropy");
        data += part;
        size -= (size_t)part;
    }
}

int64_t random_id(void) {
    uint64_t id;
    do {
        random_bytes(&id, sizeof(id));
        id >>= 1;
    } while (id == 0);
    return (int64_t)id;
}

int64_t random_below(int64_t limit) {
    if (limit <= 1)
        return 0;
    const uint64_t range = (uint64_t)limit;
    const uint64_t usable = UINT64_MAX - UINT64_MAX % range; /* a multiple: what is above would favour low numbers */
    uint64_t number;
    do
        random_bytes(&number, sizeof(number));
    while (number >= usable);
    return (int64_t)(number % range);
}
