/*
 * The kernel's log buffer in a dump as a stream of text, so that the ordinary way of a log explains
 * it: VMCOREINFO (vmcoreinfo.h) to log buffer (printk.h). Nothing else in the dump is read here.
 */
#ifndef WHYOOM_PARSERS_VMCORE_VMCORE_H
#define WHYOOM_PARSERS_VMCORE_VMCORE_H

#include "parsers/source/source.h"
#include "parsers/vmcore/image.h"

/**
 * Give the log in @p image to @p visitor as one stream of kind SOURCE_VMCORE, and `note` what is
 * missing in it.
 * @return an error when there is no log to be had
 */
struct error *vmcore_give_log(const struct image *image, const char *path,
                              const struct source_visitor *visitor)
    __attribute__((warn_unused_result));

#endif
