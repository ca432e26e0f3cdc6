/*
 * A memory dump as a stream of text: the kernel's log buffer in it, so that the ordinary way of a
 * log explains it.
 *
 * Image (image.h) to VMCOREINFO (vmcoreinfo.h) to log buffer (printk.h). Nothing else in the dump
 * is read: cgroups, pages and slabs are not walked, and a note says so. All of it happens in a
 * child process (isolation.h).
 */
#ifndef WHYOOM_PARSERS_VMCORE_VMCORE_H
#define WHYOOM_PARSERS_VMCORE_VMCORE_H

#include <stdatomic.h>

#include "parsers/source/source.h"

/**
 * Give the log in the dump @p path to @p visitor as one stream of kind SOURCE_VMCORE; `failed` is
 * called when there is none to be had, `note` for what is missing in it.
 * @param stop  ends long work soon when it becomes true
 */
void vmcore_deliver_log(const char *path, const struct source_visitor *visitor, atomic_bool *stop);

#endif
