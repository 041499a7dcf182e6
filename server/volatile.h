/* server/volatile: cloud platforms give a program a disk that is thrown away at its next start; SQLite must not be kept
 * there. */
#ifndef SERVER_VOLATILE_H
#define SERVER_VOLATILE_H

#include <stdbool.h>

#include "server/settings.h"

/* Whether DATA_DIR seems to be on such a disk: PORT is set, as these platforms do it, and DATA_DIR is on the same file
 * system as the root (a disk that stays is mounted at a place of its own). */
bool volatile_disk(const struct settings *settings);
extern const char volatile_advice[];

#endif
