/*
 * From what the user names (file, directory, archive, journal, '-', nothing) to streams of bytes.
 *
 * The kind is found out from content, never from the name: gzip, xz, zstd, bzip2, lz4, tar, cpio,
 * zip through libarchive, in one another; native journal files (as export-format text, so that
 * the log path needs no second way); pstore directories, put in order (Part1 is the
 * tail of the log); rotated files of one log oldest first; vmcores are recognised and named. With
 * no path: this machine since its last boot (journal, kernel ring buffer, pstore, crash
 * directories), saying what needed root.
 *
 * Errors: an input that cannot be read gives one call of `failed` and the walk goes on.
 */
#ifndef WHYOOM_PARSERS_SOURCE_SOURCE_H
#define WHYOOM_PARSERS_SOURCE_SOURCE_H

#include <stdatomic.h>

#include "analyzer/base/error.h"
#include "analyzer/incident.h"
#include "parsers/source/passed_over.h"

struct spool;

/** What a walk calls; every member may be left NULL. All text is borrowed for the call. */
struct source_visitor {
    void *context;
    bool wants_output;  /* of whyoom itself: it is read as the text that it is, not passed over */
    bool wants_offsets; /* of a piece in its stream: text whose bytes become others is refused */
    /** When it becomes true, a pipe that says nothing is waited for no longer. */
    const atomic_bool *stop;
    /** A file is going to be read, which is open as @p file and stays the walk's. False: pass over
     * it. */
    bool (*opened)(void *context, const char *path, int file);
    /** A stream begins: @p path as a person would name it ("case.tar.gz:var/log/kern.log"). False:
     * skip it. */
    bool (*begin)(void *context, const char *path, enum source_kind kind);
    /** An archive begins, or ends, that lies in no other: what is between are its members. With
     * @p spool it has no path by which it could be walked again, but source_walk_again(). */
    void (*enter)(void *context, const char *path, struct spool *spool);
    void (*leave)(void *context);
    /** The stream that began is this regular file, byte for byte: until its end others may read
     * from it too, by offsets. */
    void (*file)(void *context, int file);
    /** The next bytes of it. False: enough, skip the rest. */
    bool (*data)(void *context, const char *data, size_t length);
    void (*end)(void *context);
    /** Before its end: there is more of the stream, which cannot be read. */
    void (*broke_off)(void *context);
    /** A vmcore was met: a path that can be opened. */
    void (*vmcore)(void *context, const char *path);
    /** @p path could not be read; the message says what is wrong and what would help. Owns @p
     * error. */
    void (*failed)(void *context, const char *path, struct error *error);
    /** Something worth a line on stderr that is no failure ("needs root"). */
    void (*note)(void *context, const char *path, const char *what);
    /** A file below a named directory. NULL: it is read at once. Otherwise it is left to the
     * visitor, who gives it to source_walk_found(), on any thread. */
    void (*found)(void *context, const char *path);
    /** Of a dump, before its log: a view of its structures, a JSON object (parsers/kernel/view.h).
     */
    void (*view)(void *context, const char *path, const char *json, size_t length);
};

/** Walk one path: file, directory (recursive, in name order), archive, "-" for standard input. */
void source_walk(const char *path, const struct source_visitor *visitor);

/** Walk a file that a walk has `found`. @p passed_over: what of it holds no text; may be NULL. */
void source_walk_found(const char *path, const struct source_visitor *visitor,
                       struct passed_over *passed_over);

/** Walk the archive again that is being walked as @p path. */
void source_walk_again(struct spool *spool, const char *path, const struct source_visitor *visitor);

/** Walk this machine: journal since boot (or /dev/kmsg when there is none), pstore, crash
 * directories. */
void source_walk_machine(const struct source_visitor *visitor);

#endif
