/* core/parse: numbers and small notations from outside, checked. All refuse NULL, empty text, signs where none belong,
 * white space, trailing bytes and overflow. A whole number has one spelling: no zeros in front. */
#ifndef CORE_PARSE_H
#define CORE_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/status.h"

MUST_CHECK enum status parse_i64(const char *text, int64_t min, int64_t max, int64_t *ret_value);
/* As parse_i64, of `length` bytes that need no NUL behind them. */
MUST_CHECK enum status parse_i64_bytes(const char *text, size_t length, int64_t min, int64_t max, int64_t *ret_value);
/* Digits with an optional fraction, 0 ≤ value ≤ max. */
MUST_CHECK enum status parse_rate(const char *text, double max, double *ret_value);

#endif
