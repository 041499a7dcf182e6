/* texts/catalogue: what texts.c alone sees of the catalogues: one table of TEXT_COUNT strings for each language. */
#ifndef TEXTS_CATALOGUE_H
#define TEXTS_CATALOGUE_H

#include "texts/ids.h"

extern const char *const texts_uk[TEXT_COUNT], *const texts_en[TEXT_COUNT];

#endif
