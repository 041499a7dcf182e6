#include "telegram/verdict.h"

#include <string.h>

/* Of 400s only the description tells them apart. Parts of the texts that the server's source has (telegram-bot-api
 * Client.cpp; td/telegram/MessagesManager.cpp, MessageEntity.cpp); the first that is found decides. */
static const struct {
    const char *part;
    enum verdict verdict;
} descriptions[] = {
    {"message is not modified", VERDICT_DELIVERED},
    {"can't parse entities", VERDICT_PLAIN},
    {"message to edit not found", VERDICT_GONE},
    {"message can't be edited", VERDICT_GONE},
    {"there is no text in the message to edit", VERDICT_GONE},
    {"there is no caption in the message to edit", VERDICT_GONE},
    {"MESSAGE_ID_INVALID", VERDICT_GONE},
    {"message to delete not found", VERDICT_GONE},
    {"message can't be deleted", VERDICT_GONE},
    {"message identifier is not specified", VERDICT_GONE},
    {"query is too old", VERDICT_GONE},
    {"query ID is invalid", VERDICT_GONE},
    {"chat not found", VERDICT_BLOCKED},
    {"user not found", VERDICT_BLOCKED},
    {"group chat was deactivated", VERDICT_BLOCKED},
    {"not enough rights to send", VERDICT_BLOCKED},
    {"have no rights to send", VERDICT_BLOCKED},
    {"CHAT_WRITE_FORBIDDEN", VERDICT_BLOCKED},
};

static enum verdict by_description(const char *description) {
    for (size_t i = 0; i < sizeof(descriptions) / sizeof(descriptions[0]); i++) {
        if (strstr(description, descriptions[i].part))
            return descriptions[i].verdict;
    }
    return VERDICT_REFUSED;
}

/* 401 and 404 are said of the token. It may be in the middle of being changed: nothing that waits is lost for it. */
enum verdict verdict_of(const struct tg_answer *answer) {
    if (answer->ok)
        return VERDICT_DELIVERED;
    switch (answer->error_code) {
    case 400:
        return answer->migrate_to_chat_id != 0 ? VERDICT_MIGRATE : by_description(answer->description);
    case 403:
        return VERDICT_BLOCKED;
    case 429:
        return VERDICT_HELD;
    case 401:
    case 404:
        return VERDICT_FAILED;
    default:
        return answer->error_code >= 400 && answer->error_code < 500 ? VERDICT_REFUSED : VERDICT_FAILED;
    }
}
