/*
 * Lines that stand in one: separated by "<br>", or by a "\n" that is spelled out.
 *
 * Private to the dress. That is what web pages, chats and strings of programs make of a log. A name
 * may hold such a mark, so a line is only taken apart where a stamp of the kernel follows one.
 */
#ifndef WHYOOM_PARSERS_LOG_DRESS_FOLD_H
#define WHYOOM_PARSERS_LOG_DRESS_FOLD_H

#include "analyzer/base/slice.h"

/** Whether @p line is made of several. */
bool fold_is(struct slice line);

/** Take the first line off @p rest, and the mark behind it. */
struct slice fold_cut(struct slice *rest);

/**
 * The length of "** 5 printk messages dropped ** " at the front of @p line, when a message follows
 * it: console_unlock() put no newline between them before Linux 4.13. 0: there is none.
 */
size_t fold_loss_length(struct slice line);

/** Without a "<br>" at the end. */
struct slice fold_trim_end(struct slice line);

#endif
