#include "parsers/log/dress_join.h"

/** The slices of @p prefix that point into the line. */
static void list_slices(struct prefix *prefix, struct slice *ret[PREFIX_SLICES])
{
    ret[0] = &prefix->message.time.printed;
    ret[1] = &prefix->message.host;
    ret[2] = &prefix->message.tag;
    ret[3] = &prefix->message.caller;
    ret[4] = &prefix->message.boot;
    ret[5] = &prefix->channel;
}

void prefix_pin(struct pinned_prefix *pinned, const struct prefix *prefix)
{
    struct slice *slices[PREFIX_SLICES];
    pinned->prefix = *prefix;
    pinned->prefix.message.text = (struct slice){0};
    list_slices(&pinned->prefix, slices);
    for (size_t i = 0; i < PREFIX_SLICES; i++) {
        size_t length = slices[i]->length <= PINNED_MAX ? slices[i]->length : 0;
        if (length)
            memmove(pinned->bytes[i], slices[i]->data, length);
        *slices[i] = slice_of(pinned->bytes[i], length);
    }
}

void prefix_remember(struct prefix_memory *memory, const struct prefix *prefix, struct slice line)
{
    struct slice *slices[PREFIX_SLICES];
    memory->length = 0;
    size_t length = (size_t)(prefix->message.text.data - line.data);
    if (length > MEMORY_MAX || prefix->message.text.length == 0)
        return; /* at the end of a line, the blank of a prefix may be missing */
    memcpy(memory->bytes, line.data, length);
    memory->length = length;
    memory->prefix = *prefix;
    list_slices(&memory->prefix, slices);
    for (size_t i = 0; i < PREFIX_SLICES; i++)
        if (slices[i]->length)
            slices[i]->data = memory->bytes + (slices[i]->data - line.data);
}

void pieces_open(struct pieces *pieces, const struct prefix *prefix, const struct place *place)
{
    prefix_pin(&pieces->first, prefix);
    pieces->text.length = 0;
    pieces->place = *place;
    pieces->is_open = true;
}

void pieces_add(struct pieces *pieces, struct slice text, const struct place *place)
{
    buffer_append(&pieces->text, text);
    pieces->place.end = place->end;
}
