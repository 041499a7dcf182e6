/* simulator/params: the arguments of one Bot API call, from the query, a JSON, urlencoded or multipart body. All values
 * are texts, as on the real server: an object in a JSON body is its JSON text, a number its digits, null "null". */
#ifndef SIMULATOR_PARAMS_H
#define SIMULATOR_PARAMS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/status.h"

enum { PARAMS_MAX = 256, UPLOADS_MAX = 20, PARAMS_BYTES_MAX = 1 << 20 };

struct param {
    char *name, *value;
};

struct upload {
    char *name, *file_name, *type; /* `type` may be NULL */
    char *data;
    size_t size;
};

struct params {
    struct param items[PARAMS_MAX];
    size_t count, bytes;
    struct upload uploads[UPLOADS_MAX];
    size_t upload_count;
    bool too_big;  /* more than PARAMS_BYTES_MAX or PARAMS_MAX */
    bool bad_utf8; /* the JSON body is not UTF-8 */
};

struct params *params_new(void);
void params_free(struct params *params);

/* The first of a name wins. */
void params_add(struct params *params, const char *name, const char *value, size_t length);
/* Members of a JSON object; anything else adds nothing (HR: a broken body only lacks its parameters). */
void params_add_json(struct params *params, const char *body, size_t length);
void params_add_urlencoded(struct params *params, const char *body, size_t length);
/* `data` is copied; `type` may be NULL. */
void params_add_upload(struct params *params, const char *name, const char *file_name, const char *type,
                       const char *data, size_t size);
/* Without percent-encoding, and if asked so '+' as a space. With a NUL behind *ret_length; the caller frees it. */
char *params_decode(const char *from, size_t length, bool plus, size_t *ret_length);

bool params_are_utf8(const struct params *params);

/* "" when absent. */
const char *params_text(const struct params *params, const char *name);
bool params_has(const struct params *params, const char *name);
/* As the server reads numbers: the digits in front, 0 if there are none. */
int64_t params_int(const struct params *params, const char *name);
int64_t params_int_in(const struct params *params, const char *name, int64_t fallback, int64_t min, int64_t max);
/* true, yes and 1 in any case of letters. */
bool params_bool(const struct params *params, const char *name);
/* The JSON in a parameter: OK with a new reference, NOT_FOUND when it is empty, INVALID when it is no JSON. */
MUST_CHECK enum status params_json(const struct params *params, const char *name, json_t **ret_value);
/* The upload of that field, or of the field that `value` names as attach://field; NULL if there is none. */
const struct upload *params_upload(const struct params *params, const char *name, const char *value);
/* What was sent, for the log of calls: objects, arrays and numbers as such where they are known to be ones. */
json_t *params_describe(const struct params *params);

#endif
