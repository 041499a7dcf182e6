#include "telegram/body.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "telegram/html.h"

/* Room for the plain text and the marks of the longest body that a call can have. */
enum { PLAIN_MAX = 64 << 20 };

static void drop_formatting_of(json_t *object) {
    static const char *const texts[] = {"text", "caption"};
    if (json_object_del(object, "parse_mode") != 0)
        return;
    CLEANUP(arena_freep) struct arena *arena = arena_new(PLAIN_MAX);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        const char *html = json_string_value(json_object_get(object, texts[i]));
        if (html)
            json_object_set_new(object, texts[i], json_string(html_to_plain(arena, html)));
    }
}

void body_drop_formatting(json_t *body) {
    size_t index;
    json_t *item;
    drop_formatting_of(body);
    json_array_foreach(json_object_get(body, "media"), index, item) drop_formatting_of(item);
}

char *body_write(const json_t *body) {
    char *text = json_dumps(body, JSON_COMPACT);
    if (!text)
        mem_die("a call cannot be encoded");
    return text;
}

static void replace(char **body, const json_t *changed) {
    char *text = body_write(changed);
    free(*body);
    *body = text;
}

void body_make_plain(char **body) {
    json_auto_t *object = json_loads(*body, 0, NULL);
    body_drop_formatting(object);
    replace(body, object);
}

void body_set_chat(char **body, int64_t chat_id) {
    json_auto_t *object = json_loads(*body, 0, NULL);
    json_object_set_new(object, "chat_id", json_integer(chat_id));
    replace(body, object);
}
