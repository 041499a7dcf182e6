/* core/random: from the system's generator (OpenSSL's RAND_bytes). Never fails: without entropy the process ends. */
#ifndef CORE_RANDOM_H
#define CORE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

void random_bytes(void *ret_data, size_t size);
int64_t random_id(void);             /* 1 … INT64_MAX: identifiers of copies, forms, errors */
int64_t random_below(int64_t limit); /* 0 … limit − 1, for jitter; 0 for a limit below 1 */

#endif
