/* What the rows of the bot before mean, value by value. */
#include "server/commands/legacy_map.h"

#include <stdlib.h>
#include <string.h>

#include "telegram/types.h"
#include "tests/unit/unit.h"

enum { ARENA_MAX = 8 << 20 };

static struct arena *arena;
static struct legacy_people *people;
static struct legacy_row row;

#define T(value)    ((struct legacy_value){.kind = LEGACY_TEXT, .text = (value)})
#define N(value)    ((struct legacy_value){.kind = LEGACY_NUMBER, .number = (value)})
#define TIME(value) ((struct legacy_value){.kind = LEGACY_TIME, .number = (value)})
#define FLAG(value) ((struct legacy_value){.kind = LEGACY_BOOL, .number = (value)})
#define OTHER       ((struct legacy_value){.kind = LEGACY_OTHER})
#define ABSENT      ((struct legacy_value){.kind = LEGACY_ABSENT})
#define FIELD(id)   row.values[LEGACY_FIELD_##id]
#define REMARK(id)  (1U << LEGACY_REMARK_##id)
#define CREATED     INT64_C(1700000000123)
#define TEN         "0123456789"
#define HUNDRED     TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

/* A ticket as the bot before stored it. */
static int enter(void **state) {
    (void)state;
    arena = arena_new(ARENA_MAX);
    people = legacy_people_new();
    assert_int_equal(legacy_people_add(people, 500, "Author", false, NULL), STATUS_OK);
    assert_int_equal(legacy_people_add(people, 900, "Support_1", true, NULL), STATUS_OK);
    assert_int_equal(legacy_people_add(people, 901, NULL, true, NULL), STATUS_OK);
    row = (struct legacy_row){.id = "x"};
    FIELD(TELEGRAM_ID) = N(500);
    FIELD(TICKET_ID) = T("00c0ffee");
    FIELD(NAME) = T("Олена <b>Пчілка</b>");
    FIELD(PHONE) = T("+380671112233");
    FIELD(DESCRIPTION) = T("Не друкує\nпринтер");
    FIELD(PRIORITY) = T("🔴 Високий");
    FIELD(STATUS) = T("Очікує");
    FIELD(CREATED_AT) = TIME(CREATED);
    return 0;
}

static int leave(void **state) {
    (void)state;
    legacy_people_free(people);
    arena_free(arena);
    return 0;
}

static struct ticket taken(unsigned wanted_remarks) {
    struct ticket ticket = {0};
    unsigned remarks = 0;
    const char *wrong = legacy_ticket(arena, &row, people, &ticket, &remarks);
    if (wrong)
        fail_msg("refused: %s", wrong);
    assert_int_equal(remarks, wanted_remarks);
    return ticket;
}

static void expect_refused(const char *about) {
    struct ticket ticket;
    unsigned remarks;
    const char *wrong = legacy_ticket(arena, &row, people, &ticket, &remarks);
    assert_non_null(wrong);
    assert_int_equal(strncmp(wrong, about, strlen(about)), 0);
}

static void test_a_whole_ticket(void **state) {
    (void)state;
    const struct ticket ticket = taken(0);
    assert_string_equal(ticket.legacy_id, "00c0ffee");
    assert_int_equal(ticket.author, 500);
    assert_string_equal(ticket.username, "Author");
    assert_string_equal(ticket.name, "Олена <b>Пчілка</b>");
    assert_string_equal(ticket.phone, "+380671112233");
    assert_string_equal(ticket.description, "Не друкує\nпринтер");
    assert_int_equal(ticket.priority, PRIORITY_HIGH);
    assert_int_equal(ticket.status, TICKET_WAITING);
    assert_int_equal(ticket.created_at, CREATED);
    assert_int_equal(ticket.changed_at, CREATED);
    assert_int_equal(ticket.media.count, 0);
    assert_int_equal(ticket.events.count, 1);
    assert_string_equal(ticket.events.items[0].what, "created");
    assert_int_equal(ticket.assignee, 0);
    assert_null(ticket.assignee_name);
    assert_null(ticket.reason);
}

