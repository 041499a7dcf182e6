/* Albums, captions and edited answers. */
#include <stdio.h>
#include <string.h>

#include "core/utf.h"
#include "fsm/fsm.h"
#include "tests/unit/unit.h"

enum { ARENA_MAX = 16 << 20, NOW = 1000, ANSWER = 40 };

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

static struct input item(const char *file_id, const char *album, const char *caption, int64_t message) {
    return (struct input){.event = EVENT_MEDIA,
                          .media = {1, file_id},
                          .album = album,
                          .caption = caption,
                          .message_id = message,
                          .now = NOW};
}

static struct input odd(const char *album) {
    return (struct input){.event = EVENT_OTHER, .album = album, .message_id = 90, .now = NOW};
}

static struct input text(const char *words, int64_t message) {
    return (struct input){.event = EVENT_TEXT, .text = words, .message_id = message, .now = NOW};
}

static struct fsm_result step(enum state state, const struct form *form, struct input input) {
    return fsm_step(arena, state, form, &input);
}

static void expect_files(const struct form *form, const char *files) {
    const char *joined = "";
    for (size_t i = 0; i < form->media.count; i++)
        joined = arena_printf(arena, "%s%s", joined, form->media.items[i].file_id);
    assert_string_equal(joined, files);
}

/* The form as it is after the first item of album "A" with the file "a". */
static struct form with_album(void) {
    struct fsm_result result = step(STATE_FORM_MEDIA, &(struct form){.id = 1}, item("a", "A", NULL, ANSWER));
    assert_int_equal(result.next, STATE_FORM_PRIORITY);
    assert_int_equal(result.complaint, TEXT_NONE);
    assert_false(result.silent);
    return result.form;
}

static void test_an_album_grows_silently_to_ten(void **state) {
    (void)state;
    static const char *const files[] = {"b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"};
    struct form form = with_album();
    for (size_t i = 0; i < COUNT(files); i++) {
        struct fsm_result result = step(STATE_FORM_PRIORITY, &form, item(files[i], "A", NULL, 41));
        assert_int_equal(result.complaint, TEXT_NONE);
        assert_int_equal(result.next, STATE_FORM_PRIORITY);
        assert_true(result.silent);
        assert_int_equal(result.form.answer_message, ANSWER);
        form = result.form;
    }
    assert_int_equal(form.media.count, MEDIA_MAX);
    expect_files(&form, "abcdefghij");
    assert_null(form.caption);
}

static void test_another_album_is_refused_once(void **state) {
    (void)state;
    static const struct {
        const char *album;
        bool silent;
    } rows[] = {{"B", false}, {"B", true}, {"C", false}, {"C", true}, {"B", false}, {NULL, false}, {NULL, false}};
    struct form form = with_album();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fsm_result result = step(STATE_FORM_PRIORITY, &form, item("x", rows[i].album, "words", 50));
        ROW(i, rows[i].album ? rows[i].album : "none");
        assert_int_equal(result.complaint, TEXT_BAD_PRIORITY);
        assert_int_equal(result.silent, rows[i].silent);
        form = result.form;
    }
    expect_files(&form, "a");
    assert_null(form.caption);
}

static void test_an_album_at_the_wrong_step_is_refused_once(void **state) {
    (void)state;
    for (int i = STATE_FORM_NAME; i <= STATE_FORM_DESCRIPTION; i++) {
        struct form form = {0};
        for (int n = 0; n < 10; n++) {
            struct fsm_result result = step((enum state)i, &form, item("x", "A", n == 0 ? "words" : NULL, 60 + n));
            assert_int_not_equal(result.complaint, TEXT_NONE);
            assert_int_equal(result.silent, n > 0);
            form = result.form;
        }
        assert_int_equal(form.media.count, 0);
    }
}

/* Videos are not taken, the photos of the same album are. */
static void test_an_album_with_odd_items(void **state) {
    (void)state;
    struct fsm_result result = step(STATE_FORM_MEDIA, &(struct form){0}, odd("A"));
    assert_int_equal(result.complaint, TEXT_BAD_MEDIA);
    assert_false(result.silent);
    result = step(STATE_FORM_MEDIA, &result.form, odd("A"));
    assert_true(result.silent);
    result = step(STATE_FORM_MEDIA, &result.form, item("a", "A", NULL, ANSWER));
    assert_int_equal(result.complaint, TEXT_NONE);
    result = step(STATE_FORM_PRIORITY, &result.form, odd("A"));
    assert_int_equal(result.next, STATE_FORM_PRIORITY);
    assert_true(result.silent);
    result = step(STATE_FORM_PRIORITY, &result.form, item("b", "A", NULL, 44));
    assert_int_equal(result.complaint, TEXT_NONE);
    expect_files(&result.form, "ab");
}

