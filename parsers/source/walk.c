#define _GNU_SOURCE /* realpath, S_ISSOCK */
#include "parsers/source/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "analyzer/base/arena.h"
#include "parsers/source/file.h"
#include "parsers/source/names.h"
#include "parsers/source/probe.h"
#include "parsers/source/pstore.h"
#include "parsers/source/spool.h"
#include "parsers/source/truncation.h"
#include "parsers/source/unreadable.h"

/* ---- a file */

static bool is_worth_keeping(struct input *input)
{
    enum content content = probe(input_peek(input, PROBE_LENGTH))->content;
    return content == CONTENT_ARCHIVE || content == CONTENT_COMPRESSED;
}

/* What was named: an archive that comes by a pipe is kept, for whoever wants to walk it again. */
static void deliver_named(struct walk *walk, const char *path, struct input *input)
{
    bool is_file = input->file >= 0, is_stdin = strcmp(path, "-") == 0;
    if (walk->visitor->enter && (is_stdin || !is_file) && is_worth_keeping(input)) {
        walk->spool = is_file ? spool_of_file(input->file) : spool_create(input);
        input = is_file ? input : spool_first(walk->spool);
    }
    stream_deliver(walk, path, input, (struct place){.is_named = true});
    spool_destroy(walk->spool);
    walk->spool = NULL;
}

/* A named pipe is waited for where bytes are, so that the waiting can be stopped. */
static void walk_file(struct walk *walk, const char *path, bool is_named)
{
    int file = open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    const struct source_visitor *visitor = walk->visitor;
    if (file >= 0 && visitor->opened && !visitor->opened(visitor->context, path, file))
        close(file);
    else if (file >= 0 && is_named)
        deliver_named(walk, path, file_input(file, true, visitor->stop));
    else if (file >= 0)
        stream_deliver(walk, path, file_input(file, true, visitor->stop), (struct place){0});
    else
        walk_failed(walk, path, unreadable_because(path, errno));
}

/* ---- a directory */

/* Views of the running kernel hold no logs, and some of their files never end. */
static bool is_kernel_view(const char *path)
{
    static const long views[] = {PROC_SUPER_MAGIC, SYSFS_MAGIC,        DEBUGFS_MAGIC,
                                 TRACEFS_MAGIC,    CGROUP_SUPER_MAGIC, CGROUP2_SUPER_MAGIC,
                                 SECURITYFS_MAGIC, BPF_FS_MAGIC,       DEVPTS_SUPER_MAGIC};
    struct statfs system;
    if (statfs(path, &system) != 0)
        return false;
    for (size_t i = 0; i < sizeof views / sizeof *views; i++)
        if ((long)system.f_type == views[i])
            return true;
    return false;
}

/* A link inside of the tree leads to what is read anyway. */
static void count_link(struct walk *walk, const char *path)
{
    char *target = realpath(path, NULL);
    size_t length = strlen(walk->root);
    bool is_inside = target && strncmp(target, walk->root, length) == 0 &&
                     (target[length] == '/' || target[length] == '\0' || length == 1);
    walk->links += target && !is_inside;
    walk->dead_links += !target;
    free(target);
}

static void walk_directory(struct walk *walk, const char *path, dev_t device);

static void walk_found_file(struct walk *walk, const char *path)
{
    if (walk->visitor->found)
        walk->visitor->found(walk->visitor->context, path);
    else
        walk_file(walk, path, false);
}

static void walk_found(struct walk *walk, const char *path, dev_t device)
{
    struct stat status;
    if (lstat(path, &status) != 0) {
        if (errno != ENOENT) /* gone since it was listed */
            walk_failed(walk, path, unreadable_because(path, errno));
    } else if (S_ISLNK(status.st_mode)) {
        count_link(walk, path);
    } else if (S_ISDIR(status.st_mode)) {
        if (status.st_dev == device || !is_kernel_view(path))
            walk_directory(walk, path, status.st_dev);
    } else if (S_ISREG(status.st_mode)) {
        walk->files++;
        walk_found_file(walk, path);
    } else {
        walk->specials++;
    }
}

static void walk_name(struct walk *walk, const char *directory, const char *name, dev_t device)
{
    char *path = path_join(directory, name);
    walk_found(walk, path, device);
    free(path);
}

static void walk_names(struct walk *walk, const char *directory, const struct names *names,
                       dev_t device)
{
    for (size_t i = 0; i < names->count; i++)
        if (names->items[i])
            walk_name(walk, directory, names->items[i], device);
}

/* Of a directory, what was read from the ring buffer. */
struct ring_buffers {
    STAILQ_ENTRY(ring_buffers) next;
    char *directory;
    dev_t device;
    struct names names;
};

static void put_last(struct walk *walk, const char *directory, struct names *names, dev_t device)
{
    struct names taken;
    names_take_ring_buffers(names, &taken);
    if (!taken.count)
        return;
    struct ring_buffers *copies = must_allocate(sizeof *copies);
    *copies = (struct ring_buffers){
        .directory = must_copy(slice_from_string(directory)), .device = device, .names = taken};
    STAILQ_INSERT_TAIL(&walk->last, copies, next);
}

static void walk_directory(struct walk *walk, const char *path, dev_t device)
{
    struct names names;
    int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) {
        walk_failed(walk, path, unreadable_because(path, errno));
        return;
    }
    struct error *error = names_read(directory, &names);
    if (error)
        walk_failed(walk, path, error);
    put_last(walk, path, &names, device);
    walk_names(walk, path, &names, device);
    names_free(&names);
}

