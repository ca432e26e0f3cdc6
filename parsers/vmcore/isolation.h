/*
 * Reading a dump in a process of its own.
 *
 * The library that opens dumps trusts their headers: a flipped bit in one can make it read where
 * nothing is, or copy for ever. What it does to the child is one failed input here, and the other
 * inputs go on.
 */
#ifndef WHYOOM_PARSERS_VMCORE_ISOLATION_H
#define WHYOOM_PARSERS_VMCORE_ISOLATION_H

#include <stdatomic.h>

#include "parsers/source/source.h"

/** Reads @p path and tells a visitor: a stream at most, notes, failures. */
typedef void isolated_reader(const char *path, const struct source_visitor *visitor, void *context);

/** Say what is going to be done, as "%s" in "it crashed while %s". @p visitor is the one that an
 * isolated reader was given. */
void isolated_doing(const struct source_visitor *visitor, const char *what);

/**
 * Let @p read run in a child, which is ended when @p stop becomes true; what it tells arrives at @p
 * visitor in the same order, with @p path. A child that dies, or asks for more memory or time than
 * a sound dump needs, is a call of `failed`, behind what it told before. What the libraries write
 * to standard error in there is nobody's.
 */
void isolate(const char *path, const struct source_visitor *visitor, isolated_reader *read,
             void *context, const atomic_bool *stop);

#endif
