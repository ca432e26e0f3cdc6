/*
 * Types as a graph, and the one way to find a member in it, for all that know types: BTF and DWARF
 * answer questions about single types, and the rules of type_source.h are applied here, so that
 * both cannot but agree.
 *
 * A type is a number that the graph gives out; 0 is none (void). Sizes and offsets are bytes, bit
 * offsets are bits from the start of the structure.
 */
#ifndef WHYOOM_PARSERS_TYPES_TYPE_GRAPH_H
#define WHYOOM_PARSERS_TYPES_TYPE_GRAPH_H

#include "parsers/types/type_source.h"

/** A type without its typedefs and qualifiers. */
struct type_shape {
    enum type_kind {
        TYPE_SCALAR, /* integer, pointer, enumeration, floating point, function */
        TYPE_STRUCT, /* or union */
        TYPE_ARRAY,
    } kind;
    uint64_t size; /* of an array: not used */
    bool is_signed;
    uint64_t element, count; /* of an array: the type of its elements; 0 elements: a flexible one */
};

struct type_field {
    struct slice name; /* empty: unnamed */
    uint64_t type;
    uint64_t bit_offset;
    uint32_t bit_size; /* 0: no bit field */
};

/** Called with each field in turn. False: enough. */
typedef bool type_visitor(void *context, const struct type_field *field);

struct type_graph {
    void *context;
    bool (*shape)(void *context, uint64_t type, struct type_shape *ret);
    void (*fields)(void *context, uint64_t type, type_visitor *visit, void *visitor);
};

/** The member @p path of the structure or union @p type, as type_source.h has it. */
bool type_graph_member(const struct type_graph *graph, uint64_t type, struct slice path,
                       struct member *ret);

#endif
