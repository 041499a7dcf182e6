#include "tests/unit/backup_stage.h"

#include <string.h>

#include "core/seal.h"

const struct backup_key open_key = {NULL, SEAL_COST_MIN}, sealed_key = {"пароль для копії", SEAL_COST_MIN};
char sample_text[TEXT_BYTES_MAX + 1];

struct backup_info save(const struct fixture *fixture, FILE *file, const struct backup_key *key) {
    struct backup_info info = {0};
    struct error error = {0};
    if (backup_write(fixture->store, file, key, SAMPLE_NOW, NULL, &info, &error) != STATUS_OK)
        fail_msg("backup_write: %s", error.text);
    return info;
}

void put_back(const struct fixture *fixture, FILE *file, const struct backup_key *key) {
    struct backup_info info = {0};
    struct error error = {0};
    bool pending = true;
    if (backup_check(file, key, NULL, &info, &error) != STATUS_OK)
        fail_msg("backup_check: %s", error.text);
    if (backup_restore(fixture->store, file, key, &info, NULL, &error) != STATUS_OK)
        fail_msg("backup_restore: %s", error.text);
    EXPECT(STATUS_OK, restore_is_pending(fixture->store, &pending, NULL));
    assert_false(pending);
}

static struct media album[MEDIA_MAX];
static struct event events[EVENTS_MAX];

static void fill_samples(void) {
    memset(sample_text, 0, sizeof(sample_text));
    for (size_t i = 0; i + 2 <= TEXT_BYTES_MAX; i += 2)
        memcpy(sample_text + i, "ї", 2);
    for (int i = 0; i < MEDIA_MAX; i++)
        album[i] = (struct media){1 + i % 2, "AgACAgIAAxkBAAI"};
    for (int i = 0; i < EVENTS_MAX; i++)
        events[i] = (struct event){SAMPLE_NOW + i, 7100000001, "accepted"};
}

void put_samples(const struct fixture *fixture, int count) {
    fill_samples();
    for (int64_t i = 1; i <= count; i++) {
        struct user user = {
            .doc.id = 7000000000 + i,
            .name = "Олена «Ok» <b>",
            .role = (enum role)(i % ROLE_COUNT),
            .started = true,
            .form = {.id = i, .description = sample_text, .media = {album, MEDIA_MAX}, .priority = PRIORITY_HIGH}};
        struct ticket ticket = {.doc.id = i,
                                .author = 7000000000 + i,
                                .name = "Олена",
                                .phone = "+380501234567",
                                .description = sample_text,
                                .media = {album, MEDIA_MAX},
                                .status = (enum ticket_status)(i % TICKET_STATUS_COUNT),
                                .events = {events, EVENTS_MAX},
                                .created_at = SAMPLE_NOW};
        EXPECT(STATUS_OK, WRITE(fixture, .after = &user, .op = i << 8));
        EXPECT(STATUS_OK, WRITE(fixture, .collection = COLLECTION_TICKETS, .after = &ticket, .op = i << 8));
    }
}
