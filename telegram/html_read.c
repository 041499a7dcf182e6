#include "telegram/html_read.h"

#include <string.h>

#include "core/utf.h"

static const char *const tag_names[] = {"b", "i", "u", "s", "code", "pre", "a", "blockquote", "tg-spoiler"};

/* Length of the tag up to its '>', past '>' in quoted attributes; 0: there is none. */
static size_t tag_length(const char *text) {
    char quote = '\0';
    for (size_t i = 1; text[i]; i++) {
        if (quote)
            quote = text[i] == quote ? '\0' : quote;
        else if (text[i] == '"' || text[i] == '\'')
            quote = text[i];
        else if (text[i] == '<')
            return 0;
        else if (text[i] == '>')
            return i + 1;
    }
    return 0;
}

static const char *tag_find_name(const char *name, size_t length) {
    for (size_t i = 0; i < sizeof(tag_names) / sizeof(tag_names[0]); i++) {
        if (strlen(tag_names[i]) == length && memcmp(tag_names[i], name, length) == 0)
            return tag_names[i];
    }
    return NULL;
}

bool html_read_tag(const char *text, struct html_tag *ret_tag) {
    if (*text != '<')
        return false;
    bool closing = text[1] == '/';
    const char *name = text + 1 + closing;
    size_t length = tag_length(text);
    const char *found = tag_find_name(name, strcspn(name, " \t\n>"));
    if (length == 0 || !found)
        return false;
    *ret_tag = (struct html_tag){text, length, found, closing};
    return true;
}

static const struct {
    const char *name;
    uint32_t code;
} entities[] = {{"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}};

static uint32_t named_entity(const char *name, size_t length) {
    for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
        if (strlen(entities[i].name) == length && memcmp(entities[i].name, name, length) == 0)
            return entities[i].code;
    }
    return 0;
}

static size_t count_letters(const char *text) {
    size_t length = 0;
    while ((text[length] >= 'a' && text[length] <= 'z') || (text[length] >= 'A' && text[length] <= 'Z'))
        length++;
    return length;
}

static uint32_t digit_value(char digit, uint32_t base) {
    uint32_t value = base;
    if (digit >= '0' && digit <= '9')
        value = (uint32_t)(digit - '0');
    else if (digit >= 'a' && digit <= 'f')
        value = (uint32_t)(digit - 'a') + 10;
    else if (digit >= 'A' && digit <= 'F')
        value = (uint32_t)(digit - 'A') + 10;
    return value < base ? value : base;
}

/* Of "&#38" or "&#x26"; moves `end` behind the digits. 0: none. */
static uint32_t numeric_entity(const char *text, size_t *end) {
    uint32_t base = text[2] == 'x' ? 16 : 10, code = 0;
    for (*end = base == 16 ? 3 : 2; *end < 10 && digit_value(text[*end], base) < base; (*end)++)
        code = code * base + digit_value(text[*end], base);
    bool usable = *end < 10 && code < 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
    return usable ? code : 0;
}

/* The character that an entity at `text` stands for, and its length in bytes; 0: no entity, the & is text. As Telegram
 * reads them: the semicolon may be missing (td/telegram/MessageEntity.cpp, decode_html_entity). */
static uint32_t read_entity(const char *text, size_t *ret_length) {
    size_t end = 1;
    uint32_t code;
    if (*text != '&')
        return 0;
    if (text[1] == '#') {
        code = numeric_entity(text, &end);
    } else {
        end += count_letters(text + 1);
        code = named_entity(text + 1, end - 1);
    }
    if (code)
        *ret_length = end + (text[end] == ';');
    return code;
}

uint32_t html_read_character(const char **text) {
    size_t length = 0;
    uint32_t code = read_entity(*text, &length);
    if (!code)
        return utf_next(text);
    *text += length;
    return code;
}
