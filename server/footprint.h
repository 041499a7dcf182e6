/* server/footprint: keeps the process small. */
#ifndef SERVER_FOOTPRINT_H
#define SERVER_FOOTPRINT_H

/* Before the first thread. */
void footprint_limit(void);
/* After the start: lets go of what only the start has used. */
void footprint_trim(void);

#endif
