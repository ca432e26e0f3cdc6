#define _GNU_SOURCE /* realpath */
#include "analyzer/outputs.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "analyzer/base/atomic_file.h"
#include "analyzer/base/escape.h"
#include "analyzer/base/now.h"
#include "analyzer/page.h"
#include "analyzer/render_prom.h"
#include "parsers/source/names.h"

typedef struct error *output_writer(FILE *out, const struct options *options, struct store *store,
                                    const struct store_query *query);

static struct error *write_prom(FILE *out, const struct options *options, struct store *store,
                                const struct store_query *query)
{
    (void)options;
    return render_prom(out, store, query, now_wall_us());
}

static struct error *write_page(FILE *out, const struct options *options, struct store *store,
                                const struct store_query *query)
{
    struct arena *arena = arena_create();
    const struct page_options page = {.is_utc = options->is_utc,
                                      .title = outputs_title(arena, options)};
    struct error *error = render_page(out, store, query, &page);
    arena_destroy(arena);
    return error;
}

static const struct output {
    size_t offset; /* of the file's name in struct options */
    output_writer *write;
    const char *start; /* of what it writes */
} outputs[] = {
    {offsetof(struct options, prom_file), write_prom, "# HELP whyoom_"},
    {offsetof(struct options, html_file), write_page, "<!DOCTYPE html>"},
};

enum { OUTPUTS = sizeof outputs / sizeof *outputs };

static const char *file_of(const struct options *options, const struct output *output)
{
    const char *file;
    memcpy(&file, (const char *)options + output->offset, sizeof file);
    return file;
}

bool outputs_are_wanted(const struct options *options)
{
    for (size_t i = 0; i < OUTPUTS; i++)
        if (file_of(options, &outputs[i]))
            return true;
    return false;
}

static bool is_same_file(const char *path, const char *other)
{
    struct stat one, two;
    return path && other && stat(path, &one) == 0 && stat(other, &two) == 0 &&
           S_ISREG(one.st_mode) && one.st_dev == two.st_dev && one.st_ino == two.st_ino;
}

static bool is_read(const struct options *options, const char *path)
{
    bool is_input = is_same_file(path, options->database);
    for (size_t i = 0; i < options->operands_count && !is_input; i++)
        is_input = is_same_file(path, options->operands[i]);
    return is_input;
}

static bool lies_below(const char *path, const char *directory)
{
    char *file = realpath(path, NULL), *above = realpath(directory, NULL);
    size_t length = above ? strlen(above) : 0;
    bool ret = file && length && strncmp(file, above, length) == 0 &&
               (file[length] == '/' || above[length - 1] == '/');
    free(file);
    free(above);
    return ret;
}

/* What a run before this one wrote there may be written again. */
static bool starts_with(const char *path, const char *start)
{
    char found[32] = "";
    FILE *file = fopen(path, "rb");
    size_t length = file ? fread(found, 1, sizeof found - 1, file) : 0;
    if (file)
        fclose(file);
    return length == 0 || strncmp(found, start, strlen(start)) == 0;
}

/* A log in a directory that is read, as it seems. */
static bool is_found(const struct options *options, const char *path, const char *start)
{
    struct stat status;
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode) || starts_with(path, start))
        return false;
    for (size_t i = 0; i < options->operands_count; i++)
        if (lies_below(path, options->operands[i]))
            return true;
    return false;
}

/* Of a file that is not there yet, where it will be; the caller frees it. */
static char *place_of(const char *path)
{
    char *place = realpath(path, NULL);
    if (place)
        return place;
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    char *directory =
        must_copy(slash ? slice_of(path, (size_t)(name - path)) : slice_from_string("."));
    char *real = realpath(directory, NULL);
    place = real ? path_join(real, name) : must_copy(slice_from_string(path));
    free(directory);
    free(real);
    return place;
}

static bool is_one_place(const char *path, const char *other)
{
    struct stat status;
    bool is_device = path && stat(path, &status) == 0 && !S_ISREG(status.st_mode);
    if (!path || !other || is_device)
        return false;
    char *place = place_of(path), *other_place = place_of(other);
    bool ret = strcmp(place, other_place) == 0 || is_same_file(path, other);
    free(place);
    free(other_place);
    return ret;
}

/* What is written to one file twice is lost once. */
static struct error *check_apart(const struct options *options)
{
    const struct {
        const char *option, *path;
    } written[] = {{"--db", options->database},
                   {"--state", options->state_file},
                   {"--html", options->html_file},
                   {"--prom", options->prom_file},
                   {"--output", options->output}};
    for (size_t i = 0; i < sizeof written / sizeof *written; i++)
        for (size_t j = 0; j < i; j++)
            if (is_one_place(written[i].path, written[j].path))
                return error_create(ERROR_USAGE,
                                    "%s: %s and %s name the same file; name one for each",
                                    written[i].path, written[j].option, written[i].option);
    return NULL;
}

static struct error *refuse(const char *path)
{
    return error_create(ERROR_USAGE, "%s: is read, and would be written over; name another file",
                        path);
}

struct error *outputs_check(const struct options *options)
{
    const char *const written[] = {options->html_file, options->prom_file, options->output};
    for (size_t i = 0; i < sizeof written / sizeof *written; i++)
        if (is_read(options, written[i]))
            return refuse(written[i]);
    for (size_t i = 0; i < OUTPUTS; i++) {
        const char *path = file_of(options, &outputs[i]);
        if (path && is_found(options, path, outputs[i].start))
            return refuse(path);
    }
    return check_apart(options);
}

static struct error *write_file(const char *path, const struct output *output,
                                const struct options *options, struct store *store,
                                const struct store_query *query)
{
    struct atomic_file *file;
    FILE *stream;
    struct error *error = atomic_file_create(path, &file, &stream);
    if (error)
        return error;
    error = output->write(stream, options, store, query);
    if (!error)
        return atomic_file_finish(file);
    atomic_file_give_up(file);
    return error;
}

struct error *outputs_write(const struct options *options, struct store *store,
                            const struct store_query *query)
{
    struct error *error = NULL;
    for (size_t i = 0; i < OUTPUTS && !error; i++) {
        const char *path = file_of(options, &outputs[i]);
        if (path)
            error = write_file(path, &outputs[i], options, store, query);
    }
    return error;
}

struct slice outputs_title(struct arena *arena, const struct options *options)
{
    if (options->is_anonymized) /* a path may name what is hidden */
        return SLICE("anonymized logs");
    if (options->operands_count == 0)
        return SLICE("this machine");
    struct slice first = escape_text(arena, slice_from_string(options->operands[0]));
    if (options->operands_count == 1)
        return first;
    return arena_format(arena, "%.*s and %zu more", SLICE_ARG(first), options->operands_count - 1);
}
