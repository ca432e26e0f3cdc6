/*
 * One input to the streams that are in it: probes the content and passes it to whoever knows it.
 */
#ifndef WHYOOM_PARSERS_SOURCE_STREAM_H
#define WHYOOM_PARSERS_SOURCE_STREAM_H

#include <sys/queue.h>

#include "parsers/source/input.h"
#include "parsers/source/passed_over.h"
#include "parsers/source/source.h"

/** One call of source_walk(). */
struct walk {
    const struct source_visitor *visitor;
    struct spool *spool; /* of what is walked and has no path to open it again; NULL */
    const char *root;    /* of the directory that is walked: its real path */
    struct passed_over not_text;
    size_t files;      /* that were met in directories */
    size_t links;      /* symbolic links passed over because they lead out of the tree */
    size_t dead_links; /* because they lead nowhere */
    size_t specials;   /* what is no file: pipes, sockets, devices */
    STAILQ_HEAD(, ring_buffers) last; /* below the root; each of a directory */
};

/** Where an input was met. */
struct place {
    unsigned archives, codecs; /* how many it is inside of; codecs since the last archive */
    bool is_named;             /* the user named it, so that it is read whatever it looks like */
};

/** Hand over what @p input holds. Owns @p input. */
void stream_deliver(struct walk *walk, const char *path, struct input *input, struct place place);

/** Hand over @p input as the text that it is. */
void stream_deliver_text(struct walk *walk, const char *path, struct input *input);

/* The visitor's members, each of which may be missing. */
bool walk_begin(struct walk *walk, const char *path, enum source_kind kind);
void walk_enter(struct walk *walk, const char *path);
void walk_leave(struct walk *walk);
void walk_regular_file(struct walk *walk, int file);
bool walk_data(struct walk *walk, struct slice data);
void walk_end(struct walk *walk);
void walk_vmcore(struct walk *walk, const char *path);
void walk_failed(struct walk *walk, const char *path, struct error *error);
void walk_broke_off(struct walk *walk, const char *path, struct error *error, bool was_read);
void walk_note(struct walk *walk, const char *path, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
