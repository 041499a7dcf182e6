/* simulator/page: the files of simulator/page/, built into the program. */
#ifndef SIMULATOR_PAGE_H
#define SIMULATOR_PAGE_H

#include <stddef.h>

struct page_file {
    const char *path; /* as asked for, beginning with '/' */
    const char *type; /* Content-Type */
    const unsigned char *data;
    size_t size;
};

extern const struct page_file page_files[];
extern const size_t page_file_count;

#endif
