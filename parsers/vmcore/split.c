#define _GNU_SOURCE /* pread, O_CLOEXEC, openat */
#include "parsers/vmcore/split.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzer/base/arena.h"

/* Where things stand in the headers of a 64-bit, little-endian kdump file. */
enum {
    SIGNATURE_LENGTH = 8,
    BLOCK_SIZE_AT = 428,
    HEADER_LENGTH = 444, /* signature, version, utsname, time, sizes: what all parts share */
    SPLIT_AT = 12,       /* in the second header: phys_base, dump level, is it split? */
    START_AT = 16,       /* its first page frame */
    BLOCK_MOST = 64 * 1024
};

struct part_header {
    char bytes[HEADER_LENGTH];
    uint64_t start;
};

/* False: no part of a split dump. */
static bool read_header(int file, struct part_header *header)
{
    uint32_t block, split;
    if (pread(file, header->bytes, HEADER_LENGTH, 0) != HEADER_LENGTH ||
        memcmp(header->bytes, "KDUMP   ", SIGNATURE_LENGTH) != 0)
        return false;
    memcpy(&block, header->bytes + BLOCK_SIZE_AT, sizeof block);
    return block <= BLOCK_MOST &&
           pread(file, &split, sizeof split, (off_t)block + SPLIT_AT) == sizeof split &&
           split == 1 &&
           pread(file, &header->start, sizeof header->start, (off_t)block + START_AT) ==
               sizeof header->start;
}

static bool is_same_file(int a, int b)
{
    struct stat first, second;
    return fstat(a, &first) == 0 && fstat(b, &second) == 0 && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

/* libkdumpfile wants them by their first frames. */
static void insert(struct split_set *set, uint64_t starts[static SPLIT_MOST], int file,
                   uint64_t start)
{
    size_t place = set->count++;
    for (; place > 0 && starts[place - 1] > start; place--) {
        set->files[place] = set->files[place - 1];
        starts[place] = starts[place - 1];
    }
    set->files[place] = file;
    starts[place] = start;
}

static void try_part(struct split_set *set, uint64_t starts[static SPLIT_MOST],
                     const struct part_header *wanted, int directory, const char *name)
{
    struct part_header header;
    /* a pipe must not keep us waiting */
    int file = openat(directory, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool is_part = file >= 0 && read_header(file, &header) &&
                   memcmp(header.bytes, wanted->bytes, HEADER_LENGTH) == 0 &&
                   !is_same_file(file, set->own);
    if (is_part)
        insert(set, starts, file, header.start);
    else if (file >= 0)
        close(file);
}

static char *directory_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return must_copy(SLICE("."));
    return must_copy(slice_of(path, slash == path ? 1 : (size_t)(slash - path)));
}

void split_find(int file, const char *path, struct split_set *ret)
{
    struct part_header wanted;
    uint64_t starts[SPLIT_MOST];
    *ret = (struct split_set){.files = {file}, .count = 1, .own = file};
    ret->is_split = read_header(file, &wanted);
    if (!ret->is_split)
        return;
    starts[0] = wanted.start;
    char *name = directory_of(path);
    DIR *directory = opendir(name);
    for (struct dirent *entry;
         directory && ret->count < SPLIT_MOST && (entry = readdir(directory));)
        if (entry->d_type == DT_REG || entry->d_type == DT_UNKNOWN)
            try_part(ret, starts, &wanted, dirfd(directory), entry->d_name);
    if (directory)
        closedir(directory);
    free(name);
}

void split_close(struct split_set *set)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->files[i] != set->own)
            close(set->files[i]);
}
