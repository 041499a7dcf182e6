/* One call without a sender, and whom it trusts. */
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "telegram/sender.h"
#include "tests/unit/bot_api.h"
#include "tests/unit/unit.h"

#define TOKEN "123456:very-secret-token"
enum { PATIENCE = 30 };

struct once_row {
    const char *name;
    struct api_reply reply;
    enum status status;
    bool ok;
};

static const struct once_row once_rows[] = {
    {"answered",
     {200, "{\"ok\":true,\"result\":{\"id\":42,\"is_bot\":true,\"first_name\":\"B\"}}", false},
     STATUS_OK,
     true},
    {"refused", {401, "{\"ok\":false,\"error_code\":401,\"description\":\"Unauthorized\"}", false}, STATUS_OK, false},
    {"a proxy's page", {502, "<html>", false}, STATUS_UNKNOWN, false},
    {"cut", {0, NULL, false}, STATUS_UNKNOWN, false},
};

static struct api_reply once_script(void *context, const struct api_request *request) {
    const struct once_row *row = context;
    (void)request;
    return row->reply;
}

static enum status call_once(const char *url, struct arena *arena, struct tg_answer *answer, struct error *error) {
    struct sender_settings settings = {.api_url = url, .token = TOKEN, .timeout = PATIENCE * SECOND};
    struct tg_call call = {.method = TG_METHOD_GET_ME};
    enum status status = sender_call_once(&settings, &call, arena, answer, error);
    assert_null(strstr(error->text, "secret"));
    assert_null(strstr(error->text, "127.0.0.1"));
    return status;
}

static void test_call_once(void **state) {
    (void)state;
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    for (size_t i = 0; i < COUNT(once_rows); i++) {
        struct api *api = api_start(0, once_script, (void *)(uintptr_t)&once_rows[i]);
        struct tg_answer answer = {0};
        struct error error = {0};
        ROW(i, once_rows[i].name);
        assert_int_equal(call_once(api_url(api), arena, &answer, &error), once_rows[i].status);
        assert_int_equal(answer.ok, once_rows[i].ok);
        assert_string_equal(api_seen(api, 0).method, "getMe");
        if (answer.ok)
            assert_int_equal(answer.user->id, 42);
        api_stop(api);
    }
}

static void test_call_once_without_a_server(void **state) {
    (void)state;
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    struct tg_answer answer = {0};
    struct error error = {0};
    struct api *api = api_start(0, once_script, NULL);
    char url[64];
    strcpy(url, api_url(api));
    api_stop(api);
    assert_int_equal(call_once(url, arena, &answer, &error), STATUS_UNAVAILABLE);
    assert_true(error.text[0] != '\0');
    error = (struct error){0};
    assert_int_equal(call_once("ftp://127.0.0.1:1", arena, &answer, &error), STATUS_UNAVAILABLE);
}

/* --- TLS --- */

static char *bio_text(BIO *bio) {
    char *data = NULL;
    long length = BIO_get_mem_data(bio, &data);
    char *text = mem_alloc((size_t)length + 1);
    memcpy(text, data, (size_t)length);
    BIO_free(bio);
    return text;
}

static X509 *certificate_new(EVP_PKEY *key) {
    X509 *certificate = X509_new();
    X509_NAME *name = X509_get_subject_name(certificate);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -HOUR / SECOND);
    X509_gmtime_adj(X509_getm_notAfter(certificate), HOUR / SECOND);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"test", -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_set_pubkey(certificate, key);
    X509_set_version(certificate, 2);
    X509_EXTENSION *address = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, "IP:127.0.0.1");
    X509_add_ext(certificate, address, -1);
    X509_EXTENSION_free(address);
    assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
    return certificate;
}

static struct api_tls tls_new(void) {
    EVP_PKEY *key = EVP_RSA_gen(2048);
    X509 *certificate = certificate_new(key);
    BIO *key_text = BIO_new(BIO_s_mem()), *certificate_text = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(key_text, key, NULL, NULL, 0, NULL, NULL);
    PEM_write_bio_X509(certificate_text, certificate);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return (struct api_tls){bio_text(key_text), bio_text(certificate_text)};
}

/* Writes the certificate to the template `path`. */
static void trust(const char *certificate, char *path) {
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, certificate, strlen(certificate)), strlen(certificate));
    close(file);
    setenv("SSL_CERT_FILE", path, 1);
}

static void test_only_a_trusted_server_gets_the_token(void **state) {
    (void)state;
    CLEANUP(arena_freep) struct arena *arena = arena_new(1 << 20);
    struct tg_answer answer = {0};
    struct error error = {0};
    char path[] = "/tmp/test_telegram_XXXXXX";
    struct api_tls tls = tls_new();
    struct api *api = api_start_tls(&tls, once_script, (void *)(uintptr_t)&once_rows[0]);
    assert_int_equal(call_once(api_url(api), arena, &answer, &error), STATUS_UNAVAILABLE);
    assert_int_equal(api_count(api), 0);
    error = (struct error){0};
    trust(tls.certificate, path);
    assert_int_equal(call_once(api_url(api), arena, &answer, &error), STATUS_OK);
    unlink(path);
    unsetenv("SSL_CERT_FILE");
    assert_int_equal(api_count(api), 1);
    api_stop(api);
    free(tls.key);
    free(tls.certificate);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_call_once),
        cmocka_unit_test(test_call_once_without_a_server),
        cmocka_unit_test(test_only_a_trusted_server_gets_the_token),
    };
    tg_setup();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
