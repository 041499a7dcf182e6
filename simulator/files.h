/* simulator/files: media known to the server by their file_id. Used under the simulator's lock. */
#ifndef SIMULATOR_FILES_H
#define SIMULATOR_FILES_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "core/status.h"
#include "simulator/params.h"
#include <uthash.h>

enum { FILES_MAX = 50000, FILE_ID_MAX = 64 };
#define FILES_BYTES_MAX   ((size_t)128 << 20) /* of kept contents; older ones are forgotten */
#define FILE_DOWNLOAD_MAX ((int64_t)20 << 20) /* getFile's limit (C:15814) */
#define FILE_PHOTO_MAX    ((size_t)10 << 20)  /* of uploads: the documentation */
#define FILE_UPLOAD_MAX   ((size_t)50 << 20)

/* X(id, field of a message, class as the server names it, start of the file_id, folder, suffix, MIME type) */
#define FILE_KINDS(X)                                                                                                  \
    X(PHOTO, "photo", "Photo", "AgACAgIAAxkB", "photos", ".jpg", NULL)                                                 \
    X(DOCUMENT, "document", "Document", "BQACAgIAAxkB", "documents", "", "application/octet-stream")                   \
    X(VIDEO, "video", "Video", "BAACAgIAAxkB", "videos", ".mp4", "video/mp4")                                          \
    X(ANIMATION, "animation", "Animation", "CgACAgIAAxkB", "animations", ".mp4", "video/mp4")                          \
    X(AUDIO, "audio", "Audio", "CQACAgIAAxkB", "music", ".mp3", "audio/mpeg")                                          \
    X(VOICE, "voice", "VoiceNote", "AwACAgIAAxkB", "voice", ".oga", "audio/ogg")                                       \
    X(VIDEO_NOTE, "video_note", "VideoNote", "DQACAgIAAxkB", "video_notes", ".mp4", NULL)                              \
    X(STICKER, "sticker", "Sticker", "CAACAgIAAxkB", "stickers", ".webp", NULL)

enum file_kind {
#define X(id, field, class, start, folder, suffix, mime) FILE_##id,
    FILE_KINDS(X)
#undef X
        FILE_KIND_COUNT
};

struct file {
    char id[FILE_ID_MAX], unique_id[32];
    enum file_kind kind;
    char *name, *type; /* may be NULL */
    json_t *facts;     /* what else a message says of it: duration, width, title …; owned */
    int64_t size;
    char *data; /* NULL: forgotten or never kept */
    UT_hash_handle hh;
};

struct files {
    struct file *by_id;
    size_t bytes;
};

void files_free(struct files *files);
const char *file_kind_field(enum file_kind kind);
const char *file_kind_class(enum file_kind kind);
/* Never NULL. `facts`: an object with what the sender said of it (duration, title …), or NULL. `data` may be NULL:
 * made up contents of `size` bytes are not kept. */
struct file *files_add(struct files *files, enum file_kind kind, const char *name, const char *type,
                       const json_t *facts, const void *data, size_t size);
struct file *files_find(const struct files *files, const char *id);
/* Whether the start of the id says that it is one of that kind. */
bool file_id_is(const char *id, enum file_kind kind);
/* Of the file part of an address, "documents/…"; NULL when there is none. */
struct file *files_at(const struct files *files, const char *path);
/* "file_path" of getFile. */
void file_path(const struct file *file, char *ret_path, size_t size);
/* Its bytes, which the caller frees: made up ones where none are kept. */
char *file_contents(const struct file *file, size_t *ret_size);
/* Sets the field (photo, document, …) of a message; an animation is a document too. */
void file_to_message(const struct file *file, json_t *message);

#endif
