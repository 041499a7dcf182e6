/* libcurl alone brings some thirty libraries (GnuTLS, Kerberos, LDAP …) of which nothing runs here but their start. The
 * pages of code and constants that were mapped for it stay mapped for ever, and count as the process's own wherever
 * resident memory is looked at. They are unmapped once; those that are used come back from the page cache at the next
 * touch. */
#include "server/footprint.h"

#include <link.h>
#include <malloc.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

/* Two suffice: our threads mostly wait. By default there are eight for each core, and each keeps what it had at its
 * busiest. */
enum { MALLOC_ARENAS = 2 };

void footprint_limit(void) {
    mallopt(M_ARENA_MAX, MALLOC_ARENAS);
}

/* Writable segments are left alone: what was written into them is nowhere else. */
static int unmap_constant(struct dl_phdr_info *object, size_t size, void *context) {
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    (void)size;
    (void)context;
    for (size_t i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
        if (segment->p_type != PT_LOAD || (segment->p_flags & PF_W))
            continue;
        const uintptr_t start = (object->dlpi_addr + segment->p_vaddr) / page * page;
        const uintptr_t end = object->dlpi_addr + segment->p_vaddr + segment->p_filesz;
        (void)madvise((void *)start, end - start, MADV_DONTNEED);
    }
    return 0;
}

void footprint_trim(void) {
    (void)dl_iterate_phdr(unmap_constant, NULL);
    (void)malloc_trim(0);
}
