#include "parsers/source/input.h"

#include <stdlib.h>

#include "analyzer/base/arena.h"

/* One call of the input's own function; remembers the end and a failure. An empty block has an
 * address too: C17 adds nothing to a null pointer, not even 0. */
static struct slice draw(struct input *input)
{
    struct slice block = SLICE("");
    if (!input->ended)
        input->failure = input->next(input, &block);
    input->ended = input->ended || input->failure || block.length == 0;
    return input->ended ? SLICE("") : block;
}

/* The block just drawn goes away with the next one: keep a copy behind what is there. */
static void gather(struct input *input, struct slice block)
{
    size_t length = input->peeked.length;
    input->gathered = must_reallocate(input->gathered, length + block.length);
    memcpy(input->gathered + length, block.data, block.length);
    input->peeked = slice_of(input->gathered, length + block.length);
}

struct slice input_peek(struct input *input, size_t length)
{
    if (input->peeked.length == 0)
        input->peeked = draw(input);
    while (input->peeked.length < length && !input->ended) {
        if (!input->gathered) {
            struct slice first = input->peeked;
            input->peeked = (struct slice){0};
            gather(input, first);
        }
        struct slice block = draw(input);
        if (block.length)
            gather(input, block);
    }
    return slice_take(input->peeked, length);
}

struct error *input_next(struct input *input, struct slice *ret)
{
    *ret = input->peeked;
    input->peeked = (struct slice){0};
    if (ret->length)
        return NULL;
    free(input->gathered);
    input->gathered = NULL;
    *ret = draw(input);
    struct error *failure = input->failure;
    input->failure = NULL;
    return failure;
}

bool input_is_unreadable(const struct input *input)
{
    return input->failure && input->peeked.length == 0;
}

void input_destroy(struct input *input)
{
    if (!input)
        return;
    free(input->gathered);
    error_destroy(input->failure);
    input->destroy(input);
}
