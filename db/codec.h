/* db/codec: rows ↔ BSON documents, by the tables of db/rows.c. Both stores keep the same document:
 *
 *   {_id, rev, owner, owed_at, face, ops: [int64 …], owes: {"<id>": {…}}, cards: {"<chat>": {…}}, <fields of
 * record_of(…)>}
 *
 * Zero numbers, false, NULL texts, empty lists and words without a name are left out. Reading trusts nothing: a value
 * of a wrong type, over its maximum, not UTF-8 or an unknown word is read as absent and counted in doc.odd. Numbers may
 * be int32, int64 or integral doubles, since tools of MongoDB write those. Fields that the tables do not name are left
 * alone: a newer or older copy may know them. */
#ifndef DB_CODEC_H
#define DB_CODEC_H

#include <bson/bson.h>

#include "core/arena.h"
#include "core/status.h"
#include "db/rows.h"

enum {
    DOCUMENT_BYTES_MAX = 1 << 20, /* a larger document is not read: an arena must hold about thrice this */
    KEY_SIZE = 40                 /* "cards.<int64>.part" and its NUL at most */
};

/* INVALID: a text too long or not UTF-8, a list too long, a value that has no word, a required field that is missing.
 */
MUST_CHECK enum status codec_check(const struct record *record, const void *row, struct error *error);

/* Appends a row's present fields. The row was checked. */
void codec_add_row(bson_t *bson, const struct record *record, const void *row);

/* What makes `before` into `after`: present fields into `set` by name, those that vanish into `unset`. */
void codec_diff(const struct record *record, const void *before, const void *after, bson_t *set, bson_t *unset);

/* Reads a whole document into a struct user or ticket. DAMAGED: no BSON, too large, or without an integral _id. */
MUST_CHECK enum status codec_read(const bson_t *document, enum collection collection, struct arena *arena,
                                  void *ret_row, struct error *error);

/* An integral number of any type; false otherwise. */
bool codec_number(const bson_iter_t *iter, int64_t *ret_number);
/* The number `name` of a document: 0 where it is absent or odd. */
int64_t codec_find_number(const bson_t *document, const char *name);

#endif
