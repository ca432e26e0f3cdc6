/*
 * A piece of a stream: read by the one log reader, and written down so that it can be read again as
 * part of a longer piece.
 *
 * Two kinds of JSON lines carry it. A fragment (whyoom.fragment/1) holds the bytes of lines that a
 * reader of the whole stream may read, whatever stands before or behind the piece; a coverage
 * (whyoom.coverage/1) says what the piece is and what is in it. What no fragment holds is counted
 * only. Fragments end at multiples of PIECE_BLOCK of the stream, so that pieces that are joined
 * write what the whole would. Schemas: docs/fragment.schema.json, docs/coverage.schema.json.
 */
#ifndef WHYOOM_PIECE_H
#define WHYOOM_PIECE_H

#include <jansson.h>
#include <stdio.h>

#include "analyzer/line_marks.h"
#include "parsers/log/log.h"

enum { PIECE_BLOCK = 64 * 1024 };

struct piece_place {
    const char *stream; /* its name */
    enum source_kind kind;
    uint64_t start; /* byte of the stream at which the piece begins */
};

/** A piece that was read. */
struct piece_extent {
    struct piece_place place;
    uint64_t end;            /* byte of the stream */
    uint64_t lines;          /* newlines in it */
    struct line_mark *marks; /* ascending, its first byte and its end among them */
    size_t marks_count;
};

struct fragment {
    const char *stream;
    uint64_t start;  /* of its piece */
    uint64_t offset; /* byte of the stream */
    uint64_t lines;  /* newlines of the piece before it */
    struct slice bytes;
};

struct piece;

/**
 * Begin to read a piece. Fragments and coverage go to @p out as they are known, incidents to @p
 * sink, which may write to @p out too: what comes in which order does not depend on how the bytes
 * come in.
 */
struct piece *piece_open(const struct piece_place *place, FILE *out, incident_sink *sink,
                         void *context);

void piece_feed(struct piece *piece, struct slice bytes);

/** Bytes and newlines that no fragment holds. */
void piece_skip(struct piece *piece, uint64_t bytes, uint64_t lines);

/** The piece ends: write its coverage with the @p marks that were counted on the way, free it. */
struct log_coverage piece_close(struct piece *piece, const struct line_marks *marks);

/* ---- the lines */

/** Write a fragment, as a line. */
void fragment_write(FILE *out, const struct fragment *fragment);

/** The bytes of a fragment as they were read, in memory that the caller frees; false: it is
 * damaged. */
bool fragment_read(const json_t *object, struct fragment *ret, char **memory);

/** What a coverage says of its piece, in @p arena; false: it is damaged. */
bool coverage_read(const json_t *object, struct arena *arena, struct piece_extent *ret);

#endif
