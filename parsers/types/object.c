#define _GNU_SOURCE /* O_CLOEXEC */
#include "parsers/types/object.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "analyzer/base/arena.h"

enum {
    SECTIONS_MAX = 100 * 1000,
    ID_MAX = 20, /* bytes of a build-id: SHA-1 */
};

/* More than any kernel's .debug_info; a compressed section may claim any size. */
#define UNPACKED_MAX (UINT64_C(2) << 30)

enum packing { PACKED_NOT, PACKED_ZLIB, PACKED_ZSTD, PACKED_UNKNOWN };

struct section {
    struct object_section head;
    struct slice bytes; /* as in the file */
    enum packing packing;
    char *unpacked; /* NULL: not yet */
};

struct object {
    char *path;
    bool is_linked;
    const char *map;
    size_t size;
    struct section *sections;
    size_t count;
    char build_id[2 * ID_MAX + 1];
};

/* ---- heads */

/* @p size bytes at @p offset of the file; empty, but not NULL, when it ends before. */
static struct slice piece(const struct object *object, uint64_t offset, uint64_t size)
{
    if (offset > object->size || size > object->size - offset)
        return slice_of(object->map, 0);
    return slice_of(object->map + offset, size);
}

static bool copy_piece(const struct object *object, uint64_t offset, void *ret, size_t size)
{
    struct slice bytes = piece(object, offset, size);
    if (bytes.length == size)
        memcpy(ret, bytes.data, size);
    return bytes.length == size;
}

/* .zdebug_*: "ZLIB", the size in big-endian order, the stream. */
static void find_old_packing(struct section *section)
{
    enum { HEAD = 12 };
    struct object_section *head = &section->head;
    if (!slice_starts(slice_from_string(head->name), SLICE(".zdebug")))
        return;
    memmove(head->name + 1, head->name + 2, strlen(head->name) - 1);
    if (section->bytes.length < HEAD || !slice_starts(section->bytes, SLICE("ZLIB")))
        return;
    section->packing = PACKED_ZLIB;
    head->size = 0;
    for (int i = 4; i < HEAD; i++)
        head->size = head->size << 8 | (unsigned char)section->bytes.data[i];
    section->bytes = slice_skip(section->bytes, HEAD);
}

static void find_packing(struct section *section, uint64_t flags)
{
    enum { COMPRESS_ZSTD = 2 }; /* ELFCOMPRESS_ZSTD, not in all elf.h */
    Elf64_Chdr head;
    if (!(flags & SHF_COMPRESSED)) {
        find_old_packing(section);
        return;
    }
    section->packing = PACKED_UNKNOWN;
    if (section->bytes.length < sizeof head)
        return;
    memcpy(&head, section->bytes.data, sizeof head);
    section->bytes = slice_skip(section->bytes, sizeof head);
    section->head.size = head.ch_size;
    if (head.ch_type == ELFCOMPRESS_ZLIB)
        section->packing = PACKED_ZLIB;
    else if (head.ch_type == COMPRESS_ZSTD)
        section->packing = PACKED_ZSTD;
}

static void read_section(const struct object *object, const Elf64_Shdr *from, struct slice names,
                         struct section *section)
{
    struct slice name = slice_skip(names, from->sh_name);
    size_t length = strnlen(name.data, name.length);
    length = length < sizeof section->head.name ? length : sizeof section->head.name - 1;
    section->head = (struct object_section){
        .type = from->sh_type,
        .link = from->sh_link,
        .info = from->sh_info,
        .address = from->sh_addr,
        .size = from->sh_size,
        .entry_size = from->sh_entsize,
    };
    if (length)
        memcpy(section->head.name, name.data, length);
    bool is_in_file = from->sh_type != SHT_NOBITS && from->sh_type != SHT_NULL;
    section->bytes = piece(object, from->sh_offset, is_in_file ? from->sh_size : 0);
    find_packing(section, from->sh_flags);
}

static bool read_sections(struct object *object, const Elf64_Ehdr *head)
{
    Elf64_Shdr first, names, section;
    if (head->e_shoff == 0 || head->e_shentsize != sizeof section ||
        !copy_piece(object, head->e_shoff, &first, sizeof first))
        return false;
    uint64_t count = head->e_shnum ? head->e_shnum : first.sh_size;
    uint64_t index = head->e_shstrndx == SHN_XINDEX ? first.sh_link : head->e_shstrndx;
    if (count > SECTIONS_MAX || index >= count ||
        !copy_piece(object, head->e_shoff + index * sizeof names, &names, sizeof names))
        return false;
    object->sections = must_allocate(count * sizeof *object->sections + 1);
    for (; object->count < count; object->count++) {
        if (!copy_piece(object, head->e_shoff + object->count * sizeof section, &section,
                        sizeof section))
            return false;
        read_section(object, &section, piece(object, names.sh_offset, names.sh_size),
                     &object->sections[object->count]);
    }
    return true;
}

/* ---- build-id */

static size_t padded(size_t size)
{
    return (size + 3) / 4 * 4;
}

