/* What the tests of db/backup.h share: a store with rows in it, saved and put back. */
#ifndef TESTS_UNIT_BACKUP_STAGE_H
#define TESTS_UNIT_BACKUP_STAGE_H

#include "db/backup.h"
#include "tests/unit/store_fixture.h"

enum { SAMPLE_NOW = 1234567 };

extern const struct backup_key open_key, sealed_key; /* the cheapest encryption */
extern char sample_text[TEXT_BYTES_MAX + 1];         /* of the largest size */

/* Fails the test where it does not work. */
struct backup_info save(const struct fixture *fixture, FILE *file, const struct backup_key *key);
void put_back(const struct fixture *fixture, FILE *file, const struct backup_key *key);

/* `count` users and as many tickets, large ones; sample_text is filled. */
void put_samples(const struct fixture *fixture, int count);

#endif
