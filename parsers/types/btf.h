/*
 * Types out of BTF: the kernel's own, small enough that it keeps them in its memory.
 *
 * Through libbpf. No names of variables are in it but per-CPU ones, no constants of the
 * preprocessor. Kernel: include/uapi/linux/btf.h, Documentation/bpf/btf.rst.
 */
#ifndef WHYOOM_PARSERS_TYPES_BTF_H
#define WHYOOM_PARSERS_TYPES_BTF_H

#include "analyzer/base/error.h"
#include "parsers/types/type_source.h"

struct btf_types;

/** @p bytes may go when this returns. The caller destroys what it gets. */
struct error *btf_types_create(struct slice bytes, struct btf_types **ret)
    __attribute__((warn_unused_result));

/** The same of a module, whose types build on those of the kernel, @p base, which must live as
 * long: only its own are found by name. */
struct error *btf_types_create_split(struct slice bytes, const struct btf_types *base,
                                     struct btf_types **ret) __attribute__((warn_unused_result));

/** Free; NULL is fine. */
void btf_types_destroy(struct btf_types *types);

/** Valid as long as @p types. */
struct type_source btf_types_source(struct btf_types *types);

#endif
