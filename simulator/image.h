/* simulator/image: what kind of image some bytes are, told by their beginning, and how large it is. */
#ifndef SIMULATOR_IMAGE_H
#define SIMULATOR_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "image/jpeg", "image/png", "image/gif" or "image/webp"; NULL: none of these. */
const char *image_type(const void *data, size_t size);
/* Of a JPEG or PNG; false: another kind, or it does not say. */
bool image_extent(const void *data, size_t size, int64_t *ret_width, int64_t *ret_height);

#endif
