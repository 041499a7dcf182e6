/* What the server finds in a text by itself (td's find_entities): mentions, commands, hashtags, links, addresses.
 * Letters are told from other characters by the blocks of Unicode, not character by character; of the top level domains
 * that a link without http:// may have, those of countries and the common ones are known. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/utf.h"
#include "simulator/text.h"

enum { MENTION_MIN = 4, MENTION_MAX = 32, COMMAND_MAX = 64, HASHTAG_MAX = 256, LABEL_MAX = 63 };

struct finder {
    const char *text;
    struct rich_text *rich;
};

static int64_t units_between(const char *from, const char *to) {
    int64_t units = 0;
    while (from < to)
        units += utf_next(&from) > 0xffff ? 2 : 1;
    return units;
}

static bool is_letter_block(uint32_t code) {
    return code >= 0xc0 && code != 0xd7 && code != 0xf7 && !(code >= 0x2000 && code <= 0x2bff) &&
           !(code >= 0x3000 && code <= 0x303f) && !(code >= 0xfe00 && code <= 0xfe4f) && code != 0xfeff &&
           code < 0x1f000;
}

static bool is_word(uint32_t code) {
    return code < 0x80 ? isalnum((int)code) || code == '_' : is_letter_block(code);
}

static bool is_name(char c) {
    return isalnum((unsigned char)c) || c == '_';
}

static uint32_t code_at(const char *at) {
    return *at ? utf_next(&at) : 0;
}

/* 0 at the beginning. */
static uint32_t code_before(const char *text, const char *at) {
    if (at == text)
        return 0;
    do
        at--;
    while (at > text && ((unsigned char)*at & 0xc0) == 0x80);
    return code_at(at);
}

static size_t name_length(const char *at) {
    size_t length = 0;
    while (is_name(at[length]))
        length++;
    return length;
}

/* Kinds beside which no found one can be: it would have to be inside. */
static bool excludes(enum entity_type type) {
    return type == ENTITY_CODE || type == ENTITY_PRE || type == ENTITY_TEXT_LINK || type == ENTITY_TEXT_MENTION ||
           type == ENTITY_DATE_TIME || type == ENTITY_CUSTOM_EMOJI || type >= ENTITY_BOT_COMMAND;
}

static void add(struct finder *finder, enum entity_type type, const char *begin, const char *end) {
    struct entity entity = {
        .type = type, .offset = units_between(finder->text, begin), .length = units_between(begin, end)};
    for (size_t i = 0; i < finder->rich->count; i++) {
        const struct entity *other = &finder->rich->entities[i];
        bool apart = entity.offset >= other->offset + other->length || other->offset >= entity.offset + entity.length;
        if (!apart && excludes(other->type))
            return;
    }
    rich_text_add(finder->rich, entity);
}

/* ---- @name, /command, #tag ---- */

static const char *find_mention(struct finder *finder, const char *at) {
    size_t length = name_length(at + 1);
    const char *end = at + 1 + length;
    if (!is_word(code_before(finder->text, at)) && length >= MENTION_MIN && length <= MENTION_MAX &&
        !is_word(code_at(end)))
        add(finder, ENTITY_MENTION, at, end);
    return end;
}

static bool bars_command(uint32_t code) {
    return is_word(code) || code == '/' || code == '<' || code == '>';
}

static const char *find_command(struct finder *finder, const char *at) {
    size_t length = name_length(at + 1);
    const char *end = at + 1 + length;
    if (bars_command(code_before(finder->text, at)) || length < 1 || length > COMMAND_MAX)
        return end;
    if (*end == '@') {
        size_t of_bot = name_length(end + 1);
        if (of_bot < 3 || of_bot > MENTION_MAX)
            return end + 1 + of_bot;
        end += 1 + of_bot;
    }
    if (!bars_command(code_at(end)))
        add(finder, ENTITY_BOT_COMMAND, at, end);
    return end;
}

static const char *find_hashtag(struct finder *finder, const char *at) {
    const char *end = at + 1, *next = end;
    size_t length = 0;
    bool letter = false;
    uint32_t code;
    while (*next && is_word(code = utf_next(&next)) && length < HASHTAG_MAX) {
        letter = letter || (code >= 0x80 ? true : isalpha((int)code));
        end = next;
        length++;
    }
    if (!is_word(code_before(finder->text, at)) && letter && *end != '#')
        add(finder, ENTITY_HASHTAG, at, end);
    return end;
}

/* ---- links and addresses ---- */

static bool is_host(const char *at) {
    unsigned char c = (unsigned char)*at;
    return c == '.' || c == '-' || c == '_' || isalnum(c) || (c >= 0x80 && is_word(code_at(at)));
}

