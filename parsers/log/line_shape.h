/*
 * Whether a line was printed or only spoken of: manuals, source code and chats quote the kernel's
 * words.
 *
 * A line that stands in a log's dress is taken as printed. A bare one must have the shape that the
 * kernel gives it; what is quoted inside a sentence or a string of a program is not read.
 */
#ifndef WHYOOM_PARSERS_LOG_LINE_SHAPE_H
#define WHYOOM_PARSERS_LOG_LINE_SHAPE_H

#include "analyzer/base/slice.h"

enum line_shape {
    SHAPE_QUOTED,
    SHAPE_CUT, /* it breaks off before what would make it sure: it adds to a report and makes none
                */
    SHAPE_WHOLE,
};

enum line_shape shape_of_header(struct slice text);
enum line_shape shape_of_failure(struct slice text);
enum line_shape shape_of_summary_tail(struct slice text);
enum line_shape shape_of_choice(struct slice text);
enum line_shape shape_of_kill(struct slice text);

/** The words of a decision without the columns of a table in front, which two blanks part, as
 * kubectl prints events. */
struct slice decision_words(struct slice text);

/** Of lines that have nothing but their words: whole where these begin the line, or follow the
 * words that the kernel puts before them. */
enum line_shape shape_of_words(struct slice text);

/** Where the words of warn_alloc()'s callers begin, behind the name; SLICE_NOT_FOUND. */
size_t failure_words_at(struct slice text);

/** A task's name, or nothing when @p words are too long to be one (TASK_COMM_LEN is 16 with the NUL
 * at its end); a byte may have been written as "\x1b" or U+FFFD. Kernel: include/linux/sched.h */
struct slice comm_of(struct slice words);

#endif
