/* Prints the program's tables as Markdown for scripts/docs: "%% NAME" begins a section. Settings and routes are private
 * to their files, and need not be public for the sake of a page: the files are included whole. */
#include "handlers/router.c" /* NOLINT(bugprone-suspicious-include) */
#include "server/settings.c" /* NOLINT(bugprone-suspicious-include) */

#include "fsm/flows.h"

enum { ARENA_MAX = 1 << 20 };

static struct arena *arena;

/* One line, as a cell may be. */
static const char *line(const char *text) {
    char *copy = arena_strdup(arena, text);
    for (char *at = copy; *at; at++)
        if (*at == '\n')
            *at = ' ';
    return copy;
}

static const char *said(enum text text) {
    return text == TEXT_NONE ? "" : line(text_raw(LANG_UK, text));
}

static void section(const char *name) {
    printf("%%%% %s\n", name);
}

/* --- settings --- */

/* A group begins with the setting of that name. */
static const struct {
    const char *first, *title;
} groups[] = {
    {"BOT_TOKEN", "Telegram"},      {"MODE", "How updates come"},
    {"MONGO_URI", "Data"},          {"DEFAULT_LANG", "Language and time"},
    {"WORKERS", "Load and limits"}, {"BACKUP_EVERY", "Backups"},
    {"LOG_LEVEL", "Log"},
};

static void print_settings(void) {
    section("settings");
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        for (size_t g = 0; g < COUNT(groups); g++)
            if (strcmp(groups[g].first, table[i].name) == 0)
                printf("%s## %s\n\n| setting | default | must be | what it is for |\n|---|---|---|---|\n",
                       i ? "\n" : "", groups[g].title);
        const char *fallback = table[i].needed ? "none: needed" : "none";
        if (table[i].fallback)
            fallback = arena_printf(arena, "`%s`", table[i].fallback);
        printf("| `%s`%s | %s | %s | %s |\n", table[i].name, table[i].secret ? " \\*" : "", fallback, table[i].expects,
               line(table[i].help));
    }
}

/* --- routes --- */

static const char *const role_words[ROLE_COUNT] = {
    [ROLE_USER] = "everybody", [ROLE_ADMIN] = "staff", [ROLE_SUPER_ADMIN] = "super-admins"};

static void print_commands(void) {
    section("commands");
    printf("| command | where | who | handler |\n|---|---|---|---|\n");
    for (size_t i = 0; i < COUNT(commands); i++)
        printf("| /%s | %s | %s | `%s` |\n", commands[i].command,
               commands[i].scope == SCOPE_GROUP ? "groups" : "private chat", role_words[commands[i].role],
               commands[i].route.name);
}

static void print_labels(void) {
    static const struct {
        enum keyboard menu;
        const char *name;
    } menus[] = {{KEYBOARD_MENU_USER, "users"},
                 {KEYBOARD_MENU_ADMIN, "staff"},
                 {KEYBOARD_MENU_SUPER_ADMIN, "super-admins"},
                 {KEYBOARD_MENU_STAFF, "super-admins, staff management"}};
    section("labels");
    printf("| label | in English | in the menu of | handler |\n|---|---|---|---|\n");
    for (size_t i = 0; i < COUNT(labels); i++) {
        const char *in = "";
        for (size_t m = 0; m < COUNT(menus); m++)
            if (keyboard_label(arena, menus[m].menu, said(labels[i].label)))
                in = arena_printf(arena, "%s%s%s", in, *in ? "; " : "", menus[m].name);
        printf("| «%s» | %s | %s | `%s` |\n", said(labels[i].label), text_raw(LANG_EN, labels[i].label), in,
               labels[i].route.name);
    }
}

/* What stands on the buttons of a verb, in all inline keyboards of the table. */
static const char *buttons_of(enum verb verb) {
    const struct keyboard_context context = {.lang = LANG_UK, .menu = KEYBOARD_MENU_USER};
    const char *found = "";
    for (int k = 0; k < KEYBOARD_COUNT; k++) {
        const struct tg_markup *markup = keyboard_build(arena, (enum keyboard)k, &context);
        for (size_t r = 0; markup && r < markup->row_count; r++)
            for (size_t b = 0; b < markup->rows[r].count; b++) {
                const struct tg_button *button = &markup->rows[r].buttons[b];
                const char *shown = arena_printf(arena, "«%s»", button->text);
                struct callback callback = {0};
                if (button->callback_data && callback_decode(button->callback_data, &callback) == STATUS_OK &&
                    callback.verb == verb && !strstr(found, shown))
                    found = arena_printf(arena, "%s%s%s", found, *found ? ", " : "", shown);
            }
    }
    return found;
}