static bool is_known_domain(const char *name, size_t length) {
    static const char domains[] =
        " ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca "
        "cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr "
        "ga gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo "
        "jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr "
        "ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re "
        "ro rs ru rw sa sb sc sd se sg sh si sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr "
        "tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw "
        "com org net edu gov mil int info biz name pro app dev online site shop store xyz club top tech cloud art blog "
        "link live news page wiki world email support help academy agency center company digital group media network "
        "services software solutions studio systems team tools укр рф бел срб мкд бг ею москва ";
    char key[LABEL_MAX + 3] = " ";
    if (length > LABEL_MAX)
        return false;
    for (size_t i = 0; i < length; i++)
        key[1 + i] = (char)tolower((unsigned char)name[i]);
    key[1 + length] = ' ';
    key[2 + length] = '\0';
    return strstr(domains, key);
}

static bool is_number_host(const char *host, const char *end) {
    int dots = 0, digits = 0, value = 0;
    for (; host < end; host++) {
        if (*host == '.') {
            if (digits == 0)
                return false;
            dots++;
            digits = value = 0;
        } else if (isdigit((unsigned char)*host)) {
            value = value * 10 + (*host - '0');
            if (++digits > 3 || value > 255)
                return false;
        } else {
            return false;
        }
    }
    return dots == 3 && digits > 0;
}

/* Two parts at least, none of them empty, and a top level domain of letters that is known or has a scheme before it. */
static bool is_good_host(const char *host, const char *end, bool scheme) {
    const char *label = host, *top = NULL;
    if (is_number_host(host, end))
        return true;
    for (const char *at = host; at <= end; at++) {
        if (at < end && *at != '.')
            continue;
        if (at == label || at - label > LABEL_MAX || at[-1] == '-')
            return false;
        if (at < end)
            top = at + 1;
        label = at + 1;
    }
    if (!top || units_between(top, end) < 2)
        return false;
    for (const char *at = top; at < end; at++)
        if (isdigit((unsigned char)*at) || *at == '_' || *at == '-')
            return false;
    return scheme || is_known_domain(top, (size_t)(end - top));
}

static bool ends_path(const char *at) {
    uint32_t code = code_at(at);
    return code <= ' ' || code == '<' || code == '>' || code == '"' || code == 0xab || code == 0xbb || code == 0xa0 ||
           (code >= 0x2000 && code <= 0x200b) || code == 0x3000;
}

/* Behind port and path; marks of a sentence at the end and brackets that were not opened are left outside. */
static const char *end_of_url(const char *at) {
    int round = 0;
    if (at[0] == ':' && isdigit((unsigned char)at[1])) {
        const char *digits = at + 1;
        while (isdigit((unsigned char)*digits))
            digits++;
        at = digits - at <= 6 ? digits : at;
    }
    if (*at != '/' && *at != '?' && *at != '#')
        return at;
    const char *from = at;
    for (; !ends_path(at); (void)utf_next(&at)) {
        round += *at == '(' ? 1 : *at == ')' ? -1 : 0;
        if (round < 0)
            break;
    }
    while (at > from && strchr(".:;,('?!`", at[-1]))
        at--;
    return at;
}

static const char *host_end(const char *at) {
    while (*at && is_host(at))
        (void)utf_next(&at);
    while (at[-1] == '.')
        at--;
    return at;
}

static size_t scheme_length(const char *at) {
    static const char *const schemes[] = {"http://", "https://", "ftp://"};
    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
        if (strncasecmp(at, schemes[i], strlen(schemes[i])) == 0)
            return strlen(schemes[i]);
    return 0;
}

static bool is_mailbox(char c) {
    return isalnum((unsigned char)c) || c == '.' || c == '+' || c == '-' || c == '_';
}

/* NULL: there is no address at `at`. */
static const char *find_email(struct finder *finder, const char *at) {
    const char *sign = at;
    while (is_mailbox(*sign))
        sign++;
    if (sign == at || *sign != '@' || !isalnum((unsigned char)sign[1]) || sign[-1] == '.')
        return NULL;
    const char *end = host_end(sign + 1);
    if (!is_good_host(sign + 1, end, true) || is_number_host(sign + 1, end))
        return NULL;
    add(finder, ENTITY_EMAIL, at, end);
    return end;
}

/* A word begins at `at`: a link, an address or neither. Never NULL. */
static const char *find_link(struct finder *finder, const char *at) {
    size_t scheme = scheme_length(at);
    const char *end = scheme ? NULL : find_email(finder, at), *host = at + scheme;
    if (end)
        return end;
    end = host_end(host);
    uint32_t before = code_before(finder->text, at);
    if (end <= host || before == '@' || before == '/' || before == '#' || !is_good_host(host, end, scheme > 0))
        return end > at ? end : at + 1;
    end = end_of_url(end);
    add(finder, ENTITY_URL, at, end);
    return end;
}

void text_find_entities(struct rich_text *rich) {
    struct finder finder = {.text = rich->text, .rich = rich};
    const char *at = rich->text;
    while (*at) {
        if (*at == '@')
            at = find_mention(&finder, at);
        else if (*at == '/')
            at = find_command(&finder, at);
        else if (*at == '#')
            at = find_hashtag(&finder, at);
        else if (is_word(code_at(at)))
            at = find_link(&finder, at);
        else
            (void)utf_next(&at);
    }
    text_sort_entities(rich);
}