static void test_status_words(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int status; /* -1: not known */
    } rows[] = {
        {"Очікує", TICKET_WAITING},
        {"очікує", TICKET_WAITING},
        {"ОЧІКУЄ", TICKET_WAITING},
        {"⏳ Очікує", TICKET_WAITING},
        {"  Очікується  ", TICKET_WAITING},
        {"В  очікуванні", TICKET_WAITING},
        {"🆕 Нова", TICKET_WAITING},
        {"Прийнята", TICKET_ACCEPTED},
        {"✅ Прийнято", TICKET_ACCEPTED},
        {"🛠️ В роботі", TICKET_ACCEPTED},
        {"🛠 У\u00a0роботі...", TICKET_ACCEPTED},
        {"Завершена", TICKET_COMPLETED},
        {"✔️ Виконано", TICKET_COMPLETED},
        {"🏁 Завершено.", TICKET_COMPLETED},
        {"Відхилена", TICKET_REJECTED},
        {"❌ Відхилено", TICKET_REJECTED},
        {"🚫 СКАСОВАНА", TICKET_CANCELLED},
        {"Скасовано користувачем", TICKET_CANCELLED},
        {"cancelled", TICKET_CANCELLED},
        {"", -1},
        {"✅", -1},
        {"Очікує Прийнята", -1},
        {"невідомо", -1},
        {"Очікyє", -1}, /* a Latin y */
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        enum ticket_status status = TICKET_STATUS_COUNT;
        ROW(i, rows[i].text);
        assert_int_equal(legacy_status_word(arena, rows[i].text, &status), rows[i].status >= 0);
        assert_int_equal(status, rows[i].status >= 0 ? rows[i].status : TICKET_STATUS_COUNT);
    }
}

static void test_priority_words(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int priority; /* -1: not known */
    } rows[] = {
        {"🔵 Низький", PRIORITY_LOW},
        {"низька", PRIORITY_LOW},
        {"🟡 Середній", PRIORITY_MEDIUM},
        {"СЕРЕДНЯ", PRIORITY_MEDIUM},
        {"🔴 Високий", PRIORITY_HIGH},
        {"🔴\u00a0високий!", PRIORITY_HIGH},
        {"Терміново", PRIORITY_HIGH},
        {"high", PRIORITY_HIGH},
        {"", -1},
        {"🔴", -1},
        {"найвищий", -1},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i].text);
        FIELD(PRIORITY) = T(rows[i].text);
        const struct ticket ticket = taken(rows[i].priority < 0 ? REMARK(PRIORITY) : 0);
        assert_int_equal(ticket.priority, rows[i].priority < 0 ? PRIORITY_MEDIUM : rows[i].priority);
    }
    FIELD(PRIORITY) = ABSENT;
    assert_int_equal(taken(REMARK(PRIORITY)).priority, PRIORITY_MEDIUM);
    FIELD(PRIORITY) = N(2);
    assert_int_equal(taken(REMARK(PRIORITY)).priority, PRIORITY_MEDIUM);
}

