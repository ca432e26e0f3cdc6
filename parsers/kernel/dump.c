#define _GNU_SOURCE /* O_CLOEXEC, gmtime_r */
#include "parsers/kernel/dump.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "parsers/kernel/crash.h"
#include "parsers/vmcore/isolation.h"
#include "parsers/vmcore/split.h"
#include "parsers/vmcore/vmcore.h"

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

static void put_crash(const struct crash *crash, json_t *view)
{
    char text[32];
    struct tm parts;
    time_t seconds = (time_t)crash->epoch_s.value;
    view_put_text(view, "host", crash->host);
    if (!crash->epoch_s.known || !gmtime_r(&seconds, &parts) ||
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
        return;
    json_t *object = json_object();
    json_object_set_new(view, "crash", object);
    view_put_text(object, "time", text);
    view_put_amount(object, "epoch_s", crash->epoch_s);
    view_put_amount(object, "uptime_us", crash->uptime_us);
}

/* @p cut: that the file is, or NULL. */
static void give_view(const struct kernel *kernel, const struct view_row *row, const char *path,
                      const char *cut, const struct dump_request *request,
                      const struct source_visitor *visitor)
{
    char doing[64];
    struct crash crash;
    snprintf(doing, sizeof doing, "its view '%s' was read", row->name);
    isolated_doing(visitor, doing);
    crash_read(kernel, &crash);
    json_t *view = view_make(row, kernel, request->argument);
    put_crash(&crash, view);
    if (cut)
        json_array_append_new(json_object_get(view, "notes"), json_string(cut));
    char *text = json_dumps(view, JSON_COMPACT);
    if (text)
        visitor->view(visitor->context, path, text, strlen(text));
    free(text);
    json_decref(view);
}

static void give_views(const struct kernel *kernel, const char *path, const char *cut,
                       const struct dump_request *request, const struct source_visitor *visitor)
{
    for (size_t i = 0; i < request->views_count && !*request->stop; i++)
        give_view(kernel, request->views[i], path, cut, request, visitor);
}

/* The log does not depend on the structures: types that cannot be used do not end the reading. */
static void read_structures(struct image *image, const char *path,
                            const struct dump_request *request,
                            const struct source_visitor *visitor)
{
    struct telling_tried telling = {path, visitor};
    const struct kernel_options options = {.debuginfo = request->options.debuginfo,
                                           .tried = request->options.is_verbose ? tell_tried : NULL,
                                           .context = &telling,
                                           .stop = request->stop};
    struct kernel *kernel = NULL;
    isolated_doing(visitor, "the kernel's types and symbols were looked for");
    struct error *error = kernel_open(image, &options, &kernel);
    if (error)
        visitor->failed(visitor->context, path, error);
    else
        give_views(kernel, path, image_cut(image), request, visitor);
    kernel_close(kernel);
}

static struct error *with_advice(struct error *error)
{
    struct error *whole =
        error_create(error_kind(error),
                     "%s; its log alone is enough, when another tool can get it "
                     "out: makedumpfile --dump-dmesg DUMP dmesg.txt, then whyoom dmesg.txt",
                     error_message(error));
    error_destroy(error);
    return whole;
}

static struct error *read_image(int file, const char *path, const struct dump_request *request,
                                const struct source_visitor *visitor)
{
    struct image *image = NULL;
    struct split_set parts;
    split_find(file, path, &parts);
    if (parts.is_split && parts.count == 1)
        visitor->note(visitor->context, path,
                      "one part of a split dump; put the others into its directory");
    isolated_doing(visitor, "its headers were read");
    struct error *error = image_open(parts.files, parts.count, request->stop, &image);
    if (!error && request->views_count)
        read_structures(image, path, request, visitor);
    if (!error && request->wants_log) {
        isolated_doing(visitor, "the kernel's log was read");
        error = vmcore_give_log(image, path, visitor);
    }
    image_close(image);
    split_close(&parts);
    return error && request->wants_log ? with_advice(error) : error;
}

static void read_dump(const char *path, const struct source_visitor *visitor, void *context)
{
    const struct dump_request *request = context;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    struct error *error = file < 0 ? error_create(ERROR_SYSTEM, "%s", strerror(errno))
                                   : read_image(file, path, request, visitor);
    if (error && !*request->stop)
        visitor->failed(visitor->context, path, error);
    else
        error_destroy(error);
    if (file >= 0)
        close(file);
}

void dump_deliver(const char *path, struct dump_request *request,
                  const struct source_visitor *visitor)
{
    isolate(path, visitor, read_dump, request, request->stop);
}
