/* Bytes of a log, in pieces whose size is the first byte: lines, dresses, reports. */
#include <stdlib.h>

#include "parsers/log/log.h"
#include "tests/fuzz/target.h"

static void drop(void *context, struct incident *incident)
{
    (void)context;
    for (size_t i = 0; i < incident->lines_count; i++)
        if (incident->lines[i].number == 0)
            abort();
    if (incident->source.first_byte > incident->source.end_byte)
        abort();
    incident_destroy(incident);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t piece = size && data[0] ? data[0] : 4096;
    struct log_reader *reader = log_reader_create("fuzz", SOURCE_LOG, 0, drop, NULL);
    for (size_t at = 1; at < size; at += piece)
        log_reader_feed(reader, (const char *)data + at, piece < size - at ? piece : size - at);
    log_reader_finish(reader);
    log_reader_destroy(reader);
    return 0;
}
