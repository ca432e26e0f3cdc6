/*
 * What merge is given: the lines that `whyoom map` or `whyoom merge` wrote, from any number of
 * files. Of fragments and records only the place is kept; the bytes are read again when they are
 * wanted.
 *
 * Memory: some 100 bytes a fragment, a piece or a record. Errors: what cannot be read, and lines
 * that are damaged, or longer than LIMIT_RECORD, are told to the sink, and the rest is taken.
 */
#ifndef WHYOOM_MERGE_INPUT_H
#define WHYOOM_MERGE_INPUT_H

#include <sys/types.h>

#include "analyzer/base/arena.h"
#include "analyzer/intake.h"
#include "analyzer/piece.h"

/* Where a fragment is to be found. */
struct fragment_place {
    const char *stream; /* one address for each name */
    uint64_t start, offset, length;
    size_t file;
    off_t position; /* of its line */
    size_t line_length;
};

/* The bytes that an incident's report goes through. */
struct incident_place {
    const char *stream; /* as records name it, one address for each name */
    uint64_t first, end;
    size_t file;
};

struct input_file {
    const char *path;
    FILE *stream;
    bool has_coverage;
    bool is_damaged; /* that was told */
};

struct merge_input {
    const struct intake_sink *sink;
    struct arena *arena;
    struct input_file *files;
    size_t files_count;
    struct fragment_place *fragments;
    size_t fragments_count;
    struct piece_extent *pieces;
    size_t pieces_count;
    struct incident_place *records;
    size_t records_count;
    struct stream_name *names; /* each once */
};

void merge_input_init(struct merge_input *input, const struct intake_sink *sink);
void merge_input_deinit(struct merge_input *input);

/** Take in the lines of the file @p path ("-": standard input). */
void merge_input_add(struct merge_input *input, const char *path);

/** All is taken in: pieces by stream and start, the longest of equals first; fragments likewise. */
void merge_input_sort(struct merge_input *input);

/** Streams in the order of their names. */
int merge_input_compare_streams(const char *a, const char *b);

/** The one address of @p name. */
const char *merge_input_name(struct merge_input *input, const char *name);

/** The index of the first fragment of the piece of @p stream that begins at @p start, or of what
 * comes behind it. */
size_t merge_input_first_fragment(const struct merge_input *input, const char *stream,
                                  uint64_t start);

/** Give the fragment's bytes to @p take; a file that changed is told. */
void merge_input_read(const struct merge_input *input, const struct fragment_place *place,
                      void (*take)(void *context, const struct fragment *fragment), void *context);

#endif
