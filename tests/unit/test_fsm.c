#include <stdio.h>
#include <string.h>

#include "core/utf.h"
#include "fsm/fsm.h"
#include "tests/unit/unit.h"

enum { ARENA_MAX = 8 << 20, NOW = 1000 };

static struct arena *arena;

static int setup(void **state) {
    (void)state;
    arena = arena_new(ARENA_MAX);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

static const char *times(size_t count, const char *what) {
    char *text = arena_alloc(arena, count * strlen(what) + 1);
    for (size_t i = 0; i < count; i++)
        memcpy(text + i * strlen(what), what, strlen(what));
    return text;
}

static struct input of_text(const char *text) {
    return (struct input){.event = EVENT_TEXT, .text = text, .message_id = 7, .now = NOW};
}

static struct input of_label(enum text label) {
    return (struct input){.event = EVENT_LABEL, .label = label, .text = "label", .message_id = 7, .now = NOW};
}

static struct input of_contact(const char *phone, bool own) {
    return (struct input){.event = EVENT_CONTACT, .phone = phone, .own_contact = own, .message_id = 7, .now = NOW};
}

static struct input of_media(const char *file_id, const char *album, const char *caption) {
    return (struct input){
        .event = EVENT_MEDIA, .media = {1, file_id}, .album = album, .caption = caption, .message_id = 7, .now = NOW};
}

static struct fsm_result step(enum state state, const struct form *form, struct input input) {
    return fsm_step(arena, state, form, &input);
}

/* --- every state with every event --- */

enum { TEXT, PHONE, OWN, OTHERS, PHOTO, ODD, SKIP, LOW, MEDIUM, HIGH, BACK, INPUTS };

static struct input input_of(int which) {
    switch (which) {
    case TEXT:
        return of_text("Іван Петренко");
    case PHONE:
        return of_text("+380501234567");
    case OWN:
        return of_contact("380501234567", true);
    case OTHERS:
        return of_contact("380501234567", false);
    case PHOTO:
        return of_media("file", NULL, NULL);
    case SKIP:
        return of_label(TEXT_LABEL_SKIP);
    case LOW:
        return of_label(TEXT_LABEL_LOW);
    case MEDIUM:
        return of_label(TEXT_LABEL_MEDIUM);
    case HIGH:
        return of_label(TEXT_LABEL_HIGH);
    case BACK:
        return of_label(TEXT_LABEL_BACK);
    default:
        return (struct input){.event = EVENT_OTHER, .message_id = 7, .now = NOW};
    }
}

static const struct {
    enum state state;
    enum text complaint; /* of the inputs below that stand as 0 */
    struct {
        enum state next;
        enum text complaint;
    } on[INPUTS];
} matrix[] = {
    {STATE_FORM_NAME, TEXT_BAD_NAME, {[TEXT] = {STATE_FORM_PHONE, 0}}},
    {STATE_FORM_PHONE,
     TEXT_BAD_PHONE,
     {[PHONE] = {STATE_FORM_DESCRIPTION, 0}, [OWN] = {STATE_FORM_DESCRIPTION, 0}, [OTHERS] = {0, TEXT_BAD_CONTACT}}},
    {STATE_FORM_DESCRIPTION, TEXT_BAD_DESCRIPTION, {[TEXT] = {STATE_FORM_MEDIA, 0}, [PHONE] = {STATE_FORM_MEDIA, 0}}},
    {STATE_FORM_MEDIA, TEXT_BAD_MEDIA, {[PHOTO] = {STATE_FORM_PRIORITY, 0}, [SKIP] = {STATE_FORM_PRIORITY, 0}}},
    {STATE_FORM_PRIORITY,
     TEXT_BAD_PRIORITY,
     {[LOW] = {STATE_FORM_FILED, 0}, [MEDIUM] = {STATE_FORM_FILED, 0}, [HIGH] = {STATE_FORM_FILED, 0}}},
};

/* Padding aside. */
static void expect_same(const struct form *now, const struct form *before) {
    assert_int_equal(now->id, before->id);
    assert_int_equal(now->touched_at, before->touched_at);
    assert_ptr_equal(now->name, before->name);
    assert_ptr_equal(now->phone, before->phone);
    assert_ptr_equal(now->description, before->description);
    assert_ptr_equal(now->media.items, before->media.items);
    assert_ptr_equal(now->caption, before->caption);
    assert_int_equal(now->priority, before->priority);
    assert_ptr_equal(now->album, before->album);
    assert_int_equal(now->answer_message, before->answer_message);
    assert_ptr_equal(now->answer_state, before->answer_state);
}

static void check_cell(size_t row, int which) {
    const struct form form = {.id = 5, .name = "N", .phone = "+1", .description = "D", .touched_at = 3};
    enum state state = matrix[row].state, next = matrix[row].on[which].next;
    struct fsm_result result = step(state, &form, input_of(which));
    print_message("state %s, input %d\n", state_name(state), which);
    assert_false(result.silent);
    assert_int_equal(result.form.id, 5);
    if (next != STATE_IDLE) {
        assert_int_equal(result.complaint, TEXT_NONE);
        assert_int_equal(result.next, next);
        assert_int_equal(result.form.touched_at, NOW);
        assert_int_equal(result.form.answer_message, 7);
        assert_string_equal(result.form.answer_state, state_name(state));
        return;
    }
    enum text wanted = matrix[row].on[which].complaint ? matrix[row].on[which].complaint : matrix[row].complaint;
    assert_int_equal(result.complaint, wanted);
    assert_int_equal(result.next, state);
    expect_same(&result.form, &form);
}

static void test_every_state_with_every_event(void **state) {
    (void)state;
    assert_int_equal(COUNT(matrix), STATE_FORM_FILED - STATE_FORM_NAME);
    for (size_t row = 0; row < COUNT(matrix); row++)
        for (int which = 0; which < INPUTS; which++)
            check_cell(row, which);
}

static void test_states_have_names_and_an_order_back(void **state) {
    (void)state;
    static const enum state order[] = {STATE_IDLE,       STATE_FORM_NAME,     STATE_FORM_PHONE, STATE_FORM_DESCRIPTION,
                                       STATE_FORM_MEDIA, STATE_FORM_PRIORITY, STATE_FORM_FILED};
    for (size_t i = 1; i < COUNT(order); i++)
        assert_int_equal(state_before(order[i]), order[i - 1]);
    assert_int_equal(state_before(STATE_IDLE), STATE_IDLE);
    assert_null(state_name(STATE_IDLE));
    for (int i = STATE_FORM_NAME; i < STATE_FORM_FILED; i++)
        assert_int_equal(state_by_name(state_name((enum state)i)), i);
    static const char *const unknown[] = {NULL, "", "form_filed", "form_nam", "form_name ", "FORM_NAME", "call_room"};
    for (size_t i = 0; i < COUNT(unknown); i++)
        assert_int_equal(state_by_name(unknown[i]), STATE_IDLE);
}

/* --- limits --- */

static void check_name(const char *typed, const char *kept) {
    struct fsm_result result = step(STATE_FORM_NAME, &(struct form){0}, of_text(typed));
    print_message("name «%.60s»\n", typed);
    assert_int_equal(result.complaint, kept ? TEXT_NONE : TEXT_BAD_NAME);
    if (!kept)
        return;
    assert_string_equal(result.form.name, kept);
    assert_true(strlen(result.form.name) <= NAME_BYTES_MAX);
}

static void test_names(void **state) {
    (void)state;
    static const struct {
        const char *typed, *kept; /* NULL: refused */
    } rows[] = {
        {"", NULL},
        {"Ю", NULL},
        {"  Ю\n ", NULL},
        {"Юр", "Юр"},
        {"I1", "I1"},
        {"12", NULL},
        {"٣٤٥", NULL},
        {"😀", NULL},
        {"😀😀😀", NULL},
        {"👨‍👩‍👧 🇺🇦", NULL},
        {"...!", NULL},
        {"😀 Ія", "😀 Ія"},
        {"  Петренко \t Іван\nПетрович ", "Петренко Іван Петрович"},
        {"\u00a0\u00a0", NULL},
        {"<b>Bob</b> & \"Co\"", "<b>Bob</b> & \"Co\""},
        {"أحمد", "أحمد"},
        {"李明", "李明"},
        {"О\u0301", "О\u0301"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        check_name(rows[i].typed, rows[i].kept);
    static const char *const letters[] = {"a", "ї", "李", "\U00010400"};
    for (size_t i = 0; i < COUNT(letters); i++) {
        check_name(times(100, letters[i]), times(100, letters[i]));
        check_name(arena_printf(arena, "  %s\n", times(100, letters[i])), times(100, letters[i]));
        check_name(times(101, letters[i]), NULL);
    }
}

static void test_phones(void **state) {
    (void)state;
    static const struct {
        const char *typed, *kept;
    } rows[] = {
        {"", NULL},
        {"123456789", NULL},
        {"1234567890", "1234567890"},
        {"123456789012345", "123456789012345"},
        {"1234567890123456", NULL},
        {"+123456789", NULL},
        {"+1234567890", "+1234567890"},
        {"+123456789012345", "+123456789012345"},
        {"+1234567890123456", NULL},
        {"+38 (050) 123-45-67", "+380501234567"},
        {"+38\u00a0050\u00a0123\u00a045\u00a067", "+380501234567"},
        {"+38\u202f050\u2009123\u200945\u200967", "+380501234567"},
        {"+38\t050\t1234567\n", "+380501234567"},
        {"050–123—45−67", "0501234567"},
        {"(+38) 050 123 45 67", "+380501234567"},
        {"38+0501234567", NULL},
        {"++380501234567", NULL},
        {"380501234567+", NULL},
        {"+", NULL},
        {"-- () --", NULL},
        {"050.123.45.67", NULL},
        {"0501234567 дод. 5", NULL},
        {"٠٥٠١٢٣٤٥٦٧", NULL},
        {"０５０１２３４５６７", NULL},
        {"0501234567\u202e", NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i].typed);
        const char *kept = phone_normalise(arena, rows[i].typed);
        assert_int_equal(kept != NULL, rows[i].kept != NULL);
        if (kept)
            assert_string_equal(kept, rows[i].kept);
        struct fsm_result result = step(STATE_FORM_PHONE, &(struct form){0}, of_text(rows[i].typed));
        assert_int_equal(result.complaint, kept ? TEXT_NONE : TEXT_BAD_PHONE);
    }
    assert_null(phone_normalise(arena, NULL));
    assert_null(phone_normalise(arena, times(5000, "1")));
    assert_string_equal(phone_normalise(arena, arena_printf(arena, "%s0501234567", times(3000, "( -"))), "0501234567");
}

static void test_contacts_get_their_plus(void **state) {
    (void)state;
    static const struct {
        const char *phone;
        bool own;
        const char *kept;
        enum text complaint;
    } rows[] = {
        {"380501234567", true, "+380501234567", TEXT_NONE},
        {"+380501234567", true, "+380501234567", TEXT_NONE},
        {"+1 (212) 555-01 23", true, "+12125550123", TEXT_NONE},
        {"380501234567", false, NULL, TEXT_BAD_CONTACT},
        {"12345", true, NULL, TEXT_BAD_PHONE},
        {NULL, true, NULL, TEXT_BAD_PHONE},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fsm_result result = step(STATE_FORM_PHONE, &(struct form){0}, of_contact(rows[i].phone, rows[i].own));
        ROW(i, rows[i].phone ? rows[i].phone : "");
        assert_int_equal(result.complaint, rows[i].complaint);
        if (rows[i].kept)
            assert_string_equal(result.form.phone, rows[i].kept);
        else
            assert_null(result.form.phone);
    }
}

static void test_descriptions(void **state) {
    (void)state;
    static const char *const letters[] = {"a", "ї", "&", "\U0001F600"};
    for (size_t i = 0; i < COUNT(letters); i++)
        for (size_t count = 1; count <= 3001; count = count == 3 ? 3000 : count + 1) {
            const char *typed = times(count, letters[i]);
            struct fsm_result result = step(STATE_FORM_DESCRIPTION, &(struct form){0}, of_text(typed));
            bool fits = count >= 3 && count <= 3000;
            print_message("%zu of %s\n", count, letters[i]);
            assert_int_equal(result.complaint, fits ? TEXT_NONE : TEXT_BAD_DESCRIPTION_LENGTH);
            if (!fits)
                continue;
            assert_string_equal(result.form.description, typed);
            assert_true(strlen(result.form.description) <= TEXT_BYTES_MAX);
        }
    struct fsm_result blanks = step(STATE_FORM_DESCRIPTION, &(struct form){0}, of_text(" \n\t \u00a0 "));
    assert_int_equal(blanks.complaint, TEXT_BAD_DESCRIPTION_LENGTH);
    struct fsm_result lines = step(STATE_FORM_DESCRIPTION, &(struct form){0}, of_text("\n one\r\n two\x01 \n"));
    assert_string_equal(lines.form.description, "one\n two");
}

static void test_priorities(void **state) {
    (void)state;
    static const struct {
        enum text label;
        enum priority priority;
    } rows[] = {{TEXT_LABEL_LOW, PRIORITY_LOW}, {TEXT_LABEL_MEDIUM, PRIORITY_MEDIUM}, {TEXT_LABEL_HIGH, PRIORITY_HIGH}};
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(step(STATE_FORM_PRIORITY, &(struct form){0}, of_label(rows[i].label)).form.priority,
                         rows[i].priority);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_state_with_every_event),
        cmocka_unit_test(test_states_have_names_and_an_order_back),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_phones),
        cmocka_unit_test(test_contacts_get_their_plus),
        cmocka_unit_test(test_descriptions),
        cmocka_unit_test(test_priorities),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
