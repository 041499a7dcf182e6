/* Texts as they come in: the `entities` parameter, as the server reads it, and the choice of a parser. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/arena.h"
#include "simulator/text.h"

static const char *const names[ENTITY_TYPE_COUNT] = {
#define X(id, name, rank) name,
    ENTITY_TYPES(X)
#undef X
};

/* Kinds that the server finds by itself: taken and forgotten. */
static const char *const ignored[] = {"mention", "hashtag", "cashtag",      "bot_command",
                                      "url",     "email",   "phone_number", "bank_card_number"};

static enum status refuse(struct text_problem *problem, const char *detail, const char *name) {
    problem->error = ERROR_ENTITY;
    (void)snprintf(problem->detail, sizeof(problem->detail), "%s%s%s", detail, name, *name ? "\"" : "");
    return STATUS_INVALID;
}

static enum status read_int(const json_t *object, const char *name, int64_t *ret_value, struct text_problem *problem) {
    const json_t *value = json_object_get(object, name);
    if (!value)
        return refuse(problem, "Can't find field \"", name);
    if (json_is_integer(value)) {
        *ret_value = json_integer_value(value);
        return STATUS_OK;
    }
    char *end = NULL;
    const char *text = json_is_string(value) ? json_string_value(value) : "";
    long long number = strtoll(text, &end, 10);
    if (!*text || *end)
        return refuse(problem, "Field must be a valid Number: \"", name);
    *ret_value = number;
    return STATUS_OK;
}

static int find_type(const char *name) {
    for (int i = 0; i < ENTITY_TYPE_COUNT; i++)
        if (i < ENTITY_BOT_COMMAND && strcmp(names[i], name) == 0)
            return i;
    for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
        if (strcmp(ignored[i], name) == 0)
            return ENTITY_TYPE_COUNT;
    return -1;
}

static enum status read_argument(const json_t *object, struct entity *entity, struct text_problem *problem) {
    const char *key = entity->type == ENTITY_TEXT_LINK      ? "url"
                      : entity->type == ENTITY_PRE          ? "language"
                      : entity->type == ENTITY_CUSTOM_EMOJI ? "custom_emoji_id"
                                                            : NULL;
    if (key) {
        const char *value = json_string_value(json_object_get(object, key));
        if (!value && entity->type != ENTITY_PRE)
            return refuse(problem, "Can't find field \"", key);
        entity->argument = value && *value ? mem_strdup(value) : NULL;
        if (!entity->argument && entity->type != ENTITY_PRE)
            return refuse(problem, "Can't find field \"", key);
    }
    if (entity->type == ENTITY_TEXT_MENTION)
        return read_int(json_object_get(object, "user"), "id", &entity->number, problem);
    if (entity->type == ENTITY_DATE_TIME)
        return read_int(object, "unix_time", &entity->number, problem);
    return STATUS_OK;
}

static enum status read_entity(const json_t *object, struct rich_text *rich, struct text_problem *problem) {
    if (!json_is_object(object))
        return refuse(problem, "expected an Object", "");
    struct entity entity = {0};
    enum status status = read_int(object, "offset", &entity.offset, problem);
    if (status == STATUS_OK)
        status = read_int(object, "length", &entity.length, problem);
    if (status != STATUS_OK)
        return status;
    const char *name = json_string_value(json_object_get(object, "type"));
    if (!name)
        return refuse(problem, "Can't find field \"", "type");
    int type = find_type(name);
    if (type < 0)
        return refuse(problem, *name ? "Unsupported type specified" : "Type is not specified", "");
    if (type == ENTITY_TYPE_COUNT)
        return STATUS_OK;
    entity.type = (enum entity_type)type;
    status = read_argument(object, &entity, problem);
    if (status != STATUS_OK) {
        free(entity.argument);
        return status;
    }
    rich_text_add(rich, entity);
    return STATUS_OK;
}

enum status text_parse_entities(const char *text, const json_t *array, struct rich_text *ret_rich,
                                struct text_problem *ret_problem) {
    struct rich_text rich = {.text = mem_strdup(text)};
    size_t index;
    json_t *object;
    json_array_foreach((json_t *)(uintptr_t)array, index, object) {
        enum status status = read_entity(object, &rich, ret_problem);
        if (status != STATUS_OK) {
            rich_text_free(&rich);
            return status;
        }
    }
    *ret_rich = rich;
    return STATUS_OK;
}

enum status text_parse(const char *text, const char *mode, const json_t *entities, struct rich_text *ret_rich,
                       struct text_problem *ret_problem) {
    if (!*text || !*mode || strcasecmp(mode, "none") == 0)
        return text_parse_entities(text, *text ? entities : NULL, ret_rich, ret_problem);
    if (strcasecmp(mode, "html") == 0)
        return text_parse_html(text, ret_rich, ret_problem);
    if (strcasecmp(mode, "markdownv2") == 0)
        return text_parse_markdown_v2(text, ret_rich, ret_problem);
    if (strcasecmp(mode, "markdown") == 0)
        return text_parse_markdown(text, ret_rich, ret_problem);
    ret_problem->error = ERROR_PARSE_MODE;
    return STATUS_INVALID;
}
