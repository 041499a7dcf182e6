/* Clean-up maps every UTF-16 offset of the text as it came to its offset in the clean text; entities are then moved by
 * that map. An offset inside a surrogate pair has no place in the map (-1). */
#include "simulator/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/buffer.h"
#include "core/utf.h"

static const struct {
    const char *name;
    int rank;
} types[ENTITY_TYPE_COUNT] = {
#define X(id, name, rank) {name, rank},
    ENTITY_TYPES(X)
#undef X
};

void rich_text_free(struct rich_text *rich) {
    for (size_t i = 0; i < rich->count; i++)
        free(rich->entities[i].argument);
    free(rich->entities);
    free(rich->text);
    *rich = (struct rich_text){0};
}

void rich_text_add(struct rich_text *rich, struct entity entity) {
    if (rich->count >= ENTITIES_MAX) {
        free(entity.argument);
        return;
    }
    rich->entities = mem_grow(rich->entities, (rich->count + 1) * sizeof(*rich->entities));
    rich->entities[rich->count++] = entity;
}

static void remove_at(struct rich_text *rich, size_t index) {
    free(rich->entities[index].argument);
    rich->count--;
    memmove(rich->entities + index, rich->entities + index + 1, (rich->count - index) * sizeof(*rich->entities));
}

static int compare_entities(const void *left, const void *right) {
    const struct entity *a = left, *b = right;
    if (a->offset != b->offset)
        return a->offset < b->offset ? -1 : 1;
    if (a->length != b->length)
        return a->length > b->length ? -1 : 1;
    return types[a->type].rank - types[b->type].rank;
}

void text_sort_entities(struct rich_text *rich) {
    if (rich->count > 1)
        qsort(rich->entities, rich->count, sizeof(*rich->entities), compare_entities);
}

static bool is_space(const char *at) {
    return *at == ' ' || *at == '\n';
}

/* Bytes of what is left out of any text: line and direction separators, combining lines. */
static size_t dropped_bytes(const char *at) {
    const unsigned char *c = (const unsigned char *)at;
    if (c[0] == '\r')
        return 1;
    if (c[0] == 0xe2 && c[1] == 0x80 && c[2] >= 0xa8 && c[2] <= 0xae)
        return 3;
    if (c[0] == 0xcc && (c[1] == 0xb3 || c[1] == 0xbf || c[1] == 0x8a))
        return 2;
    return 0;
}

/* Runs of direction marks lose their force but for the last of each (td: replace_offending_characters). */
static void calm_directions(char *text) {
    for (unsigned char *c = (unsigned char *)text; *c; c++) {
        if (!(c[0] == 0xe2 && c[1] == 0x80 && (c[2] == 0x8e || c[2] == 0x8f)))
            continue;
        while (c[3] == 0xe2 && c[4] == 0x80 && (c[5] == 0x8e || c[5] == 0x8f)) {
            c[2] = 0x8c;
            c += 3;
        }
        c += 2;
    }
}

/* The clean text; ret_map[i] is where unit i of `text` went, ret_map[units] its end. */
static char *clean_with_map(const char *text, int32_t *ret_map) {
    char *clean = mem_alloc(strlen(text) + 1);
    size_t length = 0, unit = 0;
    int32_t out = 0;
    while (*text) {
        const char *next = text;
        uint32_t code = utf_next(&next);
        size_t units = code > 0xffff ? 2 : 1;
        ret_map[unit] = out;
        if (units == 2)
            ret_map[unit + 1] = -1;
        unit += units;
        if (!dropped_bytes(text)) {
            memcpy(clean + length, text, (size_t)(next - text));
            if (code <= ' ' && code != '\n')
                clean[length] = ' ';
            length += (size_t)(next - text);
            out += (int32_t)units;
        }
        text = next;
    }
    ret_map[unit] = out;
    calm_directions(clean);
    return clean;
}

