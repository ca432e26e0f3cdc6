/*
 * Views of the dumps below a path, read by processes of their own (parsers/kernel/dump.h).
 */
#ifndef WHYOOM_INSPECT_H
#define WHYOOM_INSPECT_H

#include "parsers/kernel/dump.h"

struct inspect_sink {
    void *context;
    const char *salt; /* NULL: names stay as they are; see anonymize_view.h */
    /** One view of the dump @p path, which it holds under "dump"; borrowed. */
    void (*view)(void *context, const char *path, const json_t *view);
    /** One line about what could not be read, or is worth knowing. */
    void (*failed)(void *context, const char *path, const char *what);
    void (*noted)(void *context, const char *path, const char *what);
};

/** Read the dumps below @p path. @return how many there were */
size_t inspect_path(const char *path, struct dump_request *request,
                    const struct inspect_sink *sink);

#endif
