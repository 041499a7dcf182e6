/* telegram/types: the parts of the Bot API that we use, as plain structs. Strings are borrowed from the arena they were
 * decoded into, valid UTF-8, and NULL where the field is absent. Ids exceed 32 bits (core.telegram.org/bots/api). */
#ifndef TELEGRAM_TYPES_H
#define TELEGRAM_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Limits of the Bot API, in the unit named (docs; td/telegram/{MessagesManager,MessageContent,ReplyMarkup}.cpp). */
enum {
    TG_TEXT_MAX = 4096,         /* UTF-16 units after entities */
    TG_CAPTION_MAX = 1024,      /* UTF-16 units after entities */
    TG_CALLBACK_DATA_MAX = 64,  /* bytes */
    TG_CALLBACK_TEXT_MAX = 200, /* UTF-16 units */
    TG_ALBUM_MAX = 10,          /* items */
    TG_FILE_ID_MAX = 255,       /* bytes that we keep */
    TG_UPDATE_MAX = 1 << 20     /* bytes of a webhook's body that we take; the server sends at most 512 KiB */
};

#define TG_CHAT_TYPES(X)                                                                                               \
    X(PRIVATE, "private")                                                                                              \
    X(GROUP, "group")                                                                                                  \
    X(SUPERGROUP, "supergroup")                                                                                        \
    X(CHANNEL, "channel")
enum tg_chat_type {
#define X(id, name) TG_CHAT_##id,
    TG_CHAT_TYPES(X)
#undef X
};

/* Media kinds: name of the field in a message, and of the parameter that sends it. */
#define TG_MEDIA_KINDS(X)                                                                                              \
    X(PHOTO, "photo")                                                                                                  \
    X(DOCUMENT, "document")                                                                                            \
    X(VIDEO, "video")                                                                                                  \
    X(ANIMATION, "animation")                                                                                          \
    X(AUDIO, "audio")                                                                                                  \
    X(VOICE, "voice")                                                                                                  \
    X(VIDEO_NOTE, "video_note")                                                                                        \
    X(STICKER, "sticker")
enum tg_media_kind {
    TG_MEDIA_NONE,
#define X(id, name) TG_MEDIA_##id,
    TG_MEDIA_KINDS(X)
#undef X
        TG_MEDIA_COUNT
};

struct tg_user {
    int64_t id;
    bool is_bot;
    const char *first_name, *last_name, *username, *language_code;
};

/* What the Bot API knows of our webhook. */
struct tg_webhook_info {
    const char *url; /* "": none is set */
    bool has_custom_certificate;
    bool lacks_kind;    /* a kind of update that we use is not sent */
    int64_t pending;    /* updates that wait */
    const char *ip;     /* NULL: not known */
    int64_t failed_at;  /* seconds UTC of the last failed delivery; 0: none */
    const char *reason; /* of that; NULL: none */
    int64_t max_connections;
};

struct tg_chat {
    int64_t id;
    enum tg_chat_type type;
};

struct tg_media {
    enum tg_media_kind kind;
    const char *file_id; /* of a photo: its biggest size */
};

struct tg_contact {
    const char *phone_number, *first_name;
    int64_t user_id; /* 0: not known to Telegram */
};

struct tg_message {
    int64_t id, date, edit_date, thread_id; /* dates in seconds; edit_date 0: never edited; thread_id 0: no topic */
    struct tg_chat chat;
    const struct tg_user *from; /* NULL: a channel, an anonymous admin */
    const char *text, *caption, *media_group_id;
    const char *html; /* the text as our HTML, where it is formatted; NULL: it is plain */
    struct tg_media media;
    const struct tg_contact *contact;
    bool forwarded;
    const struct tg_user *forward_from; /* the person a forwarded message is of, where they show it */
    int64_t shared_user;                /* the first person chosen with a request_users button; 0: none */
    bool service; /* nothing that somebody wrote or sent: joined, pinned, …; a location, a poll or a dice is no service
                   */
};

struct tg_callback_query {
    const char *id, *data; /* data NULL: a game button, or data longer than any button can have */
    struct tg_user from;
    int64_t chat_id, message_id; /* 0: pressed under an inline-mode message */
    enum tg_chat_type chat_type;
};

struct tg_member_update {
    struct tg_chat chat;
    struct tg_user from;
    bool can_write; /* the bot may write to the chat now */
};

#define TG_UPDATE_KINDS(X)                                                                                             \
    X(MESSAGE, "message")                                                                                              \
    X(EDITED_MESSAGE, "edited_message")                                                                                \
    X(CALLBACK_QUERY, "callback_query")                                                                                \
    X(MY_CHAT_MEMBER, "my_chat_member")                                                                                \
    X(OTHER, "other")
enum tg_update_kind {
#define X(id, name) TG_UPDATE_##id,
    TG_UPDATE_KINDS(X)
#undef X
        TG_UPDATE_KIND_COUNT
};

struct tg_update {
    int64_t id;
    enum tg_update_kind kind;
    const char *kind_name; /* as it came; of OTHER the name of the kind that we do not use */
    union {
        struct tg_message message; /* MESSAGE, EDITED_MESSAGE */
        struct tg_callback_query callback_query;
        struct tg_member_update my_chat_member;
    };
};

/* --- what we send --- */

struct tg_button {
    const char *text;
    const char *callback_data; /* inline */
    const char *url;           /* inline, instead of callback_data */
    bool request_contact;      /* reply keyboard */
    int64_t request_users;     /* reply keyboard: chooses one person, no bot; the id of the request, 0: does not */
};

enum tg_markup_kind { TG_MARKUP_NONE, TG_MARKUP_INLINE, TG_MARKUP_REPLY, TG_MARKUP_REMOVE };

struct tg_row {
    const struct tg_button *buttons;
    size_t count;
};

struct tg_markup {
    enum tg_markup_kind kind;
    const struct tg_row *rows;
    size_t row_count;
    const char *placeholder; /* REPLY: the grey word in the input, at most 64 characters */
    bool one_time;           /* REPLY: hidden after use */
};

struct tg_command {
    const char *name, *description;
};

#endif
