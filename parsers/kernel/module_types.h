/*
 * Types of modules: what the kernel's own BTF does not know, because it is built as a module, the
 * module's BTF tells, which the kernel keeps for as long as the module is loaded.
 *
 * Kernel: kernel/bpf/btf.c (btf_modules), since 5.11 with CONFIG_DEBUG_INFO_BTF_MODULES.
 */
#ifndef WHYOOM_PARSERS_KERNEL_MODULE_TYPES_H
#define WHYOOM_PARSERS_KERNEL_MODULE_TYPES_H

#include "parsers/kernel/kernel.h"
#include "parsers/types/btf.h"

/** Is a module loaded whose structures rows of the layout ask for, in vain so far? */
bool module_types_are_wanted(const struct kernel *kernel);

/** Fill those rows. @p base is the kernel's own BTF, @p layout that of @p kernel. */
void module_types_fill(const struct kernel *kernel, const struct btf_types *base,
                       struct layout *layout);

#endif
