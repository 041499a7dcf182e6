/* core/clock, core/digest and core/random. */
#include <signal.h>
#include <string.h>
#include <sys/time.h>

#include "core/clock.h"
#include "core/digest.h"
#include "core/random.h"
#include "tests/unit/unit.h"

static void test_sha256(void **state) {
    (void)state;
    static const struct {
        const char *text, *hex;
    } rows[] = {
        /* FIPS 180-2, appendix B */
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        unsigned char digest[DIGEST_SIZE];
        char hex[DIGEST_HEX_SIZE];
        digest_sha256(rows[i].text, strlen(rows[i].text), digest);
        digest_hex(digest, hex);
        assert_string_equal(hex, rows[i].hex);
    }
    assert_true(digest_short("abc") == UINT64_C(0xba7816bf8f01cfea));
}

static void test_hmac_sha256(void **state) {
    (void)state;
    static const struct {
        const char *key, *text, *hex;
    } rows[] = {
        /* RFC 4231, test cases 1 and 2 */
        {"\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b", "Hi There",
         "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {"Jefe", "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        unsigned char digest[DIGEST_SIZE];
        char hex[DIGEST_HEX_SIZE];
        digest_hmac_sha256(rows[i].key, strlen(rows[i].key), rows[i].text, strlen(rows[i].text), digest);
        digest_hex(digest, hex);
        assert_string_equal(hex, rows[i].hex);
    }
}

static void test_secret_comparison(void **state) {
    (void)state;
    static const struct {
        const char *given, *secret;
        bool equal;
    } rows[] = {
        {"", "", true},
        {"secret", "secret", true},
        {"secret", "secreT", false},
        {"secre", "secret", false},
        {"secrets", "secret", false},
        {"", "secret", false},
        {"secret", "", false},
        {NULL, "secret", false},
        {"secret", NULL, false},
        {NULL, NULL, false},
        {"Secret", "secret", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i].given != NULL ? rows[i].given : "NULL");
        assert_int_equal(digest_equal(rows[i].given, rows[i].secret), rows[i].equal);
    }
}

static void test_random(void **state) {
    (void)state;
    int64_t seen[3] = {0};
    for (int i = 0; i < 300; i++) {
        const int64_t number = random_below(3);
        assert_in_range(number, 0, 2);
        seen[number]++;
        assert_true(random_id() > 0);
    }
    assert_true(seen[0] > 0 && seen[1] > 0 && seen[2] > 0);
    assert_true(random_below(1) == 0);
    assert_true(random_below(0) == 0);
    assert_true(random_below(-5) == 0);
    assert_true(random_below(INT64_MAX) >= 0);
    assert_true(random_id() != random_id());
    unsigned char none = 7;
    random_bytes(&none, 0);
    assert_int_equal(none, 7);
}

static void on_alarm(int number) {
    (void)number;
}

static void test_sleep_is_not_shortened_by_signals(void **state) {
    (void)state;
    const struct sigaction action = {.sa_handler = on_alarm};
    assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
    const struct itimerval every_5_ms = {{0, 5000}, {0, 5000}}, off = {{0, 0}, {0, 0}};
    assert_int_equal(setitimer(ITIMER_REAL, &every_5_ms, NULL), 0);
    const int64_t start = clock_monotonic();
    clock_sleep(40);
    assert_true(clock_monotonic() - start >= 40);
    assert_int_equal(setitimer(ITIMER_REAL, &off, NULL), 0);
    clock_sleep(0);
    clock_sleep(-1);
}

static void test_wall_clock_counts_from_1970(void **state) {
    (void)state;
    assert_true(clock_now() > INT64_C(1700000000) * SECOND);
    assert_true(clock_now() < INT64_C(9000000000) * SECOND);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sha256),
        cmocka_unit_test(test_hmac_sha256),
        cmocka_unit_test(test_secret_comparison),
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_sleep_is_not_shortened_by_signals),
        cmocka_unit_test(test_wall_clock_counts_from_1970),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
