/*
 * The parts of a dump that `makedumpfile --split` wrote into several files.
 *
 * Each part is a kdump-compressed file of its own that holds a range of page frames; any of them
 * alone lacks what the others hold. Parts of one dump carry the same machine, time and size in
 * their headers; they are looked for in one directory. Format: makedumpfile's
 * IMPLEMENTATION and diskdump_mod.h.
 */
#ifndef WHYOOM_PARSERS_VMCORE_SPLIT_H
#define WHYOOM_PARSERS_VMCORE_SPLIT_H

#include <stdbool.h>
#include <stddef.h>

enum { SPLIT_MOST = 64 };

/** A dump's files; one, unless it was split. */
struct split_set {
    int files[SPLIT_MOST];
    size_t count;
    int own; /* the one that was named */
    bool is_split;
};

/**
 * The files of the dump that the open @p file at @p path belongs to: @p file and the other
 * parts, which this opens, in the order of their page frames.
 */
void split_find(int file, const char *path, struct split_set *ret);

/** Close the parts that split_find() opened. */
void split_close(struct split_set *set);

#endif