static enum status place_problem(struct text_problem *problem, const char *what, int64_t first, const char *tail,
                                 int64_t second) {
    problem->error = ERROR_ENTITY_PLACE;
    if (tail)
        (void)snprintf(problem->detail, sizeof(problem->detail), "%s%lld%s%lld", what, (long long)first, tail,
                       (long long)second);
    else
        (void)snprintf(problem->detail, sizeof(problem->detail), "%s%lld", what, (long long)first);
    return STATUS_INVALID;
}

/* Bytes before the first character that begins behind `unit`. */
static int64_t byte_behind(const char *text, int64_t unit) {
    const char *at = text;
    int64_t units = 0;
    while (*at && units <= unit)
        units += utf_next(&at) > 0xffff ? 2 : 1;
    return at - text;
}

static enum status move_entity(struct entity *entity, const char *text, const int32_t *map, int64_t units,
                               struct text_problem *problem) {
    int64_t end = entity->offset + entity->length;
    if (entity->offset > units)
        return place_problem(problem, "begins after the end of the text at UTF-16 offset ", entity->offset, NULL, 0);
    if (end > units)
        return place_problem(problem, "beginning at UTF-16 offset ", entity->offset,
                             " ends after the end of the text at UTF-16 offset ", end);
    if (map[entity->offset] < 0)
        return place_problem(problem, "begins in a middle of a UTF-16 symbol at byte offset ",
                             byte_behind(text, entity->offset - 1), NULL, 0);
    if (map[end] < 0)
        return place_problem(problem, "beginning at UTF-16 offset ", entity->offset,
                             " ends in a middle of a UTF-16 symbol at byte offset ", byte_behind(text, end - 1));
    entity->length = map[end] - map[entity->offset];
    entity->offset = map[entity->offset];
    return STATUS_OK;
}

static enum status check_bounds(const struct entity *entity, struct text_problem *problem) {
    const int64_t most = 1000000;
    bool offset_bad = entity->offset < 0 || entity->offset > most;
    if (!offset_bad && entity->length >= 0 && entity->length <= most)
        return STATUS_OK;
    problem->error = offset_bad ? ERROR_ENTITY_OFFSET : ERROR_ENTITY_LENGTH;
    (void)snprintf(problem->detail, sizeof(problem->detail), "%lld",
                   (long long)(offset_bad ? entity->offset : entity->length));
    return STATUS_INVALID;
}

static bool is_splittable(enum entity_type type) {
    return type >= ENTITY_BOLD && type <= ENTITY_SPOILER;
}

static bool is_code(enum entity_type type) {
    return type == ENTITY_CODE || type == ENTITY_PRE;
}

static bool can_both_be(const struct entity *outer, const struct entity *inner) {
    if (inner->offset >= outer->offset + outer->length)
        return true;
    if (is_code(outer->type) || outer->type == inner->type)
        return false;
    bool nested = inner->offset + inner->length <= outer->offset + outer->length;
    if (is_code(inner->type))
        return nested && !is_splittable(outer->type);
    return nested || (is_splittable(inner->type) && is_splittable(outer->type));
}

/* Two entities that cannot be together: of two of one kind the second is melted into the first, a style around code
 * goes, anything else loses the later one. */
static void fix_entities(struct rich_text *rich) {
    text_sort_entities(rich);
    for (size_t i = 0; i < rich->count; i++)
        if (rich->entities[i].length <= 0)
            remove_at(rich, i--);
    for (size_t i = 0; i < rich->count; i++) {
        for (size_t j = i + 1; j < rich->count; j++) {
            struct entity *outer = &rich->entities[i], *inner = &rich->entities[j];
            if (can_both_be(outer, inner))
                continue;
            int64_t end = inner->offset + inner->length;
            if (outer->type == inner->type && is_splittable(outer->type) && end > outer->offset + outer->length)
                outer->length = end - outer->offset;
            bool style_goes = is_splittable(outer->type) && is_code(inner->type);
            remove_at(rich, style_goes ? i : j);
            if (style_goes) {
                i--;
                break;
            }
            j--;
        }
    }
}

