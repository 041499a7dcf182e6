/* simulator/world: people, chats and messages. Everything here is used under the simulator's lock.
 *
 * A message is kept as the Message object of the Bot API. Objects that several messages share (people, chats) are
 * replaced, never changed in place, and everything that leaves the lock leaves it as text. */
#ifndef SIMULATOR_WORLD_H
#define SIMULATOR_WORLD_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/status.h"
#include <uthash.h>

enum {
    PEOPLE_MAX = 250000,
    CHATS_MAX = 260000,
    CHAT_MESSAGES_MAX = 2000, /* the oldest 200 of a chat go when it is reached */
    MESSAGES_MAX = 300000,    /* over all chats; the oldest go */
    CHAT_ANSWERS_MAX = 100,   /* answers to presses that a chat shows */
    TOPICS_MAX = 1000,        /* of a forum */
    MEMBERS_MAX = 1000,
};

struct person {
    int64_t id;
    json_t *user; /* User object */
    char *phone;  /* with '+'; owned */
    bool blocked; /* the bot is blocked by them */
    bool met;     /* the bot has seen them elsewhere: in a group, as somebody's choice, as a forwarded author */
    UT_hash_handle hh;
};

struct message {
    int64_t id, chat_id;
    int64_t from;   /* 0: the bot */
    json_t *json;   /* Message object; NULL once it is deleted and forgotten */
    json_t *markup; /* reply keyboard, remove_keyboard or force_reply as sent: never to be edited; NULL else */
    bool deleted;
    struct message *prev, *next; /* all messages, oldest first */
};

struct answer {
    char *query_id, *text;
    bool show_alert;
};

struct chat {
    int64_t id;
    json_t *json;         /* Chat object */
    json_t *members;      /* ids, of a group; NULL in a private chat */
    json_t *admins;       /* ids, of a group; NULL: none */
    json_t *topics;       /* message_thread_id as text → name, of a forum; NULL: it is none */
    bool kicked, left;    /* the bot was thrown out of the group, is no more in it */
    int64_t last_message; /* groups count their own */
    int64_t version;
    struct message **messages; /* rising ids */
    size_t count, size;
    json_t *keyboard; /* reply keyboard shown now; NULL: none */
    int64_t keyboard_message;
    struct answer answers[CHAT_ANSWERS_MAX];
    size_t answer_count;
    struct chat *prev, *next; /* all chats, rising versions */
    UT_hash_handle hh;
};

struct world {
    struct person *people;
    struct chat *chats;
    struct chat *by_change; /* the chats again, rising versions */
    struct message *oldest;
    size_t message_count;
    int64_t last_message; /* one counter for all private chats */
    int64_t version;
};

void world_free(struct world *world);

struct person *world_person(const struct world *world, int64_t id);
/* Makes or changes a person; members of `fields` (id, first_name, last_name, username, language_code, phone) that are
 * absent stay as they were. INVALID: no id or no first name; FULL. */
MUST_CHECK enum status world_set_person(struct world *world, const json_t *fields, struct person **ret_person);

struct chat *world_chat(const struct world *world, int64_t id);
/* The private chat of a person, made if they never wrote. FULL. */
MUST_CHECK enum status world_open_private(struct world *world, const struct person *person, struct chat **ret_chat);
MUST_CHECK enum status world_set_group(struct world *world, int64_t id, const char *title, const json_t *members,
                                       struct chat **ret_chat);
/* A group becomes a forum, or none. */
void world_set_forum(struct world *world, struct chat *chat, bool forum);
bool chat_is_group(const struct chat *chat);
bool chat_has_admin(const struct chat *chat, int64_t person);
bool chat_has_topic(const struct chat *chat, int64_t thread);
/* The topic that a message is in, 0: none. */
int64_t message_topic(const struct message *message);
bool chat_has_member(const struct chat *chat, int64_t person);

/* A new message; `json` is taken, "message_id", "from", "chat" and "date" are put in front. `from` 0: the bot. */
struct message *world_add_message(struct world *world, struct chat *chat, const json_t *sender, int64_t from,
                                  json_t *json);
/* NULL when there is none, also when it was deleted. */
struct message *chat_message(const struct chat *chat, int64_t id);
void world_delete_message(struct world *world, struct chat *chat, struct message *message);
/* Must be called after every change of what the chat shows. */
void world_touch(struct world *world, struct chat *chat);
void world_add_answer(struct world *world, struct chat *chat, const char *query_id, const char *text, bool show_alert);
/* What the markup of a message of the bot does to the keyboard under the input. `markup` may be NULL. */
void chat_apply_markup(struct chat *chat, const struct message *message);

#endif
