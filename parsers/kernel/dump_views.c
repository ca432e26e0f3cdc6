#define _GNU_SOURCE /* O_CLOEXEC */
#include "parsers/kernel/dump_views.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "parsers/vmcore/isolation.h"

/* What goes through the pipe to the parent at once. */
enum { PIECE = 64 * 1024 };

struct telling_tried {
    const char *path;
    const struct source_visitor *visitor;
};

static void tell_tried(void *context, const char *place, const char *outcome)
{
    const struct telling_tried *telling = context;
    char what[1024];
    snprintf(what, sizeof what, "types: %s: %s", place, outcome);
    telling->visitor->note(telling->visitor->context, telling->path, what);
}

static bool give_text(const struct source_visitor *visitor, const char *text)
{
    size_t rest = strlen(text);
    bool goes_on = true;
    for (; rest && goes_on; text += PIECE) {
        size_t length = rest < PIECE ? rest : PIECE;
        goes_on = visitor->data(visitor->context, text, length);
        rest -= length;
    }
    return goes_on && visitor->data(visitor->context, "\n", 1);
}

static void give_views(const struct kernel *kernel, const char *path,
                       const struct views_request *request, const struct source_visitor *visitor)
{
    bool goes_on = visitor->begin(visitor->context, path, SOURCE_VMCORE);
    for (size_t i = 0; goes_on && i < request->views_count && !*request->stop; i++) {
        json_t *view = view_make(request->views[i], kernel, request->argument);
        char *text = json_dumps(view, JSON_COMPACT);
        goes_on = text && give_text(visitor, text);
        free(text);
        json_decref(view);
    }
    visitor->end(visitor->context);
}

static struct error *read_image(int file, const char *path, const struct views_request *request,
                                const struct source_visitor *visitor)
{
    struct telling_tried telling = {path, visitor};
    const struct kernel_options options = {.debuginfo = request->debuginfo,
                                           .asks_server = request->asks_server,
                                           .has_no_cache = request->has_no_cache,
                                           .tried = request->is_verbose ? tell_tried : NULL,
                                           .context = &telling,
                                           .stop = request->stop};
    struct image *image = NULL;
    struct kernel *kernel = NULL;
    struct error *error = image_open(file, request->stop, &image);
    if (!error)
        error = kernel_open(image, &options, &kernel);
    if (!error)
        give_views(kernel, path, request, visitor);
    kernel_close(kernel);
    image_close(image);
    return error;
}

static void read_dump(const char *path, const struct source_visitor *visitor, void *context)
{
    const struct views_request *request = context;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    struct error *error = file < 0 ? error_create(ERROR_SYSTEM, "%s", strerror(errno))
                                   : read_image(file, path, request, visitor);
    if (error)
        visitor->failed(visitor->context, path, error);
    if (file >= 0)
        close(file);
}

void dump_views_deliver(const char *path, struct views_request *request,
                        const struct source_visitor *visitor)
{
    isolate(path, visitor, read_dump, request);
}
