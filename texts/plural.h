/* texts/plural: which form of a word goes with a number: 1 заявка, 2 заявки, 5 заявок; 1 ticket, 2 tickets. */
#ifndef TEXTS_PLURAL_H
#define TEXTS_PLURAL_H

#include <stddef.h>
#include <stdint.h>

#include "texts/texts.h"

/* How many forms a word has in the language. */
size_t plural_forms(enum lang lang);
/* The form for `count`, which is not negative: 0 … plural_forms(lang) - 1. */
size_t plural_form(enum lang lang, int64_t count);

#endif
