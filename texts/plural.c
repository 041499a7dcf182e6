#include "texts/plural.h"

/* 1, 21, 101 …; 2–4, 22–24 …; 0, 5–20, 25–30, 111–114 … */
static size_t ukrainian(int64_t count) {
    int64_t ten = count % 10, hundred = count % 100;
    if (ten == 1 && hundred != 11)
        return 0;
    return ten >= 2 && ten <= 4 && (hundred < 12 || hundred > 14) ? 1 : 2;
}

static size_t english(int64_t count) {
    return count == 1 ? 0 : 1;
}

static const struct {
    size_t forms;
    size_t (*form)(int64_t count);
} rules[LANG_COUNT] = {[LANG_UK] = {3, ukrainian}, [LANG_EN] = {2, english}};

size_t plural_forms(enum lang lang) {
    return rules[lang].forms;
}

size_t plural_form(enum lang lang, int64_t count) {
    return rules[lang].form(count);
}