static void test_people(void **state) {
    (void)state;
    const struct {
        struct legacy_value value;
        int64_t id; /* 0: refused */
    } rows[] = {
        {N(1), 1},       {N(INT64_C(7100000001)), INT64_C(7100000001)},
        {T("500"), 500}, {T(" 500 "), 500},
        {N(0), 0},       {N(-100500), 0},
        {T(""), 0},      {T("5e2"), 0},
        {T("0500"), 0},  {N(INT64_MAX), 0},
        {ABSENT, 0},     {OTHER, 0},
        {FLAG(1), 0},    {TIME(500), 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct user user = {0};
        unsigned remarks = 0;
        ROW(i, "telegram_id");
        FIELD(TELEGRAM_ID) = rows[i].value;
        assert_int_equal(legacy_user(arena, &row, &user, &remarks) == NULL, rows[i].id != 0);
        assert_int_equal(user.doc.id, rows[i].id);
        if (rows[i].id)
            assert_int_equal(taken(0).author, rows[i].id);
        else
            expect_refused("telegram_id");
    }
}

static void test_a_user(void **state) {
    (void)state;
    struct user user = {0};
    unsigned remarks = 0;
    FIELD(USERNAME) = T("@Author_1");
    FIELD(REGISTERED_AT) = T("2023-11-14T22:13:20.123000");
    assert_null(legacy_user(arena, &row, &user, &remarks));
    assert_string_equal(user.username, "Author_1");
    assert_int_equal(user.created_at, CREATED);
    assert_true(user.started);
    assert_int_equal(user.role, ROLE_USER);
    assert_int_equal(remarks, 0);
    FIELD(USERNAME) = ABSENT;
    FIELD(REGISTERED_AT) = T("колись");
    assert_null(legacy_user(arena, &row, &user, &remarks));
    assert_null(user.username);
    assert_int_equal(user.created_at, 0);
    assert_int_equal(remarks, REMARK(REGISTERED_AT));
}

static void test_admins(void **state) {
    (void)state;
    const struct {
        struct legacy_value value;
        enum role role;
    } rows[] = {
        {FLAG(1), ROLE_SUPER_ADMIN}, {FLAG(0), ROLE_ADMIN},         {ABSENT, ROLE_ADMIN},     {N(1), ROLE_SUPER_ADMIN},
        {N(0), ROLE_ADMIN},          {T("True"), ROLE_SUPER_ADMIN}, {T("false"), ROLE_ADMIN}, {OTHER, ROLE_ADMIN},
        {T("1"), ROLE_SUPER_ADMIN},  {T("super"), ROLE_ADMIN},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct user admin = {0};
        ROW(i, "is_super_admin");
        FIELD(IS_SUPER_ADMIN) = rows[i].value;
        assert_null(legacy_admin(arena, &row, &admin));
        assert_int_equal(admin.role, rows[i].role);
        assert_false(admin.started);
    }
}

static void test_old_ids(void **state) {
    (void)state;
    const struct {
        struct legacy_value value;
        const char *id; /* NULL: refused */
    } rows[] = {
        {T("00c0ffee"), "00c0ffee"},
        {T("FFFFFFFF"), "ffffffff"},
        {T(" 12345678\n"), "12345678"},
        {N(12345678), "12345678"},
        {N(42), "00000042"},
        {N(123456789), NULL},
        {N(-1), NULL},
        {T(""), NULL},
        {T("00c0ffe"), NULL},
        {T("00c0ffee0"), NULL},
        {T("00c0ffeg"), NULL},
        {T("0x00c0ff"), NULL},
        {T("ссссaaaa"), NULL},
        {ABSENT, NULL},
        {OTHER, NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i].id ? rows[i].id : "(refused)");
        FIELD(TICKET_ID) = rows[i].value;
        if (rows[i].id)
            assert_string_equal(taken(0).legacy_id, rows[i].id);
        else
            expect_refused("ticket_id");
    }
}

static void test_times(void **state) {
    (void)state;
    const struct {
        struct legacy_value value;
        int64_t at; /* 0: refused */
    } rows[] = {
        {TIME(CREATED), CREATED},
        {T("2023-11-14T22:13:20.123456"), CREATED},
        {T("2023-11-14 22:13:20.123"), CREATED},
        {T("2023-11-15T00:13:20.123+02:00"), CREATED},
        {T("2023-11-14T22:13:20Z"), INT64_C(1700000000000)},
        {N(1700000000), INT64_C(1700000000000)},
        {N(CREATED), CREATED},
        {TIME(0), 0},
        {TIME(-5), 0},
        {T("14.11.2023"), 0},
        {T(""), 0},
        {ABSENT, 0},
        {OTHER, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, "created_at");
        FIELD(CREATED_AT) = rows[i].value;
        row.id_time = 0;
        if (rows[i].at)
            assert_int_equal(taken(0).created_at, rows[i].at);
        else
            expect_refused("created_at");
        row.id_time = 1234000; /* an ObjectId says when it was made */
        assert_int_equal(taken(rows[i].at ? 0 : REMARK(CREATED_AT)).created_at, rows[i].at ? rows[i].at : 1234000);
    }
}

