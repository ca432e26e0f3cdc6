/*
 * Where the answer goes: a terminal (its width, its colours, a pager for long text) or anything
 * else (80 columns, plain).
 */
#ifndef WHYOOM_TERMINAL_H
#define WHYOOM_TERMINAL_H

#include <stdio.h>

#include "analyzer/base/error.h"
#include "analyzer/options.h"

struct terminal {
    bool is_terminal, has_colour;
    int width, height; /* columns, lines; 80 columns when it is no terminal */
};

/** What standard output is. */
struct terminal terminal_probe(enum colour_mode colour);

/**
 * Write what is buffered. A reader that left (head, a pager) is no error: @p is_cut_off says so.
 * @return NULL, or ERROR_SYSTEM: the disk is full
 */
struct error *terminal_flush(FILE *out, bool *is_cut_off) __attribute__((warn_unused_result));

struct pager;

/**
 * A stream that goes to standard output, or, once it is longer than the screen, to $PAGER ("less
 * -FRX" when that is not set). Never NULL.
 */
struct pager *pager_create(const struct terminal *terminal, FILE **ret);

/** Write what is left and wait until the reader has left the pager. */
void pager_destroy(struct pager *pager);

#endif
