/* Letters, marks and cases come from the C library's C.UTF-8 locale, which every Debian has; what it does not tell
 * (emoji, flags, spaces that do not break) stands in tables here. */
#include "core/utf_class.h"

#include <locale.h>
#include <pthread.h>
#include <stddef.h>
#include <wctype.h>

#include "core/arena.h"

struct range {
    uint32_t first, last;
};

static const struct range spaces[] = {
    {0x0009, 0x000D}, {0x0020, 0x0020}, {0x0085, 0x0085}, {0x00A0, 0x00A0}, {0x1680, 0x1680}, {0x2000, 0x200B},
    {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000}, {0xFEFF, 0xFEFF},
};

static const struct range emoji[] = {
    {0x203C, 0x203C}, {0x2049, 0x2049}, {0x20E3, 0x20E3},   {0x2139, 0x2139},   {0x2190, 0x21FF}, {0x2300, 0x23FF},
    {0x24C2, 0x24C2}, {0x25A0, 0x27BF}, {0x2900, 0x297F},   {0x2B00, 0x2BFF},   {0x3030, 0x3030}, {0x303D, 0x303D},
    {0x3297, 0x3297}, {0x3299, 0x3299}, {0x1F000, 0x1FAFF}, {0xE0020, 0xE007F},
};

/* Decimal digits outside ASCII, which the locale counts as letters; ten from each start. */
static const uint32_t digits[] = {
    0x0660,  0x06F0,  0x07C0,  0x0966,  0x09E6,  0x0A66,  0x0AE6,  0x0B66,  0x0BE6,  0x0C66,  0x0CE6,  0x0D66,
    0x0DE6,  0x0E50,  0x0ED0,  0x0F20,  0x1040,  0x1090,  0x17E0,  0x1810,  0x1946,  0x19D0,  0x1A80,  0x1A90,
    0x1B50,  0x1BB0,  0x1C40,  0x1C50,  0xA620,  0xA8D0,  0xA900,  0xA9D0,  0xA9F0,  0xAA50,  0xABF0,  0xFF10,
    0x104A0, 0x10D30, 0x11066, 0x110F0, 0x11136, 0x111D0, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6,
};

/* Extending, but not of the locale's class of combining marks. */
static const struct range joining[] = {
    {0x200C, 0x200D}, {0xFE00, 0xFE0F}, {0x1F3FB, 0x1F3FF}, {0xE0020, 0xE007F}, {0xE0100, 0xE01EF},
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static locale_t locale;
static wctype_t combining;

static void open_locale(void) {
    locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    if (locale == (locale_t)0)
        mem_die("no C.UTF-8 locale");
    combining = wctype_l("combining", locale);
}

static bool within(uint32_t code_point, const struct range *ranges, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (code_point >= ranges[i].first && code_point <= ranges[i].last)
            return true;
    return false;
}
#define WITHIN(code_point, ranges) within((code_point), (ranges), sizeof(ranges) / sizeof((ranges)[0]))

static bool is_digit(uint32_t code_point) {
    for (size_t i = 0; i < sizeof(digits) / sizeof(digits[0]); i++)
        if (code_point >= digits[i] && code_point < digits[i] + 10)
            return true;
    return false;
}

bool utf_is_space(uint32_t code_point) {
    return WITHIN(code_point, spaces);
}

bool utf_is_control(uint32_t code_point) {
    return code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0);
}

bool utf_is_emoji(uint32_t code_point) {
    return WITHIN(code_point, emoji);
}

bool utf_is_flag_letter(uint32_t code_point) {
    return code_point >= 0x1F1E6 && code_point <= 0x1F1FF;
}

static bool is_combining(uint32_t code_point) {
    pthread_once(&once, open_locale);
    return combining != 0 && iswctype_l((wint_t)code_point, combining, locale) != 0;
}

bool utf_is_extending(uint32_t code_point) {
    return code_point >= 0x300 && (WITHIN(code_point, joining) || is_combining(code_point));
}

bool utf_is_letter(uint32_t code_point) {
    if (code_point < 0x80)
        return (code_point | 0x20) >= 'a' && (code_point | 0x20) <= 'z';
    pthread_once(&once, open_locale);
    return iswalpha_l((wint_t)code_point, locale) != 0 && !is_combining(code_point) && !is_digit(code_point) &&
           !utf_is_emoji(code_point);
}

uint32_t utf_to_lower(uint32_t code_point) {
    pthread_once(&once, open_locale);
    return (uint32_t)towlower_l((wint_t)code_point, locale);
}
