#include "parsers/kernel/page_flags.h"

#include <stdio.h>

enum { NAME_SIZE = 32 };

/* The rows' spelling is the kernel's own name: "PG_lru". */
static void tell_name(enum enumerator_id id, void (*tell)(void *context, const char *name),
                      void *context)
{
    char name[NAME_SIZE];
    struct slice spelling = layout_spelling(&layout_enumerator_rows()[id], 0);
    if (slice_starts(spelling, SLICE("PG_")))
        spelling = slice_skip(spelling, strlen("PG_"));
    snprintf(name, sizeof name, "%.*s", SLICE_ARG(spelling));
    tell(context, name);
}

void page_flags_name(const struct kernel *kernel, uint64_t flags,
                     void (*tell)(void *context, const char *name), void *context)
{
    for (int id = ENUMERATOR_PG_LOCKED; id <= ENUMERATOR_PG_ARCH_3; id++) {
        int64_t bit;
        if (kernel_enumerator(kernel, (enum enumerator_id)id, &bit) && bit >= 0 && bit < 64 &&
            flags >> bit & 1)
            tell_name((enum enumerator_id)id, tell, context);
    }
}
