/* telegram/parse, telegram/updates and telegram/verdict on any bytes, as an answer of the Bot API. */
#include <string.h>

#include "core/utf.h"
#include "telegram/parse.h"
#include "telegram/updates.h"
#include "telegram/verdict.h"
#include "tests/fuzz/fuzz.h"

static void check_answer(const struct tg_answer *answer) {
    require(answer->description != NULL && utf_valid(answer->description, strlen(answer->description)));
    require(answer->message_count <= TG_ALBUM_MAX);
    require(answer->user == NULL || answer->user->id > 0);
    require((verdict_of(answer) == VERDICT_DELIVERED) >= answer->ok);
}

/* Each update that is found is one that a webhook could have brought. */
static void check_updates(const char *data, size_t size) {
    CLEANUP(arena_freep) struct arena *arena = arena_new((size_t)64 << 20);
    struct tg_updates updates = {0};
    require(tg_updates_find_id(data, size, 5) == 0 || tg_updates_find_id(data, size, 5) > 5);
    if (tg_updates_parse(data, size, arena, &updates, NULL) != STATUS_OK)
        return;
    require(updates.count <= TG_UPDATES_MAX && (updates.answer.ok || updates.count == 0));
    for (size_t i = 0; i < updates.count; i++) {
        require(updates.items[i].id > 0 && updates.items[i].json[0] == '{');
        require(strlen(updates.items[i].json) == updates.items[i].length);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static bool ready;
    if (!ready)
        tg_setup();
    ready = true;
    CLEANUP(arena_freep) struct arena *arena = arena_new((size_t)1 << 20);
    struct error error = {0};
    struct tg_answer answer = {0};
    if (tg_answer_parse((const char *)data, size, arena, &answer, &error) == STATUS_OK)
        check_answer(&answer);
    else
        require(error.status == STATUS_INVALID && error.text[0] != '\0');
    check_updates((const char *)data, size);
    return 0;
}
