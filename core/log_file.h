/* core/log_file: the file that lines of the log go to, in place of standard error. For core/log alone; others say
 * log_to_file and log_reopen.
 *
 * At the first line of a local day the file of the day before is renamed to FILE.YYYY-MM-DD (never over one that is
 * there) and a new one is begun; LOG_DAYS_KEPT of them are kept. A file that somebody else renamed or took away is made
 * anew after log_file_reopen, or as soon as it has no name any more. */
#ifndef CORE_LOG_FILE_H
#define CORE_LOG_FILE_H

#include <stddef.h>
#include <stdint.h>

enum { LOG_DAYS_KEPT = 30 };

enum log_file_outcome {
    LOG_FILE_NONE, /* there is no file */
    LOG_FILE_WRITTEN,
    LOG_FILE_MENDED, /* written, for the first time after failures */
    LOG_FILE_FAILED,
    LOG_FILE_BROKE /* failed for the first time; errno says why */
};

/* Process-wide; call before threads start and after tzset. NULL: none. */
void log_file_use(const char *path);
/* From any thread: the next line opens it by its name. */
void log_file_reopen(void);
/* A whole line, with one write(2). `now`: ms UTC. After a failure the next line tries everything again. */
enum log_file_outcome log_file_write(const char *bytes, size_t length, int64_t now);

#endif
