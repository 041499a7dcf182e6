/* telegram/upload: a call that carries a file of this machine: its fields and the file as a form. The file is read
 * while it is sent, and never held as a whole. Only for the sender's files. */
#ifndef TELEGRAM_UPLOAD_H
#define TELEGRAM_UPLOAD_H

#include "telegram/transport.h"

/* What stands in an encoded call in place of a file_id. */
#define UPLOAD_REFERENCE "attach://file"

/* The field of the form that UPLOAD_REFERENCE names. */
#define UPLOAD_FIELD "file"

/* Makes `easy`, which transport_open gave, send the encoded call `body` and the file at `path` as `field`. An upload
 * has longer than other calls, as long as it goes on. The form is the caller's to give to curl_mime_free once the
 * handle is gone. Never NULL. */
curl_mime *upload_attach(const struct transport *transport, CURL *easy, const char *body, const char *field,
                         const char *path);
/* Whether the file is there to be sent. */
bool upload_is_readable(const char *path);

#endif
