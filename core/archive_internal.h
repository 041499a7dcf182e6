/* core/archive_internal: how both sides of core/archive tell the two kinds of files. */
#ifndef CORE_ARCHIVE_INTERNAL_H
#define CORE_ARCHIVE_INTERNAL_H

/* RFC 1952: deflate, no flags, no time, no level, Unix. zlib writes these ten bytes for our settings, and `gzip -n`
 * does. Nothing else is taken: no byte of a file is without meaning. */
#define ARCHIVE_GZIP_HEADER "\x1f\x8b\x08\0\0\0\0\0\0\x03"
enum {
    ARCHIVE_GZIP_HEADER_SIZE = sizeof(ARCHIVE_GZIP_HEADER) - 1,
    ARCHIVE_WINDOW = 15 + 16 /* zlib: the largest window, in gzip's format */
};

#endif
