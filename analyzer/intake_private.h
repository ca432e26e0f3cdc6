/*
 * What the files of the intake share: intake.c reads a stream, intake_rotated.c ends it.
 */
#ifndef WHYOOM_INTAKE_PRIVATE_H
#define WHYOOM_INTAKE_PRIVATE_H

#include <jansson.h>

#include "analyzer/intake.h"
#include "analyzer/newest_first.h"
#include "analyzer/next_rotated.h"
#include "analyzer/open_end.h"
#include "analyzer/search_ahead.h"

struct intake {
    const struct intake_sink *sink;
    atomic_bool *stop;
    struct progress *progress;
    struct log_reader *reader;      /* of the open stream */
    struct searched_file *searched; /* of the file that it is; NULL */
    bool has_begun;                 /* a stream of this walk was read from */
    json_t *views;                  /* of the dump whose log is being read; NULL */
    struct open_file {              /* with a state: the file that is being read */
        char *path;                 /* NULL: none */
        struct file_stamp stamp;
        bool is_put;     /* in the state, as one log */
        bool has_failed; /* not in the state: it is read again next time */
    } file;
    struct resume *resume; /* of the open stream, which is that file; NULL */
    bool is_anew;          /* the file is not what the state took it for */
    struct archive_read {  /* the archive that is being read */
        char *path;        /* NULL: none */
        struct archive_order *order;
        struct open_end end;            /* of the open stream */
        const struct intake_sink *sink; /* of the whole archive */
    } archive;
    struct next_rotated next_rotated;
    char *path;                 /* of the open stream */
    uint64_t bytes;             /* of it, so far */
    bool is_broken_off;         /* it has more, which cannot be read */
    int log_file;               /* the file that it is, or -1 */
    bool is_newest_first;       /* as its start tells */
    bool is_turned;             /* it is read from its end */
    struct newest_first turned; /* that file */
    bool is_ending;             /* it */
    struct log_place settled;
    struct incident **open; /* reports behind that place, which may go on */
    size_t open_count;
    struct arena *open_arena; /* of the list */
    void (*found)(void *context, const char *file);
    void *found_context;
};

/** Analyze @p incident, and give it to the sink unless it is told already. */
void intake_deliver(struct intake *intake, struct incident *incident);

/** End the open stream; a report that is open then is looked for in the file that follows. */
void intake_finish_stream(struct intake *intake);

#endif
