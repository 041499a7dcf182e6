/* simulator/multipart: a multipart/form-data body as the server reads it (HR:256): parts with a file name are files,
 * the others parameters; names may be quoted or not, and are percent-encoded. */
#ifndef SIMULATOR_MULTIPART_H
#define SIMULATOR_MULTIPART_H

#include <stddef.h>

#include "core/status.h"
#include "simulator/params.h"

/* INVALID: *ret_why says what the server would. `type` is the Content-Type. */
MUST_CHECK enum status multipart_read(const char *type, const char *body, size_t length, struct params *params,
                                      const char **ret_why);

#endif
