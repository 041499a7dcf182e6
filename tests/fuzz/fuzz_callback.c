/* keyboards: callback data and menu labels, which come from any client and may be anything. */
#include <string.h>

#include "core/arena.h"
#include "core/utf.h"
#include "keyboards/keyboards.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    CLEANUP(arena_freep) struct arena *arena = arena_new(64 * (size + 1024));
    const char *text = arena_strndup(arena, (const char *)data, size);
    struct callback callback;
    if (callback_decode(text, &callback) == STATUS_OK)
        require(strcmp(callback_encode(arena, &callback), text) == 0);
    if (callback_decode_legacy(text, &callback) == STATUS_OK)
        require(callback.numbers[0] >= 0 && callback.numbers[0] <= UINT32_MAX);
    if (utf_valid(text, strlen(text)))
        (void)keyboard_label(arena, KEYBOARD_MENU_SUPER_ADMIN, text);
    return 0;
}
