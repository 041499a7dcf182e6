/* telegram/parse on any bytes, as an update and as an answer of the Bot API. */
#include "telegram/parse.h"

#include <string.h>

#include "core/utf.h"
#include "tests/fuzz/fuzz.h"

static void check_text(const char *text) {
    require(text == NULL || utf_valid(text, strlen(text)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static bool ready;
    if (!ready)
        tg_setup();
    ready = true;
    CLEANUP(arena_freep) struct arena *arena = arena_new((size_t)1 << 24);
    struct error error = {0};
    struct tg_update update = {0};
    if (tg_update_parse((const char *)data, size, arena, &update, &error) == STATUS_OK) {
        const struct tg_user *from = tg_update_from(&update);
        (void)tg_update_person(&update);
        if (from != NULL)
            check_text(from->first_name);
    } else {
        require(error.status != STATUS_OK && error.text[0] != '\0');
    }
    struct tg_answer answer = {0};
    if (tg_answer_parse((const char *)data, size, arena, &answer, NULL) == STATUS_OK) {
        require(answer.description != NULL && answer.message_count <= TG_ALBUM_MAX);
        check_text(answer.description);
    }
    return 0;
}
