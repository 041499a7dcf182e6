/* The words that stand for statuses and priorities, as the bot before and its operators wrote them: in lower case,
 * without emoji and signs at the end. */
#include <string.h>

#include "core/utf.h"
#include "server/commands/legacy_map.h"

struct word {
    const char *text;
    int value;
};

static const struct word statuses[] = {
    {"очікує", TICKET_WAITING},
    {"очікується", TICKET_WAITING},
    {"очікування", TICKET_WAITING},
    {"в очікуванні", TICKET_WAITING},
    {"очікує розгляду", TICKET_WAITING},
    {"очікує на розгляд", TICKET_WAITING},
    {"очікує підтвердження", TICKET_WAITING},
    {"нова", TICKET_WAITING},
    {"новий", TICKET_WAITING},
    {"нова заявка", TICKET_WAITING},
    {"створена", TICKET_WAITING},
    {"створено", TICKET_WAITING},
    {"відкрита", TICKET_WAITING},
    {"відкрито", TICKET_WAITING},
    {"в черзі", TICKET_WAITING},
    {"у черзі", TICKET_WAITING},
    {"не прийнята", TICKET_WAITING},
    {"не прийнято", TICKET_WAITING},
    {"waiting", TICKET_WAITING},
    {"pending", TICKET_WAITING},
    {"new", TICKET_WAITING},
    {"open", TICKET_WAITING},
    {"прийнята", TICKET_ACCEPTED},
    {"прийнято", TICKET_ACCEPTED},
    {"прийнятий", TICKET_ACCEPTED},
    {"прийнята в роботу", TICKET_ACCEPTED},
    {"прийнято в роботу", TICKET_ACCEPTED},
    {"взята в роботу", TICKET_ACCEPTED},
    {"взято в роботу", TICKET_ACCEPTED},
    {"в роботі", TICKET_ACCEPTED},
    {"у роботі", TICKET_ACCEPTED},
    {"в процесі", TICKET_ACCEPTED},
    {"у процесі", TICKET_ACCEPTED},
    {"виконується", TICKET_ACCEPTED},
    {"accepted", TICKET_ACCEPTED},
    {"in progress", TICKET_ACCEPTED},
    {"завершена", TICKET_COMPLETED},
    {"завершено", TICKET_COMPLETED},
    {"завершений", TICKET_COMPLETED},
    {"виконана", TICKET_COMPLETED},
    {"виконано", TICKET_COMPLETED},
    {"виконаний", TICKET_COMPLETED},
    {"вирішена", TICKET_COMPLETED},
    {"вирішено", TICKET_COMPLETED},
    {"закрита", TICKET_COMPLETED},
    {"закрито", TICKET_COMPLETED},
    {"готово", TICKET_COMPLETED},
    {"completed", TICKET_COMPLETED},
    {"done", TICKET_COMPLETED},
    {"closed", TICKET_COMPLETED},
    {"відхилена", TICKET_REJECTED},
    {"відхилено", TICKET_REJECTED},
    {"відхилений", TICKET_REJECTED},
    {"відмовлено", TICKET_REJECTED},
    {"відмова", TICKET_REJECTED},
    {"rejected", TICKET_REJECTED},
    {"declined", TICKET_REJECTED},
    {"скасована", TICKET_CANCELLED},
    {"скасовано", TICKET_CANCELLED},
    {"скасований", TICKET_CANCELLED},
    {"скасована користувачем", TICKET_CANCELLED},
    {"скасовано користувачем", TICKET_CANCELLED},
    {"скасована автором", TICKET_CANCELLED},
    {"скасовано автором", TICKET_CANCELLED},
    {"cancelled", TICKET_CANCELLED},
    {"canceled", TICKET_CANCELLED},
};

static const struct word priorities[] = {
    {"низький", PRIORITY_LOW},    {"низька", PRIORITY_LOW},       {"низьке", PRIORITY_LOW},
    {"low", PRIORITY_LOW},        {"середній", PRIORITY_MEDIUM},  {"середня", PRIORITY_MEDIUM},
    {"середнє", PRIORITY_MEDIUM}, {"звичайний", PRIORITY_MEDIUM}, {"звичайна", PRIORITY_MEDIUM},
    {"medium", PRIORITY_MEDIUM},  {"normal", PRIORITY_MEDIUM},    {"високий", PRIORITY_HIGH},
    {"висока", PRIORITY_HIGH},    {"високе", PRIORITY_HIGH},      {"терміновий", PRIORITY_HIGH},
    {"термінова", PRIORITY_HIGH}, {"терміново", PRIORITY_HIGH},   {"критичний", PRIORITY_HIGH},
    {"критична", PRIORITY_HIGH},  {"high", PRIORITY_HIGH},        {"urgent", PRIORITY_HIGH},
    {"critical", PRIORITY_HIGH},
};

/* «✅ Прийнята.» → "прийнята" */
static const char *folded(struct arena *arena, const char *text) {
    char *word = utf_fold_label(arena, text);
    size_t length = strlen(word);
    while (length > 0 && strchr(".!:;, ", word[length - 1]))
        length--;
    word[length] = '\0';
    return word;
}

static bool find(struct arena *arena, const char *text, const struct word *words, size_t count, int *ret_value) {
    const char *word = folded(arena, text);
    for (size_t i = 0; i < count; i++)
        if (strcmp(words[i].text, word) == 0) {
            *ret_value = words[i].value;
            return true;
        }
    return false;
}

bool legacy_status_word(struct arena *arena, const char *text, enum ticket_status *ret_status) {
    int value;
    const bool known = find(arena, text, statuses, sizeof(statuses) / sizeof(statuses[0]), &value);
    if (known)
        *ret_status = (enum ticket_status)value;
    return known;
}

bool legacy_priority_word(struct arena *arena, const char *text, enum priority *ret_priority) {
    int value;
    const bool known = find(arena, text, priorities, sizeof(priorities) / sizeof(priorities[0]), &value);
    if (known)
        *ret_priority = (enum priority)value;
    return known;
}