static bool take_note(struct slice *notes, struct object *object)
{
    Elf64_Nhdr head;
    if (notes->length < sizeof head)
        return false;
    memcpy(&head, notes->data, sizeof head);
    struct slice name = slice_take(slice_skip(*notes, sizeof head), head.n_namesz);
    struct slice rest = slice_skip(*notes, sizeof head + padded(head.n_namesz));
    struct slice id = slice_take(rest, head.n_descsz);
    *notes = slice_skip(rest, padded(head.n_descsz));
    if (head.n_type != NT_GNU_BUILD_ID || !slice_equal(name, SLICE("GNU\0")) || id.length > ID_MAX)
        return true;
    for (size_t i = 0; i < id.length; i++)
        snprintf(object->build_id + 2 * i, 3, "%02x", (unsigned char)id.data[i]);
    return false;
}

static void find_build_id(struct object *object)
{
    for (size_t i = 0; i < object->count && !object->build_id[0]; i++) {
        struct slice notes = object->sections[i].bytes;
        if (object->sections[i].head.type == SHT_NOTE)
            while (take_note(&notes, object))
                ;
    }
}

/* ---- life */

static struct error *map_file(const char *path, struct object *object)
{
    struct stat status;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe must not hold us up */
    if (file < 0 || fstat(file, &status) < 0) {
        struct error *error = error_create(ERROR_SYSTEM, "%s", strerror(errno));
        if (file >= 0)
            close(file);
        return error;
    }
    void *map = MAP_FAILED;
    if (S_ISREG(status.st_mode) && status.st_size > 0)
        map = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    close(file);
    if (map == MAP_FAILED)
        return error_create(ERROR_INPUT, "not a file that can be read");
    object->map = map;
    object->size = (size_t)status.st_size;
    return NULL;
}

static struct error *read_object(const char *path, struct object *object)
{
    Elf64_Ehdr head;
    struct error *error = map_file(path, object);
    if (error)
        return error;
    if (!copy_piece(object, 0, &head, sizeof head) || memcmp(head.e_ident, ELFMAG, SELFMAG) != 0)
        return error_create(ERROR_INPUT, "no ELF file; a vmlinux with debug information is one, "
                                         "vmlinuz is not (extract-vmlinux unpacks it)");
    if (head.e_ident[EI_CLASS] != ELFCLASS64 || head.e_ident[EI_DATA] != ELFDATA2LSB)
        return error_create(ERROR_INPUT, "not a little-endian ELF file of 64 bits");
    object->is_linked = head.e_type != ET_REL;
    if (!read_sections(object, &head))
        return error_create(ERROR_INPUT, "its sections are damaged or cut off");
    find_build_id(object);
    return NULL;
}

struct error *object_open(const char *path, struct object **ret)
{
    struct object *object = must_allocate(sizeof *object);
    object->path = must_allocate(strlen(path) + 1);
    strcpy(object->path, path);
    struct error *error = read_object(path, object);
    if (error)
        object_close(object);
    else
        *ret = object;
    return error;
}

void object_close(struct object *object)
{
    if (!object)
        return;
    for (size_t i = 0; i < object->count; i++)
        free(object->sections[i].unpacked);
    free(object->sections);
    free(object->path);
    if (object->map)
        munmap((void *)object->map, object->size);
    free(object);
}

/* ---- bytes */

static bool unpack(struct section *section)
{
    struct slice packed = section->bytes;
    uint64_t size = section->head.size;
    uLongf length = size;
    if (size == 0 || size > UNPACKED_MAX || section->packing == PACKED_UNKNOWN)
        return false;
    char *bytes = malloc(size); /* a damaged size is no reason to end */
    bool is_whole = false;
    if (bytes && section->packing == PACKED_ZLIB)
        is_whole = uncompress((Bytef *)bytes, &length, (const Bytef *)packed.data, packed.length) ==
                       Z_OK &&
                   length == size;
    else if (bytes)
        is_whole = ZSTD_decompress(bytes, size, packed.data, packed.length) == size;
    if (!is_whole)
        free(bytes);
    else
        section->unpacked = bytes;
    return is_whole;
}

bool object_bytes(struct object *object, size_t index, struct slice *ret)
{
    struct section *section = &object->sections[index];
    if (section->packing == PACKED_NOT)
        *ret = section->bytes;
    else if (section->unpacked || unpack(section))
        *ret = slice_of(section->unpacked, section->head.size);
    else
        return false;
    return ret->length > 0;
}

size_t object_count(const struct object *object)
{
    return object->count;
}

const struct object_section *object_section(const struct object *object, size_t index)
{
    return &object->sections[index].head;
}

bool object_find(const struct object *object, const char *name, size_t *ret)
{
    for (size_t i = 0; i < object->count; i++)
        if (strcmp(object->sections[i].head.name, name) == 0) {
            *ret = i;
            return true;
        }
    return false;
}

void object_relax(struct object *object)
{
    madvise((void *)object->map, object->size, MADV_DONTNEED);
}

bool object_is_linked(const struct object *object)
{
    return object->is_linked;
}

const char *object_path(const struct object *object)
{
    return object->path;
}

const char *object_build_id(const struct object *object)
{
    return object->build_id;
}
