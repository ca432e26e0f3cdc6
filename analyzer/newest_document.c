#include "analyzer/newest_document.h"

#include <errno.h>
#include <stdlib.h>

#include "analyzer/base/read_at.h"
#include "parsers/log/document.h"

enum { BLOCK = 1024 * 1024 + DOCUMENT_WINDOW };

/* Where a block begins, and what came before. */
struct mark {
    struct document document;
    uint64_t offset;
};

struct walk {
    int file;
    uint64_t size;
    char *folded, *lines;
    struct mark *marks;
    size_t count;
    int trouble; /* errno of what could not be read; 0 */
};

bool newest_document_is(struct slice start)
{
    return start.length > LIMIT_LINE && document_begins(start) &&
           !slice_contains(slice_take(start, LIMIT_LINE + 1), SLICE("\n"));
}

size_t newest_document_sample(struct slice start, char *ret)
{
    struct document document = {0};
    return document_unfold(&document, start, true, ret);
}

/* Unfold the block at @p mark, and move the mark behind it. @return the bytes of lines, at the end
 * of which a newline has room; 0: it cannot be read */
static size_t unfold(struct walk *walk, struct mark *mark)
{
    uint64_t rest = walk->size - mark->offset;
    size_t length = rest < BLOCK ? (size_t)rest : BLOCK;
    if (read_at(walk->file, walk->folded, length, mark->offset) != length) {
        walk->trouble = errno; /* else it became shorter meanwhile */
        return 0;
    }
    size_t taken = document_unfold(&mark->document, slice_of(walk->folded, length), length == rest,
                                   walk->lines);
    mark->offset += taken;
    return taken;
}

/* @return whether all of the document is there */
static bool find_marks(struct walk *walk, const atomic_bool *stop)
{
    struct mark mark = {.offset = 0};
    walk->marks = must_allocate((walk->size / (BLOCK - DOCUMENT_WINDOW) + 1) * sizeof mark);
    while (mark.offset < walk->size && !*stop) {
        walk->marks[walk->count++] = mark;
        if (unfold(walk, &mark) == 0)
            break;
    }
    return !document_is_cut(&mark.document);
}

/* The lines of a block from the last to the first. */
static void feed_turned(struct log_reader *reader, struct slice lines)
{
    while (lines.length) {
        struct slice before = slice_take(lines, lines.length - 1);
        size_t newline = slice_find_last(before, SLICE("\n"));
        size_t start = newline == SLICE_NOT_FOUND ? 0 : newline + 1;
        log_reader_feed(reader, lines.data + start, lines.length - start);
        lines = slice_take(lines, start);
    }
}

bool newest_document_feed(int file, uint64_t size, struct log_reader *reader,
                          const atomic_bool *stop, int *ret_trouble)
{
    struct walk walk = {.file = file, .size = size};
    walk.folded = must_allocate(BLOCK);
    walk.lines = must_allocate(BLOCK + 1);
    bool is_whole = find_marks(&walk, stop);
    while (walk.count && !*stop) {
        size_t length = unfold(&walk, &walk.marks[--walk.count]);
        if (length && walk.lines[length - 1] != '\n') /* it comes with the next block */
            walk.lines[length++] = '\n';
        feed_turned(reader, slice_of(walk.lines, length));
    }
    *ret_trouble = walk.trouble ? walk.trouble : *ret_trouble;
    free(walk.marks);
    free(walk.folded);
    free(walk.lines);
    return is_whole;
}
