/*
 * A JSON document in one line (document.h) whose newest record comes first, as Loki and gcloud
 * answer unless told otherwise. Its records are read from the last to the first.
 *
 * Where a record begins is known only to who comes from the start: the file is read through once,
 * and what is remembered of the document at every block, some bytes, is where to go on from.
 */
#ifndef WHYOOM_NEWEST_DOCUMENT_H
#define WHYOOM_NEWEST_DOCUMENT_H

#include <stdatomic.h>

#include "parsers/log/log.h"

/** Does a document, longer than a line can be, begin @p start? */
bool newest_document_is(struct slice start);

/** The first values of it, as lines. @return how many bytes they take of @p ret, which is as large
 * as @p start */
size_t newest_document_sample(struct slice start, char *ret);

/** Feed @p reader all values of @p file, which holds @p size bytes, from the last to the first.
 * @param[out] ret_trouble  errno of what could not be read; else it stays
 * @return whether all of the document was there */
bool newest_document_feed(int file, uint64_t size, struct log_reader *reader,
                          const atomic_bool *stop, int *ret_trouble);

#endif
