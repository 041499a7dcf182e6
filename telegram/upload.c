#include "telegram/upload.h"

#include <jansson.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/clock.h"

enum {
    UPLOAD_TIMEOUT = 10 * MINUTE,
    SLOWEST = 1000,   /* bytes a second … */
    SLOWEST_SPAN = 30 /* … over so many seconds: below that it is given up */
};

static curl_mimepart *add_part(curl_mime *form, const char *name) {
    curl_mimepart *part = curl_mime_addpart(form);
    if (!part || curl_mime_name(part, name) != CURLE_OK)
        mem_die("libcurl form");
    return part;
}

static void add_field(curl_mime *form, const char *name, const json_t *value) {
    char *written = json_is_string(value) ? NULL : json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    const char *text = written ? written : json_string_value(value);
    if (curl_mime_data(add_part(form, name), text, CURL_ZERO_TERMINATED) != CURLE_OK)
        mem_die("libcurl form");
    free(written);
}

/* A file that cannot be read shows as a failed attempt. */
static void add_file(curl_mime *form, const char *field, const char *path) {
    curl_mimepart *part = add_part(form, field);
    curl_mime_filedata(part, path); /* names it by the last part of the path */
    curl_mime_type(part, "application/octet-stream");
}

curl_mime *upload_attach(const struct transport *transport, CURL *easy, const char *body, const char *field,
                         const char *path) {
    json_auto_t *fields = json_loads(body, 0, NULL);
    curl_mime *form = curl_mime_init(easy);
    const char *name;
    json_t *value;
    if (!form)
        mem_die("libcurl form");
    json_object_foreach(fields, name, value) add_field(form, name, value);
    add_file(form, field, path);
    curl_easy_setopt(easy, CURLOPT_MIMEPOST, form);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transport->form_headers);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)UPLOAD_TIMEOUT);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, (long)SLOWEST);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)SLOWEST_SPAN);
    return form;
}

bool upload_is_readable(const char *path) {
    struct stat found;
    return stat(path, &found) == 0 && S_ISREG(found.st_mode) && access(path, R_OK) == 0;
}