static void trim(struct rich_text *rich) {
    size_t length = strlen(rich->text), start = 0;
    while (length > 0 && is_space(rich->text + length - 1))
        length--;
    rich->text[length] = '\0';
    int64_t units = (int64_t)utf16_length(rich->text);
    for (size_t i = 0; i < rich->count; i++) {
        struct entity *entity = &rich->entities[i];
        if (entity->offset + entity->length > units)
            entity->length = units - entity->offset;
        if (entity->length <= 0)
            remove_at(rich, i--);
    }
    size_t limit = rich->count ? (size_t)rich->entities[0].offset : length;
    while (start < limit && is_space(rich->text + start))
        start++;
    memmove(rich->text, rich->text + start, length - start + 1);
    for (size_t i = 0; i < rich->count; i++)
        rich->entities[i].offset -= (int64_t)start;
}

enum status text_clean(struct rich_text *rich, struct text_problem *ret_problem) {
    size_t units = utf16_length(rich->text);
    int32_t *map = mem_alloc((units + 2) * sizeof(*map));
    char *clean = clean_with_map(rich->text, map);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < rich->count && status == STATUS_OK; i++) {
        status = check_bounds(&rich->entities[i], ret_problem);
        if (status == STATUS_OK && rich->entities[i].length > 0)
            status = move_entity(&rich->entities[i], rich->text, map, (int64_t)units, ret_problem);
    }
    free(map);
    free(rich->text);
    rich->text = clean;
    if (status != STATUS_OK)
        return status;
    fix_entities(rich);
    trim(rich);
    text_find_entities(rich);
    return STATUS_OK;
}

char *text_cleaned(const char *text) {
    int32_t *map = mem_alloc((utf16_length(text) + 2) * sizeof(*map));
    struct rich_text rich = {.text = clean_with_map(text, map)};
    free(map);
    trim(&rich);
    return rich.text;
}

bool text_is_blank(const char *text) {
    while (*text) {
        uint32_t code = utf_next(&text);
        bool blank = code == ' ' || code == '\n' || code == 0xa0 || code == 0x1680 || code == 0x180e ||
                     (code >= 0x2000 && code <= 0x200f) || code == 0x202e || code == 0x202f || code == 0x205f ||
                     code == 0x2800 || code == 0x3000 || code == 0xfeff || code == 0xfffc ||
                     (code >= 0xe0000 && code <= 0xe007f);
        if (!blank)
            return false;
    }
    return true;
}

json_t *text_entities_json(const struct rich_text *rich, text_user *user, void *context) {
    json_t *array = NULL;
    for (size_t i = 0; i < rich->count; i++) {
        const struct entity *entity = &rich->entities[i];
        json_t *object = json_pack("{sI sI ss}", "offset", (json_int_t)entity->offset, "length",
                                   (json_int_t)entity->length, "type", types[entity->type].name);
        if (entity->type == ENTITY_TEXT_LINK)
            json_object_set_new(object, "url", json_string(entity->argument));
        if (entity->type == ENTITY_PRE && entity->argument)
            json_object_set_new(object, "language", json_string(entity->argument));
        if (entity->type == ENTITY_CUSTOM_EMOJI)
            json_object_set_new(object, "custom_emoji_id", json_string(entity->argument));
        if (entity->type == ENTITY_DATE_TIME)
            json_object_set_new(object, "unix_time", json_integer((json_int_t)entity->number));
        if (entity->type == ENTITY_TEXT_MENTION) {
            json_t *whom = user(context, entity->number);
            if (!whom) {
                json_decref(object);
                continue;
            }
            json_object_set_new(object, "user", whom);
        }
        if (!array)
            array = json_array();
        json_array_append_new(array, object);
    }
    return array;
}
