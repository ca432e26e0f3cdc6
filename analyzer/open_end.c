#include "analyzer/open_end.h"

#include <stdlib.h>

#include "analyzer/base/arena.h"
#include "analyzer/limits.h"

/* Nothing, when it does not reach back so far. */
struct slice open_end_from(const struct open_end *end, uint64_t settled)
{
    uint64_t wanted = settled < end->end ? end->end - settled : 0;
    if (wanted > end->length)
        return (struct slice){0};
    return slice_skip(slice_of(end->text, end->length), end->length - (size_t)wanted);
}

static void append(struct open_end *end, struct slice bytes)
{
    if (end->room - end->length < bytes.length) {
        end->room = end->room * 2 + bytes.length;
        end->text = must_reallocate(end->text, end->room);
    }
    memcpy(end->text + end->length, bytes.data, bytes.length);
    end->length += bytes.length;
}

void open_end_add(struct open_end *end, struct slice bytes, uint64_t settled)
{
    struct slice kept = open_end_from(end, settled);
    if (kept.length)
        memmove(end->text, kept.data, kept.length);
    end->length = kept.length;
    if (settled > end->end)
        bytes = slice_skip(bytes, settled - end->end);
    end->end = settled > end->end ? settled : end->end;
    if (end->length + bytes.length <= LIMIT_OPEN_END)
        append(end, bytes);
    else
        end->length = 0;
    end->end += bytes.length;
}

void open_end_free(struct open_end *end)
{
    free(end->text);
    *end = (struct open_end){0};
}
