/*
 * An ELF file of a kernel (vmlinux, vmlinux.debug, a module's .ko.debug) as sections: mapped, never
 * relocated.
 *
 * Kernels are linked with their relocations kept (--emit-relocs). To apply those once more, as
 * libdwarf's own opener does, takes a second and 760 MB, and is wrong where their addends are
 * stale. Compressed sections (SHF_COMPRESSED, .zdebug_*) are unpacked when they are asked for and
 * go by their plain names. Little-endian, 64 bits. See elf(5).
 */
#ifndef WHYOOM_PARSERS_TYPES_OBJECT_H
#define WHYOOM_PARSERS_TYPES_OBJECT_H

#include "analyzer/base/error.h"
#include "analyzer/base/slice.h"

struct object;

/** A section's head; its bytes are had by object_bytes(). */
struct object_section {
    char name[64]; /* ".debug_info"; longer ones are cut */
    uint32_t type; /* SHT_... */
    uint32_t link, info;
    uint64_t address, size; /* as unpacked */
    uint64_t entry_size;
};

/** Map the file @p path; ERROR_SYSTEM when it is not to be had, ERROR_INPUT when it is no such
 * file. The message does not name it. */
struct error *object_open(const char *path, struct object **ret)
    __attribute__((warn_unused_result));

/** Free; NULL is fine. */
void object_close(struct object *object);

size_t object_count(const struct object *object);

/** Section number @p index, below object_count(). */
const struct object_section *object_section(const struct object *object, size_t index);

/** The bytes of a section, valid as long as the object. False: it has none in this file, or they
 * are damaged. */
bool object_bytes(struct object *object, size_t index, struct slice *ret);

/** The index of the section @p name. */
bool object_find(const struct object *object, const char *name, size_t *ret);

/** Give back the memory of what was read so far; it comes back from the file when it is read again.
 */
void object_relax(struct object *object);

/** Is it a program or a library, whose references are final? Not what a compiler left, nor a
 * module.
 */
bool object_is_linked(const struct object *object);

/** As it was opened. */
const char *object_path(const struct object *object);

/** The build-id in hexadecimal; empty where there is none. */
const char *object_build_id(const struct object *object);

#endif
