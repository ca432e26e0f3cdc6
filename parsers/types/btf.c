#define _GNU_SOURCE /* memfd_create */
#include "parsers/types/btf.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "analyzer/base/arena.h"
#include "parsers/types/name_index.h"
#include "parsers/types/type_graph.h"

enum { POINTER_SIZE = 8, ALIAS_MAX = 32 /* typedefs and qualifiers in a row */ };

struct btf_types {
    struct btf *btf;
    bool marks_signed;            /* enumerations with a sign say so: pahole since 1.24 */
    struct name_index structures; /* structures and unions, then typedefs: by type number */
    struct name_index typedefs;
    struct name_index enumerations; /* enumerators: by the number of their enumeration */
};

static const char *string_at(const struct btf_types *types, uint32_t offset)
{
    const char *string = btf__name_by_offset(types->btf, offset);
    return string ? string : "";
}

/* ---- single types */

static const struct btf_type *without_aliases(const struct btf_types *types, uint64_t id)
{
    for (unsigned depth = 0; depth < ALIAS_MAX && id && id <= UINT32_MAX; depth++) {
        const struct btf_type *type = btf__type_by_id(types->btf, (uint32_t)id);
        if (!type || (!btf_is_mod(type) && !btf_is_typedef(type) && !btf_is_type_tag(type)))
            return type;
        id = type->type;
    }
    return NULL;
}

/* What pahole says of the two chars changed over time; s8 has a sign, and plain char is text. */
static bool is_signed_integer(const struct btf_types *types, const struct btf_type *type)
{
    const char *name = string_at(types, type->name_off);
    return strcmp(name, "char") != 0 &&
           ((btf_int_encoding(type) & BTF_INT_SIGNED) || strcmp(name, "signed char") == 0);
}

static bool is_signed_enumeration(const struct btf_types *types, const struct btf_type *type)
{
    if (btf_kflag(type))
        return true;
    for (unsigned i = 0; !types->marks_signed && btf_is_enum(type) && i < btf_vlen(type); i++)
        if (btf_enum(type)[i].val < 0)
            return true;
    return false;
}

static bool shape(void *context, uint64_t id, struct type_shape *ret)
{
    const struct btf_types *types = context;
    const struct btf_type *type = without_aliases(types, id);
    *ret = (struct type_shape){.kind = TYPE_SCALAR};
    if (!type || btf_is_fwd(type))
        return false;
    if (btf_is_array(type)) {
        ret->kind = TYPE_ARRAY;
        ret->element = btf_array(type)->type;
        ret->count = btf_array(type)->nelems;
    } else if (btf_is_ptr(type)) {
        ret->size = POINTER_SIZE;
    } else {
        ret->size = type->size;
        ret->kind = btf_is_composite(type) ? TYPE_STRUCT : TYPE_SCALAR;
        ret->is_signed = btf_is_int(type)
                             ? is_signed_integer(types, type)
                             : btf_is_any_enum(type) && is_signed_enumeration(types, type);
    }
    return true;
}

static void fields(void *context, uint64_t id, type_visitor *visit, void *visitor)
{
    const struct btf_types *types = context;
    const struct btf_type *type = without_aliases(types, id);
    if (!type || !btf_is_composite(type))
        return;
    for (uint32_t i = 0; i < btf_vlen(type); i++) {
        const struct btf_member *member = &btf_members(type)[i];
        const struct type_field field = {
            .name = slice_from_string(string_at(types, member->name_off)),
            .type = member->type,
            .bit_offset = btf_member_bit_offset(type, i),
            .bit_size = btf_member_bitfield_size(type, i),
        };
        if (!visit(visitor, &field))
            return;
    }
}

/* ---- by name */

/* Two structures may have one name; each file of the kernel has its own world. The first that
 * has the member is meant. */
static bool member_of_any(const struct btf_types *types, const struct name_index *index,
                          struct slice name, struct slice path, struct member *ret)
{
    const struct type_graph graph = {(void *)types, shape, fields};
    size_t place = name_index_find(index, name);
    uint32_t id;
    while (name_index_next(index, name, &place, &id)) {
        const struct btf_type *type = btf__type_by_id(types->btf, id);
        if (slice_equal(slice_from_string(string_at(types, type->name_off)), name) &&
            type_graph_member(&graph, id, path, ret))
            return true;
    }
    return false;
}

static bool member(void *context, struct slice type, struct slice path, struct member *ret)
{
    const struct btf_types *types = context;
    return member_of_any(types, &types->structures, type, path, ret) ||
           member_of_any(types, &types->typedefs, type, path, ret);
}

