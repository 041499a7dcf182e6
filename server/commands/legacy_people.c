#include "server/commands/legacy_people.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"

#define uthash_fatal(what) mem_die(what)
#include <uthash.h>

struct person {
    int64_t id;
    char *username; /* NULL: none */
    UT_hash_handle hh;
};

struct name {
    char *folded;
    int64_t id;
    UT_hash_handle hh;
};

struct legacy_people {
    struct person *by_id;
    struct name *by_name;
    size_t count;
};

struct legacy_people *legacy_people_new(void) {
    return mem_alloc(sizeof(struct legacy_people));
}

void legacy_people_free(struct legacy_people *people) {
    struct person *person, *next_person;
    struct name *name, *next_name;
    if (!people)
        return;
    HASH_ITER(hh, people->by_id, person, next_person) {
        HASH_DEL(people->by_id, person);
        free(person->username);
        free(person);
    }
    HASH_ITER(hh, people->by_name, name, next_name) {
        HASH_DEL(people->by_name, name);
        free(name->folded);
        free(name);
    }
    free(people);
}

static struct person *find(const struct legacy_people *people, int64_t id) {
    struct person *person = NULL;
    HASH_FIND(hh, people->by_id, &id, sizeof(id), person);
    return person;
}

/* Telegram's usernames are ASCII. */
static char *fold(const char *username) {
    char *folded = mem_strdup(username);
    for (char *byte = folded; *byte; byte++)
        *byte = (char)tolower((unsigned char)*byte);
    return folded;
}

static struct name *find_name(const struct legacy_people *people, const char *folded) {
    struct name *name = NULL;
    HASH_FIND_STR(people->by_name, folded, name);
    return name;
}

static void add_name(struct legacy_people *people, const char *username, int64_t id, bool admin) {
    char *folded = fold(username);
    struct name *name = find_name(people, folded);
    if (name) {
        name->id = admin ? id : name->id;
        free(folded);
        return;
    }
    name = mem_alloc(sizeof(*name));
    name->folded = folded;
    name->id = id;
    HASH_ADD_KEYPTR(hh, people->by_name, name->folded, strlen(name->folded), name);
}

enum status legacy_people_add(struct legacy_people *people, int64_t id, const char *username, bool admin,
                              struct error *error) {
    struct person *person = find(people, id);
    if (!person) {
        if (people->count == LEGACY_PEOPLE_MAX)
            return error_set(error, STATUS_FULL, "there are more than %d people", LEGACY_PEOPLE_MAX);
        person = mem_alloc(sizeof(*person));
        person->id = id;
        HASH_ADD(hh, people->by_id, id, sizeof(person->id), person);
        people->count++;
    }
    if (!username || !*username)
        return STATUS_OK;
    if (!person->username)
        person->username = mem_strdup(username);
    add_name(people, username, id, admin);
    return STATUS_OK;
}

bool legacy_people_know(const struct legacy_people *people, int64_t id) {
    return find(people, id) != NULL;
}

const char *legacy_people_username(const struct legacy_people *people, int64_t id) {
    const struct person *person = find(people, id);
    return person ? person->username : NULL;
}

int64_t legacy_people_find(const struct legacy_people *people, const char *username) {
    char *folded = fold(username);
    const struct name *name = find_name(people, folded);
    free(folded);
    return name ? name->id : 0;
}
