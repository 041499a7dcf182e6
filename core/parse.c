#include "core/parse.h"

#include <string.h>

static bool is_digit(char byte) {
    return byte >= '0' && byte <= '9';
}

/* Digits as a negative number, which reaches one further than a positive one. */
static bool parse_negated(const char *digits, size_t length, int64_t *ret_value) {
    if (length == 0 || (length > 1 && digits[0] == '0'))
        return false;
    int64_t value = 0;
    for (size_t i = 0; i < length; i++) {
        if (!is_digit(digits[i]) || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, digits[i] - '0', &value))
            return false;
    }
    *ret_value = value;
    return true;
}

enum status parse_i64_bytes(const char *text, size_t length, int64_t min, int64_t max, int64_t *ret_value) {
    if (text == NULL)
        return STATUS_INVALID;
    const bool minus = length > 0 && text[0] == '-';
    int64_t value;
    if (!parse_negated(text + minus, length - minus, &value))
        return STATUS_INVALID;
    if (minus ? value == 0 : value == INT64_MIN)
        return STATUS_INVALID;
    if (!minus)
        value = -value;
    if (value < min || value > max)
        return STATUS_INVALID;
    *ret_value = value;
    return STATUS_OK;
}

enum status parse_i64(const char *text, int64_t min, int64_t max, int64_t *ret_value) {
    return text != NULL ? parse_i64_bytes(text, strlen(text), min, max, ret_value) : STATUS_INVALID;
}

enum status parse_rate(const char *text, double max, double *ret_value) {
    enum { MAX_DIGITS = 15 }; /* as many as a double holds exactly */
    if (text == NULL)
        return STATUS_INVALID;
    double value = 0, scale = 1;
    size_t digits = 0, fraction = 0;
    bool point = false;
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '.' && !point && digits > 0) {
            point = true;
            continue;
        }
        if (!is_digit(*p) || ++digits > MAX_DIGITS)
            return STATUS_INVALID;
        value = value * 10 + (*p - '0');
        if (point) {
            scale *= 10;
            fraction++;
        }
    }
    if (digits == 0 || (point && fraction == 0) || value / scale > max)
        return STATUS_INVALID;
    *ret_value = value / scale;
    return STATUS_OK;
}
