/*
 * Which piece of an ELF dump's file holds which piece of the machine's memory.
 *
 * Such a file holds memory as it was, so it can be read at once, where libkdumpfile looks every
 * page up among a thousand others. What is not simply there is the library's affair: pages left
 * out, other forms of dumps. See elf(5).
 */
#ifndef WHYOOM_PARSERS_VMCORE_SEGMENTS_H
#define WHYOOM_PARSERS_VMCORE_SEGMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct segments;

/** Read the heads of @p file, which stays the caller's. No error: what is no ELF core of 64 bits,
 * or does not say where its pieces belong, has no segments. */
struct segments *segments_create(int file);

/** Free; NULL is fine. */
void segments_destroy(struct segments *segments);

/** Does a segment reach behind the end of the file? */
bool segments_are_cut(const struct segments *segments);

/** Where the last of all that the heads tell of ends, in the file. */
uint64_t segments_promised(const struct segments *segments);

/** Are there any? */
bool segments_exist(const struct segments *segments);

/** Move @p address to the next page of @p size bytes (a power of two) that begins in a segment, or
 * leave it where one does. False: there is none. */
bool segments_next_page(const struct segments *segments, uint64_t *address, uint64_t size);

/** Copy @p length bytes of physical memory at @p address. False: not all of them are in the file.
 */
bool segments_read(const struct segments *segments, uint64_t address, void *buffer, size_t length);

#endif
