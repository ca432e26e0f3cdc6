/*
 * A JSON document that stands in one line, longer than LIMIT_LINE: what Loki, Elasticsearch and
 * the clouds' tools answer. It is unfolded into lines, each of them a value that fits one.
 *
 * A value that is too long is opened: what it holds is read value by value, as jq '.[]' would hand
 * it out; a text that is too long, line by line. What stands between becomes blanks and newlines,
 * so that every byte stays in its place. A struct document is all that is remembered: it may be
 * copied, to go on from there once more.
 */
#ifndef WHYOOM_PARSERS_LOG_DOCUMENT_H
#define WHYOOM_PARSERS_LOG_DOCUMENT_H

#include "analyzer/base/slice.h"
#include "analyzer/limits.h"

struct document {
    uint64_t level;   /* brackets that are open */
    uint64_t objects; /* a bit for each of the outermost: it is an object's */
    bool is_member;   /* behind a name and its colon */
    bool is_text;     /* inside a text that is too long for a line */
    bool is_cut;      /* something could not be read */
};

enum { DOCUMENT_BLANKS = 64, DOCUMENT_WINDOW = LIMIT_LINE + DOCUMENT_BLANKS };

/** Whether a document begins @p line. */
bool document_begins(struct slice line);

/**
 * Write lines to @p out, as many bytes as are taken from @p text.
 * @param is_end  the document ends with @p text; else DOCUMENT_WINDOW bytes are left for the next
 *                call: how far ahead is looked does not depend on how much is at hand
 * @return the bytes taken
 */
size_t document_unfold(struct document *document, struct slice text, bool is_end, char *out);

/** Whether part of the document, which has ended, is missing or could not be read. */
bool document_is_cut(const struct document *document);

#endif
