#include "telegram/probe.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"

static const char expiry[] = "Expire date:";

/* Of the server's own certificate, which comes first. */
static int64_t end_of(CURL *easy) {
    struct curl_certinfo *chain = NULL;
    if (curl_easy_getinfo(easy, CURLINFO_CERTINFO, &chain) != CURLE_OK || !chain || chain->num_of_certs < 1)
        return 0;
    for (const struct curl_slist *line = chain->certinfo[0]; line; line = line->next)
        if (strncmp(line->data, expiry, strlen(expiry)) == 0) {
            const time_t time = curl_getdate(line->data + strlen(expiry), NULL);
            return time > 0 ? time : 0;
        }
    return 0;
}

static enum status outcome(CURLcode code) {
    switch (code) {
    case CURLE_OK:
        return STATUS_OK;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_ISSUER_ERROR:
        return STATUS_INVALID;
    default:
        return STATUS_UNAVAILABLE;
    }
}

enum status probe_tls(const char *url, int64_t wait, int64_t *ret_ends_at, struct error *error) {
    const char *ca_file = getenv("SSL_CERT_FILE");
    CURL *easy = curl_easy_init();
    if (!easy)
        mem_die("libcurl handle");
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(easy, CURLOPT_CERTINFO, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)wait);
    if (ca_file && *ca_file)
        curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file);
    const CURLcode code = curl_easy_perform(easy);
    const enum status status = outcome(code);
    if (status == STATUS_OK)
        *ret_ends_at = end_of(easy);
    curl_easy_cleanup(easy);
    return status == STATUS_OK ? STATUS_OK : error_set(error, status, "%s", curl_easy_strerror(code));
}
