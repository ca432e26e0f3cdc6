/*
 * A log that was emptied while a report was open in it: the report may go on in what the file holds
 * now.
 */
#ifndef WHYOOM_EMPTIED_LOG_H
#define WHYOOM_EMPTIED_LOG_H

#include "analyzer/next_rotated.h"

/**
 * Tell whole reports that began in what @p row knows of the file and go on in what is at @p path,
 * which is about to be read.
 * @return whether nothing of the row is open any more
 */
bool emptied_log_join(const struct state_row *row, const char *path,
                      struct next_rotated *next_rotated, atomic_bool *stop);

#endif
