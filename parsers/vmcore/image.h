/*
 * A dump as memory: opened, its VMCOREINFO found, its addresses translated.
 *
 * The only user of libkdumpfile. Opens ELF and kdump-compressed dumps (zlib, lzo, snappy, zstd) and
 * flattened ones (flattened.h). Where the dump carries no VMCOREINFO (QEMU's, unless the guest's
 * driver told it) the text is looked for in the guest's physical pages. Pages that are excluded or
 * broken are answers (memory.h), never zeros. Little-endian kernels with pointers of 64 bits;
 * tested on x86_64 alone. An image belongs to one thread.
 */
#ifndef WHYOOM_PARSERS_VMCORE_IMAGE_H
#define WHYOOM_PARSERS_VMCORE_IMAGE_H

#include <stdatomic.h>

#include "analyzer/base/error.h"
#include "analyzer/base/slice.h"
#include "parsers/kernel/frames.h"
#include "parsers/vmcore/memory.h"
#include "parsers/vmcore/registers.h"

struct image;

/**
 * Open the dump in @p files, several when it is split (split.h); they stay the caller's and open as
 * long as the image.
 * @param stop  ends long work soon, with an error, when it becomes true
 */
struct error *image_open(const int *files, size_t count, const atomic_bool *stop,
                         struct image **ret);

/**
 * Open the dump of @p image once more, for another thread; the files are read at given places, so
 * they can be shared. To be called by the thread that the image belongs to.
 */
struct error *image_open_again(struct image *image, const atomic_bool *stop, struct image **ret);

/** Free; NULL is fine. */
void image_close(struct image *image);

/** The text, valid as long as the image. */
struct slice image_vmcoreinfo(const struct image *image);

/** That the file ends before its dump does, in words for people; NULL: it does not. */
const char *image_cut(const struct image *image);

/** The kernel's virtual memory; lives as long as the image. */
const struct memory *image_memory(const struct image *image);

/** The machine's physical memory; lives as long as the image. */
const struct memory *image_physical(const struct image *image);

/** Which page frames the machine had and the dump holds; lives as long as the image. */
const struct frames *image_frames(const struct image *image);

/** Of the @p index-th CPU that the notes tell of. False: there is none, or it is no x86_64. */
bool image_registers(const struct image *image, unsigned index, struct registers *ret);

/** What the library said when a read failed for the first time; empty when none did. */
const char *image_trouble(const struct image *image);

#endif