/* What is no part of a pstore record. */
static void walk_ring_buffer_files(struct walk *walk, struct ring_buffers *copies)
{
    for (size_t i = 0; i < copies->names.count; i++) {
        const char *name = copies->names.items[i];
        if (pstore_is_part(copies->directory, name)) {
            walk->files++;
            continue;
        }
        walk_name(walk, copies->directory, name, copies->device);
        copies->names.items[i] = NULL;
    }
}

/* The parts come when all files are found: where many threads read those, no other order could be
 * kept. */
static void walk_ring_buffers(struct walk *walk)
{
    struct ring_buffers *copies;
    STAILQ_FOREACH (copies, &walk->last, next) /* directories below may add to it */
        walk_ring_buffer_files(walk, copies);
    while ((copies = STAILQ_FIRST(&walk->last))) {
        STAILQ_REMOVE_HEAD(&walk->last, next);
        pstore_deliver_directory(walk, copies->directory, &copies->names);
        walk_names(walk, copies->directory, &copies->names, copies->device);
        names_free(&copies->names);
        free(copies->directory);
        free(copies);
    }
}

static void walk_root(struct walk *walk, const char *path, dev_t device)
{
    char *root = realpath(path, NULL);
    walk->root = root ? root : path;
    size_t files = walk->files;
    STAILQ_INIT(&walk->last);
    walk_directory(walk, path, device);
    walk_ring_buffers(walk);
    if (walk->files == files && walk->links == 0)
        walk_note(walk, path, "holds no file: nothing was read");
    walk->root = NULL;
    free(root);
}

/* ---- what was named */

static void walk_existing(struct walk *walk, const char *path, const struct stat *status)
{
    if (S_ISDIR(status->st_mode))
        walk_root(walk, path, status->st_dev);
    else if (S_ISSOCK(status->st_mode))
        walk_failed(walk, path,
                    error_create(ERROR_INPUT, "a socket; whyoom reads files and pipes"));
    else if (S_ISBLK(status->st_mode))
        walk_failed(walk, path, error_create(ERROR_INPUT, "a disk; mount it and name a directory"));
    else
        walk_file(walk, path, true);
}

static int compare_paths(const void *left, const void *right)
{
    return names_compare_to_read(*(char *const *)left, *(char *const *)right);
}

/* A pattern that the shell did not expand: quoted, or nothing fitted at the time. */
static void walk_pattern(struct walk *walk, const char *pattern)
{
    glob_t found;
    int status = glob(pattern, GLOB_NOSORT, NULL, &found);
    if (status != 0) {
        walk_failed(walk, pattern,
                    status == GLOB_NOSPACE ? error_create(ERROR_SYSTEM, "matches too many files")
                                           : error_create(ERROR_INPUT, "no file matches this"));
        return;
    }
    qsort(found.gl_pathv, found.gl_pathc, sizeof *found.gl_pathv, compare_paths);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        struct stat status_of_path;
        if (stat(found.gl_pathv[i], &status_of_path) == 0)
            walk_existing(walk, found.gl_pathv[i], &status_of_path);
        else
            walk_failed(walk, found.gl_pathv[i], unreadable_because(found.gl_pathv[i], errno));
    }
    globfree(&found);
}

void walk_path(struct walk *walk, const char *path)
{
    struct stat status;
    walk->not_text.root = path;
    if (strcmp(path, "-") == 0)
        deliver_named(walk, path, file_input(STDIN_FILENO, false, walk->visitor->stop));
    else if (stat(path, &status) == 0)
        walk_existing(walk, path, &status);
    else if (errno == ENOENT && strpbrk(path, "*?["))
        walk_pattern(walk, path);
    else
        walk_failed(walk, path, unreadable_because(path, errno));
}

void walk_finish(struct walk *walk, const char *path)
{
    if (walk->not_text.count) {
        char *words = passed_over_words(&walk->not_text);
        walk_note(walk, path, "%s", words);
        free(words);
    }
    if (walk->links)
        walk_note(walk, path, "%zu symbolic link%s out of it; name the target to read it",
                  walk->links, walk->links == 1 ? " leads" : "s lead");
    if (walk->dead_links)
        walk_note(walk, path, "%zu symbolic link%s nowhere", walk->dead_links,
                  walk->dead_links == 1 ? " leads" : "s lead");
    if (walk->specials)
        walk_note(walk, path, "%zu %s (pipe, socket or device) and %s passed over", walk->specials,
                  walk->specials == 1 ? "is no file" : "are no files",
                  walk->specials == 1 ? "was" : "were");
}

void source_walk(const char *path, const struct source_visitor *visitor)
{
    struct walk walk = {.visitor = visitor};
    truncation_survive();
    walk_path(&walk, path);
    walk_finish(&walk, path);
}

void source_walk_found(const char *path, const struct source_visitor *visitor,
                       struct passed_over *passed_over)
{
    struct walk walk = {.visitor = visitor};
    if (passed_over)
        walk.not_text = *passed_over;
    truncation_survive();
    walk_file(&walk, path, false);
    if (passed_over)
        *passed_over = walk.not_text;
}

void source_walk_again(struct spool *spool, const char *path, const struct source_visitor *visitor)
{
    struct walk walk = {.visitor = visitor};
    stream_deliver(&walk, path, spool_again(spool), (struct place){.is_named = true});
}
