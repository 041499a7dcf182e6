/* Files with bytes of their own, from the page. */
#include <string.h>

#include "core/utf.h"
#include "simulator/control.h"

enum { NAME_BYTES_MAX = 255, TYPE_BYTES_MAX = 127 };

static bool is_plain(const char *text, size_t most) {
    const size_t length = strlen(text);
    if (length == 0 || length > most || !utf_valid(text, length))
        return false;
    for (const char *at = text; *at; at++)
        if ((unsigned char)*at < ' ' || *at == '/' || *at == '\x7f')
            return false;
    return true;
}

static bool is_media_type(const char *type) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$&-^_.+";
    const size_t first = strspn(type, letters);
    return strlen(type) <= TYPE_BYTES_MAX && first > 0 && type[first] == '/' && type[first + 1] &&
           strspn(type + first + 1, letters) == strlen(type + first + 1);
}

enum status control_upload(struct control *control) {
    const char *name = params_text(control->query, "name"), *kind = params_text(control->query, "type");
    const bool photo = strcmp(kind, "photo") == 0;
    if (!photo && strcmp(kind, "document") != 0)
        return control_fail(control, "type must be photo or document");
    if (!is_plain(name, NAME_BYTES_MAX))
        return control_fail(control, "name must be a file's name, at most %d bytes", NAME_BYTES_MAX);
    if (control->raw_length == 0 || control->raw_length > (photo ? FILE_PHOTO_MAX : FILE_UPLOAD_MAX))
        return control_fail(control, "a photo has at most 10 MB, a document 50 MB, and both something");
    const char *type = control->raw_type && is_media_type(control->raw_type) ? control->raw_type : NULL;
    sim_lock(control->sim);
    const struct file *file = files_add(&control->sim->files, photo ? FILE_PHOTO : FILE_DOCUMENT, name, type, NULL,
                                        control->raw, control->raw_length);
    json_object_set_new(control->result, "file", json_string(file->id));
    sim_unlock(control->sim);
    return STATUS_OK;
}
