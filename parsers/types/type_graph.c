#include "parsers/types/type_graph.h"

enum {
    DEPTH_MAX = 32,        /* of structures in structures; the kernel's are some 10 deep */
    STEPS_MAX = 64 * 1024, /* fields looked at for one path */
};

/* ---- along the path */

/* One field looked for by its name, through unnamed structures and unions. */
struct search {
    const struct type_graph *graph;
    struct slice name;
    uint64_t base; /* bits before the structure that is looked through */
    unsigned depth;
    unsigned *steps;
    bool is_found;
    struct type_field found; /* its bit_offset counts from the outermost */
};

static bool look_at(void *context, const struct type_field *field)
{
    struct search *search = context;
    if (++*search->steps > STEPS_MAX)
        return false;
    if (field->name.length) {
        search->is_found = slice_equal(field->name, search->name);
        search->found = *field;
        search->found.bit_offset += search->base;
        return !search->is_found;
    }
    struct search inner = *search;
    inner.base += field->bit_offset;
    if (++inner.depth > DEPTH_MAX)
        return true;
    search->graph->fields(search->graph->context, field->type, look_at, &inner);
    search->is_found = inner.is_found;
    search->found = inner.found;
    return !search->is_found;
}

/* Arrays on the way stand for their first element. */
static uint64_t element_of(const struct type_graph *graph, uint64_t type)
{
    struct type_shape shape;
    for (unsigned depth = 0; depth < DEPTH_MAX; depth++) {
        if (!graph->shape(graph->context, type, &shape) || shape.kind != TYPE_ARRAY)
            break;
        type = shape.element;
    }
    return type;
}

static bool follow(const struct type_graph *graph, uint64_t type, struct slice path,
                   struct type_field *ret)
{
    unsigned steps = 0;
    struct search search = {.graph = graph, .steps = &steps};
    while (path.length) {
        search.name = slice_cut(&path, '.');
        search.is_found = false;
        graph->fields(graph->context, element_of(graph, type), look_at, &search);
        if (!search.is_found)
            return false;
        search.base = search.found.bit_offset;
        type = search.found.type;
    }
    *ret = search.found;
    return search.found.name.length > 0;
}

/* ---- what is found */

struct only {
    unsigned count;
    struct type_field field;
};

static bool count_field(void *context, const struct type_field *field)
{
    struct only *only = context;
    only->field = *field;
    return ++only->count < 2;
}

/* A structure of one member stands for that member: atomic_t, refcount_t, memdesc_flags_t. */
static bool unwrap(const struct type_graph *graph, uint64_t *type, struct type_shape *shape)
{
    for (unsigned depth = 0; depth < DEPTH_MAX; depth++) {
        struct only only = {0};
        if (!graph->shape(graph->context, *type, shape))
            return false;
        if (shape->kind != TYPE_STRUCT)
            return true;
        graph->fields(graph->context, *type, count_field, &only);
        if (only.count != 1 || only.field.bit_offset || only.field.bit_size)
            return true;
        *type = only.field.type;
    }
    return false;
}

static bool measure(const struct type_graph *graph, uint64_t type, struct member *ret)
{
    struct type_shape shape;
    uint64_t count = 1, whole;
    for (unsigned depth = 0;; depth++) {
        if (depth == DEPTH_MAX || !unwrap(graph, &type, &shape))
            return false;
        if (shape.kind != TYPE_ARRAY)
            break;
        if (__builtin_mul_overflow(count, shape.count, &count) || count > UINT32_MAX)
            return false;
        type = shape.element;
    }
    if (shape.size > UINT32_MAX || __builtin_mul_overflow(count, shape.size, &whole) ||
        whole > UINT32_MAX)
        return false;
    ret->size = (uint32_t)whole;
    ret->element_size = (uint32_t)shape.size;
    ret->count = (uint32_t)count;
    ret->is_signed = shape.is_signed;
    return true;
}

bool type_graph_member(const struct type_graph *graph, uint64_t type, struct slice path,
                       struct member *ret)
{
    struct type_field field;
    *ret = (struct member){0};
    if (!follow(graph, type, path, &field) || field.bit_offset / 8 > UINT32_MAX ||
        !measure(graph, field.type, ret))
        return false;
    ret->offset = (uint32_t)(field.bit_offset / 8);
    if (field.bit_size == 0)
        return true;
    if (field.bit_size > 64)
        return false;
    ret->bit_offset = field.bit_offset % 8;
    ret->bit_size = (uint8_t)field.bit_size;
    ret->size = ret->element_size = (ret->bit_offset + field.bit_size + 7) / 8;
    return ret->size <= 8;
}
