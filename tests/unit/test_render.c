/* What is owed is rendered for the moment of its delivery. */
#include "tests/unit/unit.h"

#include <string.h>

#include "handlers/render.h"

/* The keyboard that a message which was owed with `asked` comes with, when the person's conversation is at `state`. */
static void a_late_question_leaves_no_keyboard_of_another_step_behind(void **state) {
    (void)state;
    static const struct {
        const char *asked, *state, *first; /* first: the text of the keyboard's first button */
    } rows[] = {
        {"form_priority", "form_priority", "🔵 Низький"},
        {"form_priority", NULL, "📝 Створити заявку"},
        {"form_media", "form_priority", "🔵 Низький"},
        {"form_phone", "form_description", "⬅️ Назад"},
        {"reject_reason", NULL, "📝 Створити заявку"},
        {"form_media", "a state of another version", "📝 Створити заявку"},
        {"menu", "form_priority", "📝 Створити заявку"},
        {"langs", "form_priority", "Українська"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i].asked);
        struct arena *arena = arena_new(1 << 20);
        const struct user user = {.doc.id = 1, .state = rows[i].state};
        const struct render render = {.arena = arena, .default_lang = LANG_UK, .recipient = &user};
        const struct owed item = {.kind = OWED_MESSAGE, .chat = 1, .text = "hint", .keyboard = rows[i].asked};
        struct tg_call calls[RENDER_CALLS_MAX];
        assert_int_equal(render_owed(&render, &item, calls), 1);
        assert_non_null(calls[0].markup);
        assert_string_equal(calls[0].markup->rows[0].buttons[0].text, rows[i].first);
        arena_free(arena);
    }
}

static void what_another_version_owed_is_not_said(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    const struct user user = {.doc.id = 1};
    const struct render render = {.arena = arena, .default_lang = LANG_UK, .recipient = &user};
    static const struct owed items[] = {{.kind = OWED_MESSAGE, .text = "a text of tomorrow"},
                                        {.kind = OWED_MESSAGE, .text = "hint", .keyboard = "a keyboard of tomorrow"},
                                        {.kind = OWED_MESSAGE},
                                        {.kind = OWED_CREATE_TICKET},
                                        {.kind = OWED_TICKET_FILED}};
    struct tg_call calls[RENDER_CALLS_MAX];
    for (size_t i = 0; i < COUNT(items); i++)
        assert_int_equal(render_owed(&render, &items[i], calls), 0);
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_late_question_leaves_no_keyboard_of_another_step_behind),
        cmocka_unit_test(what_another_version_owed_is_not_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
