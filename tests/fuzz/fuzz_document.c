/* db/codec on any stored bytes: the first byte chooses the collection, the rest is the BSON. */
#include "db/codec.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    bson_t document;
    if (size == 0 || !bson_init_static(&document, data + 1, size - 1))
        return 0;
    CLEANUP(arena_freep) struct arena *arena = arena_new((size_t)8 << 20);
    union any_row row;
    const enum collection collection = (enum collection)(data[0] % COLLECTION_COUNT);
    struct error error = {0};
    if (codec_read(&document, collection, arena, &row, &error) != STATUS_OK)
        require(error.status != STATUS_OK);
    return 0;
}
