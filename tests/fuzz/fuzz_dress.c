/* Lines in any dress; what comes out lies inside what went in, and in order. */
#include <stdlib.h>

#include "parsers/log/dress.h"
#include "tests/fuzz/target.h"

static void look(void *context, const struct message *message)
{
    uint64_t *lines = context;
    volatile char last = 0;
    for (size_t i = 0; i < message->text.length; i++) /* a sanitizer watches */
        last = message->text.data[i];
    (void)last;
    if (message->number == 0 || message->number > *lines || message->offset > message->end)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t number = 0, offset = 0;
    struct dress *dress = dress_create(look, &number);
    struct slice rest = slice_of((const char *)data, size);
    while (rest.length) {
        struct slice line = slice_cut(&rest, '\n');
        number++;
        dress_line(dress, line, number, offset, offset + line.length + 1);
        offset += line.length + 1;
    }
    dress_flush(dress);
    dress_destroy(dress);
    return 0;
}
