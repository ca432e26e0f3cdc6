/*
 * A state as JSON lines (docs/state.md). Private to the state.
 */
#ifndef WHYOOM_STATE_FILE_H
#define WHYOOM_STATE_FILE_H

#include <stdio.h>

#include "analyzer/state.h"

/** Read @p file into @p state. The number of the first line that is wrong, or 0. */
uint64_t state_file_read(struct state *state, FILE *file);

void state_file_write_head(FILE *out, struct state_run run);
void state_file_write_row(FILE *out, const struct state_row *row, uint64_t key);

/* What the reading calls. */
void state_add_loaded(struct state *state, const struct state_row *row, uint64_t key);
void state_set_run(struct state *state, struct state_run run);

#endif