static void test_captions_are_joined(void **state) {
    (void)state;
    struct form form = with_album();
    form = step(STATE_FORM_PRIORITY, &form, item("b", "A", "  first\x02 ", 41)).form;
    form = step(STATE_FORM_PRIORITY, &form, item("c", "A", NULL, 42)).form;
    form = step(STATE_FORM_PRIORITY, &form, item("d", "A", " \n", 43)).form;
    form = step(STATE_FORM_PRIORITY, &form, item("e", "A", "second", 44)).form;
    assert_string_equal(form.caption, "first\nsecond");
    form.description = "what happened";
    assert_string_equal(form_full_description(arena, &form), "what happened\nfirst\nsecond");
}

/* Ten captions of a premium account: more than a document may hold. */
static void test_captions_stay_within_what_is_stored(void **state) {
    (void)state;
    const char *caption = times(4096, "本");
    struct form form = step(STATE_FORM_MEDIA, &(struct form){0}, item("a", "A", caption, ANSWER)).form;
    for (int i = 0; i < 10; i++) {
        assert_non_null(form.caption);
        assert_true(strlen(form.caption) <= TEXT_BYTES_MAX);
        assert_true(utf_valid(form.caption, strlen(form.caption)));
        assert_true(utf_length(form.caption) >= 2999);
        form = step(STATE_FORM_PRIORITY, &form, item("b", "A", i % 2 ? caption : "x", 41 + i)).form;
    }
    assert_int_equal(form.media.count, MEDIA_MAX);
}

