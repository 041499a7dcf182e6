#include "handlers/setup.h"

static const struct {
    const char *name;
    enum text description;
} commands[] = {
    {"start", TEXT_COMMAND_START}, {"help", TEXT_COMMAND_HELP}, {"cancel", TEXT_COMMAND_CANCEL},
    {"t", TEXT_COMMAND_TICKET},    {"id", TEXT_COMMAND_ID},     {"lang", TEXT_COMMAND_LANG},
};
enum { COMMAND_COUNT = sizeof(commands) / sizeof(commands[0]), CALLS_PER_LANG = 3 };

const struct tg_command *setup_commands(struct arena *arena, enum lang lang, size_t *ret_count) {
    struct tg_command *list = arena_array(arena, COMMAND_COUNT, sizeof(*list));
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        list[i] = (struct tg_command){commands[i].name, text_raw(lang, commands[i].description)};
    *ret_count = COMMAND_COUNT;
    return list;
}

/* `code` NULL: for everybody whose language has no list of its own. */
static size_t add_calls(struct arena *arena, enum lang lang, const char *code, struct tg_call *calls) {
    calls[0] = (struct tg_call){.method = TG_METHOD_SET_MY_COMMANDS, .language_code = code};
    calls[0].commands = setup_commands(arena, lang, &calls[0].command_count);
    calls[1] = (struct tg_call){
        .method = TG_METHOD_SET_MY_DESCRIPTION, .language_code = code, .text = text_raw(lang, TEXT_BOT_DESCRIPTION)};
    calls[2] = (struct tg_call){.method = TG_METHOD_SET_MY_SHORT_DESCRIPTION,
                                .language_code = code,
                                .text = text_raw(lang, TEXT_BOT_SHORT_DESCRIPTION)};
    return CALLS_PER_LANG;
}

size_t setup_calls(struct arena *arena, enum lang default_lang, struct tg_call **ret_calls) {
    struct tg_call *calls = arena_array(arena, (LANG_COUNT + 1) * (size_t)CALLS_PER_LANG, sizeof(*calls));
    size_t count = add_calls(arena, default_lang, NULL, calls);
    for (int lang = 0; lang < LANG_COUNT; lang++)
        count += add_calls(arena, (enum lang)lang, lang_code((enum lang)lang), calls + count);
    *ret_calls = calls;
    return count;
}
