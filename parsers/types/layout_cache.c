#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "analyzer/base/atomic_file.h"
#include "parsers/types/layout_file.h"

enum { FILE_MAX = 1024 * 1024 /* ten times a layout */ };

/* It becomes a file's name. */
static bool is_build_id(const char *text)
{
    size_t length = strspn(text, "0123456789abcdef");
    return length > 0 && text[length] == '\0';
}

/* "FOLDER/", or nothing where there is no home. */
static bool find_folder(char *folder, size_t size, bool makes)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    int length;
    if (cache && cache[0] == '/')
        length = snprintf(folder, size, "%s", cache);
    else if (home && home[0] == '/')
        length = snprintf(folder, size, "%s/.cache", home);
    else
        return false;
    if (length < 0 || (size_t)length + sizeof "/whyoom" > size)
        return false;
    if (makes)
        mkdir(folder, 0700); /* XDG base directories: made for their user alone */
    strcat(folder, "/whyoom");
    return !makes || mkdir(folder, 0700) == 0 || errno == EEXIST;
}

bool layout_cache_load(const char *build_id, struct layout *layout)
{
    char folder[PATH_MAX], path[PATH_MAX + 64];
    bool is_current = false;
    if (!is_build_id(build_id) || !find_folder(folder, sizeof folder, false))
        return false;
    snprintf(path, sizeof path, "%s/%s.layout", folder, build_id);
    FILE *file = fopen(path, "re");
    char *text = file ? malloc(FILE_MAX) : NULL;
    size_t length = text ? fread(text, 1, FILE_MAX, file) : 0;
    struct layout *read = calloc(1, sizeof *read);
    struct error *error = NULL;
    if (read && length && length < FILE_MAX)
        error = layout_parse(slice_of(text, length), read, &is_current);
    is_current = is_current && !error && strcmp(read->build_id, build_id) == 0;
    if (is_current)
        *layout = *read;
    error_destroy(error); /* it is made anew */
    free(read);
    free(text);
    if (file)
        fclose(file);
    return is_current;
}

void layout_cache_store(const struct layout *layout)
{
    char folder[PATH_MAX], path[PATH_MAX + 64];
    struct atomic_file *file;
    FILE *stream;
    if (!is_build_id(layout->build_id) || !find_folder(folder, sizeof folder, true))
        return;
    snprintf(path, sizeof path, "%s/%s.layout", folder, layout->build_id);
    struct error *error = atomic_file_create(path, &file, &stream);
    if (!error) {
        layout_print(layout, stream);
        error = atomic_file_finish(file);
    }
    error_destroy(error); /* it is made anew */
}