static void test_phones(void **state) {
    (void)state;
    const struct {
        struct legacy_value value;
        const char *phone;
    } rows[] = {
        {T("+380671112233"), "+380671112233"},
        {T("+38 (067) 111-22-33"), "+380671112233"},
        {T("0671112233"), "0671112233"},
        {N(INT64_C(380671112233)), "380671112233"},
        {T("немає"), "немає"},
        {T("067 111"), "067 111"},
        {T("067 111 22 33, каб. 5"), "067 111 22 33, каб. 5"},
        {T(" "), NULL},
        {ABSENT, NULL},
        {OTHER, NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i].phone ? rows[i].phone : "(none)");
        FIELD(PHONE) = rows[i].value;
        const struct ticket ticket = taken(0);
        if (rows[i].phone)
            assert_string_equal(ticket.phone, rows[i].phone);
        else
            assert_null(ticket.phone);
    }
}

static void test_what_a_form_would_accept(void **state) {
    (void)state;
    static const char *const names[] = {"Ян", "Олена <b>"}, *const no_names[] = {NULL, "",      "Я",
                                                                                 "12", HUNDRED, HUNDRED "x"};
    static const char *const phones[] = {"+380671112233", "0671112233", "123456789012345"},
                             *const no_phones[] = {
                                 NULL, "", "+", "067111223", "1234567890123456", "+38067111223x", "++380671112233"};
    for (size_t i = 0; i < COUNT(names); i++)
        assert_true(legacy_is_name(names[i]));
    for (size_t i = 0; i < COUNT(no_names); i++)
        assert_false(legacy_is_name(no_names[i]));
    for (size_t i = 0; i < COUNT(phones); i++)
        assert_true(legacy_is_phone(phones[i]));
    for (size_t i = 0; i < COUNT(no_phones); i++)
        assert_false(legacy_is_phone(no_phones[i]));
}

static void test_media(void **state) {
    (void)state;
    const struct {
        struct legacy_value image, type;
        int64_t kind; /* 0: no media */
        unsigned remarks;
    } rows[] = {
        {ABSENT, ABSENT, 0, 0},
        {ABSENT, T("photo"), 0, 0},
        {T(""), T("photo"), 0, 0},
        {T("AgACx"), T("photo"), TG_MEDIA_PHOTO, 0},
        {T("BQACx"), T("document"), TG_MEDIA_DOCUMENT, 0},
        {T("BQACx"), T("Document"), TG_MEDIA_DOCUMENT, 0},
        {T("AgACx"), ABSENT, TG_MEDIA_PHOTO, 0},
        {T("AgACx"), T(""), TG_MEDIA_PHOTO, 0},
        {T("AgACx"), T("video"), 0, REMARK(MEDIA)},
        {T("AgACx"), N(1), 0, REMARK(MEDIA)},
        {N(5), T("photo"), 0, REMARK(MEDIA)},
        {OTHER, T("photo"), 0, REMARK(MEDIA)},
        {T(HUNDRED HUNDRED HUNDRED), T("photo"), 0, REMARK(MEDIA)},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, "image");
        FIELD(IMAGE) = rows[i].image;
        FIELD(FILE_TYPE) = rows[i].type;
        const struct ticket ticket = taken(rows[i].remarks);
        assert_int_equal(ticket.media.count, rows[i].kind ? 1 : 0);
        if (rows[i].kind) {
            assert_int_equal(ticket.media.items[0].kind, rows[i].kind);
            assert_string_equal(ticket.media.items[0].file_id, rows[i].image.text);
        }
    }
}