static bool size_of_any(struct btf_types *types, const struct name_index *index, struct slice name,
                        uint64_t *ret)
{
    size_t place = name_index_find(index, name);
    struct type_shape found;
    uint32_t id;
    while (name_index_next(index, name, &place, &id)) {
        const struct btf_type *type = btf__type_by_id(types->btf, id);
        if (slice_equal(slice_from_string(string_at(types, type->name_off)), name) &&
            shape(types, id, &found) && found.kind == TYPE_STRUCT) {
            *ret = found.size;
            return true;
        }
    }
    return false;
}

static bool size(void *context, struct slice type, uint64_t *ret)
{
    struct btf_types *types = context;
    return size_of_any(types, &types->structures, type, ret) ||
           size_of_any(types, &types->typedefs, type, ret);
}

static uint32_t enumerator_name(const struct btf_type *type, uint32_t i)
{
    return btf_is_enum(type) ? btf_enum(type)[i].name_off : btf_enum64(type)[i].name_off;
}

static int64_t enumerator_value(const struct btf_types *types, const struct btf_type *type,
                                uint32_t i)
{
    if (!btf_is_enum(type))
        return (int64_t)btf_enum64_value(&btf_enum64(type)[i]);
    int32_t value = btf_enum(type)[i].val;
    return is_signed_enumeration(types, type) ? value : (int64_t)(uint32_t)value;
}

static bool enumerator(void *context, struct slice name, int64_t *ret)
{
    const struct btf_types *types = context;
    size_t place = name_index_find(&types->enumerations, name);
    uint32_t id;
    while (name_index_next(&types->enumerations, name, &place, &id)) {
        const struct btf_type *type = btf__type_by_id(types->btf, id);
        for (uint32_t i = 0; i < btf_vlen(type); i++)
            if (slice_equal(slice_from_string(string_at(types, enumerator_name(type, i))), name)) {
                *ret = enumerator_value(types, type, i);
                return true;
            }
    }
    return false;
}

/* ---- life */

static void add_enumerators(struct btf_types *types, const struct btf_type *type, uint32_t id)
{
    types->marks_signed = types->marks_signed || btf_kflag(type);
    for (uint32_t i = 0; i < btf_vlen(type); i++)
        name_index_add(&types->enumerations,
                       slice_from_string(string_at(types, enumerator_name(type, i))), id);
}

static void index_names(struct btf_types *types, uint32_t first)
{
    for (uint32_t id = first; id < btf__type_cnt(types->btf); id++) {
        const struct btf_type *type = btf__type_by_id(types->btf, id);
        struct slice name = slice_from_string(string_at(types, type->name_off));
        if (btf_is_any_enum(type))
            add_enumerators(types, type, id);
        else if (name.length && btf_is_composite(type))
            name_index_add(&types->structures, name, id);
        else if (name.length && btf_is_typedef(type))
            name_index_add(&types->typedefs, name, id);
    }
    name_index_finish(&types->structures);
    name_index_finish(&types->typedefs);
    name_index_finish(&types->enumerations);
}

/* What has been read, of which the first types are another's. */
static struct error *create(struct btf *btf, uint32_t first, struct btf_types **ret)
{
    if (!btf)
        return error_create(ERROR_INPUT,
                            "type information (BTF) that libbpf %s does not read: it "
                            "is damaged, or of a newer kind",
                            libbpf_version_string());
    struct btf_types *types = must_allocate(sizeof *types);
    types->btf = btf;
    index_names(types, first);
    *ret = types;
    return NULL;
}

struct error *btf_types_create(struct slice bytes, struct btf_types **ret)
{
    libbpf_set_print(NULL); /* it would write to standard error */
    if (bytes.length > UINT32_MAX)
        return error_create(ERROR_INPUT, "type information (BTF) of %zu bytes is none",
                            bytes.length);
    return create(btf__new(bytes.data, (uint32_t)bytes.length), 1, ret);
}

/* Through a file: the function for bytes is in libbpf's header, but not in the library of 1.1. */
struct error *btf_types_create_split(struct slice bytes, const struct btf_types *base,
                                     struct btf_types **ret)
{
    char path[64];
    struct btf *btf = NULL;
    int file = memfd_create("btf", MFD_CLOEXEC);
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    if (file >= 0 && write(file, bytes.data, bytes.length) == (ssize_t)bytes.length)
        btf = btf__parse_raw_split(path, base->btf);
    if (file >= 0)
        close(file);
    return create(btf, btf__type_cnt(base->btf), ret);
}

void btf_types_destroy(struct btf_types *types)
{
    if (!types)
        return;
    name_index_deinit(&types->structures);
    name_index_deinit(&types->typedefs);
    name_index_deinit(&types->enumerations);
    btf__free(types->btf);
    free(types);
}

struct type_source btf_types_source(struct btf_types *types)
{
    return (struct type_source){types, member, size, enumerator};
}
