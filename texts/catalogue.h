/* texts/catalogue: what texts.c (and its test) alone sees of the catalogues: one table of TEXT_COUNT strings for each
 * language. */
#ifndef TEXTS_CATALOGUE_H
#define TEXTS_CATALOGUE_H

#include "core/status.h"
#include "texts/texts.h"

extern const char *const texts_uk[TEXT_COUNT], *const texts_en[TEXT_COUNT];

/* Holds one catalogue against texts/ids.h, as texts_check does with each. */
MUST_CHECK enum status catalogue_check(enum lang lang, const char *const table[TEXT_COUNT], struct error *error);

#endif