static void test_full_descriptions(void **state) {
    (void)state;
    const struct {
        const char *description, *caption, *full;
    } rows[] = {
        {"what", NULL, "what"},
        {"what", "", "what"},
        {"what", "caption", "what\ncaption"},
        {times(2998, "a"), "bc", arena_printf(arena, "%s\nb", times(2998, "a"))},
        {times(2999, "a"), "bc", times(2999, "a")},
        {times(3000, "a"), "bc", times(3000, "a")},
        {times(3000, "\U0001F600"), "bc", times(3000, "\U0001F600")},
        /* A family of five code points for which three places are left is left out, not torn. */
        {times(2996, "a"), "👨‍👩‍👧", times(2996, "a")},
        {times(2995, "a"), "bcde\u0301", arena_printf(arena, "%s\nbcd", times(2995, "a"))},
        {NULL, "caption", "caption"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct form form = {.description = rows[i].description, .caption = rows[i].caption};
        const char *full = form_full_description(arena, &form);
        ROW(i, rows[i].caption ? rows[i].caption : "no caption");
        assert_true(utf_length(full) <= DESCRIPTION_MAX);
        assert_string_equal(full, rows[i].full);
    }
    assert_null(form_full_description(arena, &(struct form){0}));
}

static void test_media_are_replaced_after_going_back(void **state) {
    (void)state;
    struct form form = with_album();
    form = step(STATE_FORM_PRIORITY, &form, item("b", "A", "words", 41)).form;
    form.answer_message = 0; /* as «Назад» leaves it */
    struct fsm_result single = step(STATE_FORM_MEDIA, &form, item("x", NULL, NULL, 45));
    expect_files(&single.form, "x");
    assert_null(single.form.album);
    assert_null(single.form.caption);
    struct fsm_result other = step(STATE_FORM_MEDIA, &form, item("y", "B", "new", 46));
    expect_files(&other.form, "y");
    assert_string_equal(other.form.album, "B");
    assert_string_equal(other.form.caption, "new");
    struct input skip = {.event = EVENT_LABEL, .label = TEXT_LABEL_SKIP, .message_id = 47, .now = NOW};
    struct fsm_result none = step(STATE_FORM_MEDIA, &form, skip);
    assert_int_equal(none.form.media.count, 0);
    assert_null(none.form.caption);
    assert_null(none.form.album);
}

/* --- edited answers --- */

static const struct form answered = {.name = "Old", .answer_message = ANSWER, .answer_state = "form_name"};

static void test_edits_count_at_the_next_step_only(void **state) {
    (void)state;
    for (int i = STATE_IDLE; i < STATE_FORM_FILED; i++) {
        struct input input = text("New name", ANSWER);
        struct fsm_result result = {.next = STATE_FORM_FILED};
        bool edited = fsm_edit(arena, (enum state)i, &answered, &input, &result);
        assert_int_equal(edited, i == STATE_FORM_PHONE);
        assert_int_equal(result.next, edited ? STATE_FORM_PHONE : STATE_FORM_FILED);
        if (edited)
            assert_string_equal(result.form.name, "New name");
    }
}

static void test_edits_of_other_messages_are_none(void **state) {
    (void)state;
    static const struct {
        int64_t edited, answer;
        const char *answer_state;
    } rows[] = {
        {ANSWER + 1, ANSWER, "form_name"}, {ANSWER, 0, "form_name"},
        {0, ANSWER, "form_name"},          {ANSWER, ANSWER, NULL},
        {ANSWER, ANSWER, "unknown"},       {ANSWER, ANSWER, "form_description"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct form form = {.answer_message = rows[i].answer, .answer_state = rows[i].answer_state};
        struct input input = text("New name", rows[i].edited);
        struct fsm_result result;
        assert_false(fsm_edit(arena, STATE_FORM_PHONE, &form, &input, &result));
    }
}

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

static void test_a_bad_edit_leaves_the_answer(void **state) {
    (void)state;
    const struct input inputs[] = {text("7", ANSWER), item("f", NULL, NULL, ANSWER), item("f", "A", NULL, ANSWER),
                                   odd(NULL)};
    for (size_t i = 0; i < COUNT(inputs); i++) {
        struct input input = inputs[i];
        struct fsm_result result;
        input.message_id = ANSWER;
        assert_true(fsm_edit(arena, STATE_FORM_PHONE, &answered, &input, &result));
        assert_int_equal(result.complaint, TEXT_BAD_NAME);
        assert_int_equal(result.next, STATE_FORM_PHONE);
        assert_false(result.silent);
        expect_same(&result.form, &answered);
    }
}

static void test_an_edit_can_be_edited(void **state) {
    (void)state;
    struct form form = answered;
    for (int i = 0; i < 3; i++) {
        struct input input = text(i % 2 ? "7" : "New name", ANSWER);
        struct fsm_result result;
        assert_true(fsm_edit(arena, STATE_FORM_PHONE, &form, &input, &result));
        form = result.form;
        assert_string_equal(form.name, "New name");
    }
}

/* The person replaced the picture, or its caption, of the album's first item: the others stay. */
static void test_an_edited_album_keeps_its_other_items(void **state) {
    (void)state;
    struct form form = with_album();
    form = step(STATE_FORM_PRIORITY, &form, item("b", "A", NULL, 41)).form;
    struct input input = item("x", "A", "new caption", ANSWER);
    struct fsm_result result;
    assert_true(fsm_edit(arena, STATE_FORM_PRIORITY, &form, &input, &result));
    assert_int_equal(result.next, STATE_FORM_PRIORITY);
    assert_int_equal(result.complaint, TEXT_NONE);
    expect_files(&result.form, "xb");
    expect_files(&form, "ab"); /* the list that was given is untouched */
    assert_string_equal(result.form.caption, "new caption");
    result.form = step(STATE_FORM_PRIORITY, &result.form, item("c", "A", NULL, 42)).form;
    expect_files(&result.form, "xbc");
}

static void test_an_edited_single_photo_is_replaced(void **state) {
    (void)state;
    struct form form = step(STATE_FORM_MEDIA, &(struct form){0}, item("a", NULL, "old", ANSWER)).form;
    struct input input = item("x", NULL, NULL, ANSWER);
    struct fsm_result result;
    assert_true(fsm_edit(arena, STATE_FORM_PRIORITY, &form, &input, &result));
    expect_files(&result.form, "x");
    assert_null(result.form.caption);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_album_grows_silently_to_ten),
        cmocka_unit_test(test_another_album_is_refused_once),
        cmocka_unit_test(test_an_album_at_the_wrong_step_is_refused_once),
        cmocka_unit_test(test_an_album_with_odd_items),
        cmocka_unit_test(test_captions_are_joined),
        cmocka_unit_test(test_captions_stay_within_what_is_stored),
        cmocka_unit_test(test_full_descriptions),
        cmocka_unit_test(test_media_are_replaced_after_going_back),
        cmocka_unit_test(test_edits_count_at_the_next_step_only),
        cmocka_unit_test(test_edits_of_other_messages_are_none),
        cmocka_unit_test(test_a_bad_edit_leaves_the_answer),
        cmocka_unit_test(test_an_edit_can_be_edited),
        cmocka_unit_test(test_an_edited_album_keeps_its_other_items),
        cmocka_unit_test(test_an_edited_single_photo_is_replaced),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
