/* What every unit test includes: cmocka with the headers that it wants before it. */
#ifndef TESTS_UNIT_UNIT_H
#define TESTS_UNIT_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
/* For tables: says which row failed before cmocka says how. */
#define ROW(index, text) print_message("row %zu: %s\n", (size_t)(index), (text))

#endif
