/* A JSON document in one line, made long enough by repeating what is between two bytes: the same
 * lines come out however it is fed, each byte in its place. */
#include <stdlib.h>
#include <string.h>

#include "parsers/log/document.h"
#include "parsers/log/log.h"
#include "tests/fuzz/target.h"

enum { LENGTH = 2 * DOCUMENT_WINDOW + 4096 };

static void drop(void *context, struct incident *incident)
{
    (void)context;
    for (size_t i = 0; i < incident->lines_count; i++)
        if (incident->lines[i].number != 1)
            abort();
    incident_destroy(incident);
}

/* In parts, the first of which has @p first bytes. */
static void unfold(struct slice text, size_t first, char *lines)
{
    struct document document = {0};
    size_t at = document_unfold(&document, slice_take(text, first), false, lines);
    at += document_unfold(&document, slice_skip(text, at), true, lines + at);
    if (at != text.length)
        abort();
}

static void read_all(struct slice text)
{
    struct log_reader *reader = log_reader_create("fuzz", SOURCE_LOG, 0, drop, NULL);
    log_reader_feed(reader, text.data, text.length);
    log_reader_finish(reader);
    if (log_reader_coverage(reader)->lines != 1)
        abort();
    log_reader_destroy(reader);
}

/* The first two bytes tell where the part begins that is repeated, and how it is fed. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 4)
        return 0;
    char *text = malloc(LENGTH), *lines = malloc(LENGTH), *other = malloc(LENGTH);
    size_t known = size - 2, head = data[0] < known ? data[0] : 0;
    for (size_t i = 0; i < LENGTH; i++) {
        text[i] = (char)data[2 + (i < known ? i : head + (i - head) % (known - head))];
        if (text[i] == '\n')
            text[i] = ' ';
    }
    unfold(slice_of(text, LENGTH), LENGTH, lines);
    unfold(slice_of(text, LENGTH), DOCUMENT_WINDOW + (size_t)data[1] * 512, other);
    if (memcmp(lines, other, LENGTH) != 0)
        abort();
    read_all(slice_of(text, LENGTH));
    free(text);
    free(lines);
    free(other);
    return 0;
}