static void test_assignees(void **state) {
    (void)state;
    const struct {
        struct legacy_value value;
        int64_t id;
        const char *name;
        unsigned remarks;
    } rows[] = {
        {T("Support_1"), 900, "@Support_1", 0},
        {T("@support_1"), 900, "@Support_1", 0},
        {T("900"), 900, "@Support_1", 0},
        {N(900), 900, "@Support_1", 0},
        {N(901), 901, "901", 0},
        {T("vanished"), 0, "vanished", REMARK(ASSIGNEE)},
        {T("Марія <i>"), 0, "Марія <i>", REMARK(ASSIGNEE)},
        {N(77), 0, "77", REMARK(ASSIGNEE)},
        {T("None"), 0, NULL, 0},
        {ABSENT, 0, NULL, 0},
        {OTHER, 0, NULL, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i].name ? rows[i].name : "(none)");
        FIELD(STATUS) = T("Прийнята");
        FIELD(ACCEPTED_BY) = rows[i].value;
        const struct ticket ticket = taken(rows[i].remarks);
        assert_int_equal(ticket.assignee, rows[i].id);
        if (rows[i].name)
            assert_string_equal(ticket.assignee_name, rows[i].name);
        else
            assert_null(ticket.assignee_name);
        FIELD(STATUS) = T("Очікує"); /* one in the queue is nobody's, whatever is left in it */
        assert_null(taken(0).assignee_name);
    }
}

static const char *repeated(const char *text, size_t times) {
    char *all = arena_alloc(arena, strlen(text) * times + 1);
    for (size_t i = 0; i < times; i++)
        memcpy(all + i * strlen(text), text, strlen(text));
    return all;
}

static void test_long_and_damaged_texts(void **state) {
    (void)state;
    FIELD(DESCRIPTION) = T(repeated("ї", TEXT_BYTES_MAX / 2));
    assert_int_equal(strlen(taken(0).description), TEXT_BYTES_MAX);
    FIELD(DESCRIPTION) = T(repeated("ї", TEXT_BYTES_MAX / 2 + 1));
    struct ticket ticket = taken(REMARK(CUT));
    assert_int_equal(strlen(ticket.description), TEXT_BYTES_MAX - 1); /* 5,998 of two bytes, and «…» of three */
    assert_string_equal(ticket.description + TEXT_BYTES_MAX - 6, "ї…");
    FIELD(DESCRIPTION) = T("a\xff\x01 b");
    FIELD(NAME) = T("two\nlines");
    ticket = taken(0);
    assert_string_equal(ticket.description, "a\xEF\xBF\xBD b");
    assert_string_equal(ticket.name, "two lines");
    FIELD(NAME) = FIELD(DESCRIPTION) = OTHER;
    ticket = taken(0);
    assert_null(ticket.name);
    assert_null(ticket.description);
}

static void test_statuses_that_are_none(void **state) {
    (void)state;
    const struct legacy_value values[] = {ABSENT, OTHER, N(1), T(""), T("???"), FLAG(1)};
    for (size_t i = 0; i < COUNT(values); i++) {
        FIELD(STATUS) = values[i];
        expect_refused("status");
    }
}

static void test_names_of_people(void **state) {
    (void)state;
    assert_int_equal(legacy_people_find(people, "SUPPORT_1"), 900);
    assert_int_equal(legacy_people_find(people, "nobody"), 0);
    assert_int_equal(legacy_people_add(people, 902, "author", false, NULL), STATUS_OK);
    assert_int_equal(legacy_people_find(people, "author"), 500); /* the first */
    assert_int_equal(legacy_people_add(people, 903, "author", true, NULL), STATUS_OK);
    assert_int_equal(legacy_people_find(people, "author"), 903); /* but for an admin */
    assert_true(legacy_people_know(people, 901));
    assert_false(legacy_people_know(people, 999));
    assert_null(legacy_people_username(people, 901));
    assert_string_equal(legacy_people_username(people, 500), "Author");
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, enter, leave)
        TEST(a_whole_ticket),
        TEST(status_words),
        TEST(priority_words),
        TEST(people),
        TEST(a_user),
        TEST(admins),
        TEST(old_ids),
        TEST(times),
        TEST(phones),
        TEST(media),
        TEST(what_a_form_would_accept),
        TEST(assignees),
        TEST(long_and_damaged_texts),
        TEST(statuses_that_are_none),
        TEST(names_of_people),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