static void print_buttons(void) {
    section("buttons");
    printf("| button | callback data | who | handler |\n|---|---|---|---|\n");
    for (size_t i = 0; i < COUNT(callbacks); i++) {
        const char *data = verb_name(callbacks[i].verb);
        for (size_t n = 0; n < verb_numbers(callbacks[i].verb); n++)
            data = arena_printf(arena, "%s:N", data);
        printf("| %s | `%s` | %s | `%s` |\n", buttons_of(callbacks[i].verb), data, role_words[callbacks[i].role],
               callbacks[i].route.name);
    }
}

/* --- conversations --- */

static const char *input_word(const struct flow_row *row) {
    static const char *const words[] = {[EVENT_TEXT] = "text",     [EVENT_CONTACT] = "contact",
                                        [EVENT_PERSON] = "person", [EVENT_MEDIA] = "photo or document",
                                        [EVENT_VIDEO] = "video",   [EVENT_OTHER] = "anything else"};
    return row->event == EVENT_LABEL ? arena_printf(arena, "«%s»", said(row->label)) : words[row->event];
}

static bool is_step(enum state state) {
    return state_complaint(state) != TEXT_NONE;
}

static const char *stored_name(enum state state) {
    const char *name = state_name(state);
    return name ? name : "idle";
}

/* Where the step's way back leads; a step whose keyboard has no such label has none. */
static const char *back_from(enum state state) {
    enum state before = state_before(state);
    if (!keyboard_label(arena, step_keyboard(state), said(TEXT_LABEL_BACK)))
        return "";
    return before == STATE_IDLE ? "the menu" : arena_printf(arena, "`%s`", stored_name(before));
}

static void print_steps(void) {
    section("steps");
    printf("| step | asks | says to anything else | «%s» leads to |\n|---|---|---|---|\n", said(TEXT_LABEL_BACK));
    for (int s = 0; s < STATE_COUNT; s++)
        if (is_step((enum state)s))
            printf("| `%s` | %s | %s | %s |\n", stored_name((enum state)s), said(state_question((enum state)s)),
                   said(state_complaint((enum state)s)), back_from((enum state)s));
}

static void print_rows(void) {
    section("rows");
    printf("| step | input | next |\n|---|---|---|\n");
    for (size_t i = 0; i < flow_row_count; i++)
        printf("| `%s` | %s | `%s` |\n", stored_name(flow_rows[i].state), input_word(&flow_rows[i]),
               stored_name(flow_rows[i].next));
}

/* All inputs that lead from one step to one other stand on one arrow. */
static void print_arrow(size_t first) {
    const char *inputs = "";
    for (size_t i = 0; i < flow_row_count; i++) {
        if (flow_rows[i].state != flow_rows[first].state || flow_rows[i].next != flow_rows[first].next)
            continue;
        if (i < first)
            return;
        inputs = arena_printf(arena, "%s%s%s", inputs, *inputs ? ", " : "", input_word(&flow_rows[i]));
    }
    printf("    %s --> %s : %s\n", stored_name(flow_rows[first].state), stored_name(flow_rows[first].next), inputs);
}

static void print_diagram(void) {
    section("diagram");
    printf("```mermaid\nstateDiagram-v2\n");
    for (size_t i = 0; i < COUNT(conversations); i++)
        printf("    [*] --> %s\n", stored_name(conversations[i].first));
    for (size_t i = 0; i < flow_row_count; i++)
        print_arrow(i);
    for (int s = STATE_IDLE + 1; s < STATE_COUNT; s++)
        if (!is_step((enum state)s))
            printf("    %s --> [*]\n", stored_name((enum state)s));
    printf("```\n");
}

int main(void) {
    arena = arena_new(ARENA_MAX);
    print_settings();
    print_commands();
    print_labels();
    print_buttons();
    print_steps();
    print_diagram();
    print_rows();
    arena_free(arena);
    return 0;
}
