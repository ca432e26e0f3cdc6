#include "analyzer/scout.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/queue.h>
#include <sys/stat.h>

#include "analyzer/base/arena.h"
#include "parsers/log/quiet.h"
#include "parsers/source/file.h"

enum {
    QUIET_MAX = 16, /* of a piece; where more are quiet, they are short */
    STRIDE = 16 * 1024,
};

struct piece {
    bool is_searched;
    size_t count;
    struct quiet quiet[QUIET_MAX];
};

struct scout {
    LIST_ENTRY(scout) next;
    struct scouts *scouts;
    int file;
    uint64_t size;
    uint64_t at;        /* byte of the file that is fed next */
    uint64_t claimed;   /* pieces that somebody has searched or is searching */
    uint64_t reading;   /* the piece that is being read */
    unsigned searchers; /* at work, the reader too */
    struct piece pieces[SCOUT_AHEAD];
};

LIST_HEAD(scout_list, scout);

struct scouts {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t piece; /* bytes */
    bool is_over;
    struct scout_list open;
    struct anchor_search *anchors;
};

struct scouts *scouts_create(size_t piece)
{
    struct scouts *scouts = must_allocate(sizeof *scouts);
    pthread_mutex_init(&scouts->lock, NULL);
    pthread_cond_init(&scouts->changed, NULL);
    scouts->piece = piece;
    scouts->anchors = anchor_search_create();
    return scouts;
}

void scouts_destroy(struct scouts *scouts)
{
    if (!scouts)
        return;
    pthread_cond_destroy(&scouts->changed);
    pthread_mutex_destroy(&scouts->lock);
    anchor_search_destroy(scouts->anchors);
    free(scouts);
}

/* ---- searching; the lock is held, but not while a piece is searched */

static bool has_work(const struct scout *scout)
{
    return scout->claimed < scout->reading + SCOUT_AHEAD &&
           scout->claimed * scout->scouts->piece < scout->size;
}

static void search_next(struct scout *scout)
{
    struct scouts *scouts = scout->scouts;
    uint64_t number = scout->claimed++, start = number * scouts->piece;
    struct piece *piece = &scout->pieces[number % SCOUT_AHEAD];
    piece->is_searched = false;
    scout->searchers++;
    pthread_mutex_unlock(&scouts->lock);
    uint64_t rest = scout->size - start;
    struct slice text = file_map(scout->file, start, rest < scouts->piece ? rest : scouts->piece);
    piece->count = quiet_find(scouts->anchors, text, piece->quiet, QUIET_MAX);
    file_unmap(text);
    pthread_mutex_lock(&scouts->lock);
    scout->searchers--;
    piece->is_searched = true;
    pthread_cond_broadcast(&scouts->changed);
}

static struct scout *find_work(const struct scouts *scouts)
{
    struct scout *scout;
    LIST_FOREACH(scout, &scouts->open, next)
    if (has_work(scout))
        break;
    return scout;
}

void scouts_help(struct scouts *scouts)
{
    pthread_mutex_lock(&scouts->lock);
    while (!scouts->is_over) {
        struct scout *scout = find_work(scouts);
        if (scout)
            search_next(scout);
        else
            pthread_cond_wait(&scouts->changed, &scouts->lock);
    }
    pthread_mutex_unlock(&scouts->lock);
}

void scouts_end(struct scouts *scouts)
{
    pthread_mutex_lock(&scouts->lock);
    scouts->is_over = true;
    pthread_cond_broadcast(&scouts->changed);
    pthread_mutex_unlock(&scouts->lock);
}

/* ---- reading */

struct scout *scout_open(struct scouts *scouts, int file)
{
    struct stat status;
    if (!scouts || fstat(file, &status) != 0 || (uint64_t)status.st_size <= 2 * scouts->piece)
        return NULL;
    struct scout *scout = must_allocate(sizeof *scout);
    scout->scouts = scouts;
    scout->file = file;
    scout->size = (uint64_t)status.st_size;
    pthread_mutex_lock(&scouts->lock);
    LIST_INSERT_HEAD(&scouts->open, scout, next);
    pthread_cond_broadcast(&scouts->changed);
    pthread_mutex_unlock(&scouts->lock);
    return scout;
}

void scout_close(struct scout *scout)
{
    if (!scout)
        return;
    struct scouts *scouts = scout->scouts;
    pthread_mutex_lock(&scouts->lock);
    LIST_REMOVE(scout, next);
    while (scout->searchers)
        pthread_cond_wait(&scouts->changed, &scouts->lock);
    pthread_mutex_unlock(&scouts->lock);
    free(scout);
}

/* What is known of the piece; whoever waits for it searches others meanwhile. */
static const struct piece *take_piece(struct scout *scout, uint64_t number)
{
    struct scouts *scouts = scout->scouts;
    struct piece *piece = &scout->pieces[number % SCOUT_AHEAD];
    pthread_mutex_lock(&scouts->lock);
    scout->reading = number;
    while (number >= scout->claimed || !piece->is_searched)
        if (has_work(scout))
            search_next(scout);
        else
            pthread_cond_wait(&scouts->changed, &scouts->lock);
    pthread_cond_broadcast(&scouts->changed); /* one more may be searched ahead */
    pthread_mutex_unlock(&scouts->lock);
    return piece;
}

static void feed(struct log_reader *reader, struct slice text, size_t from, size_t to)
{
    log_reader_feed(reader, text.data + from, to - from);
}

/* Lines are read until the reports that are open are over. Returns the end of the stretch. */
static size_t pass_quiet(struct log_reader *reader, struct slice text, struct quiet quiet)
{
    size_t at = quiet.start;
    while (at < quiet.end && !log_reader_is_idle(reader)) {
        size_t to = quiet.end - at < STRIDE ? quiet.end : at + STRIDE;
        feed(reader, text, at, to);
        quiet.lines -= slice_count_byte(slice_take(slice_skip(text, at), to - at), '\n');
        at = to;
    }
    if (at < quiet.end)
        log_reader_skip(reader, quiet.end - at, quiet.lines);
    return quiet.end;
}

/* @p text begins at byte @p base of the piece. */
static void feed_part(const struct piece *piece, struct log_reader *reader, struct slice text,
                      uint64_t base)
{
    size_t at = 0;
    for (size_t i = 0; i < piece->count; i++) {
        struct quiet quiet = piece->quiet[i];
        if (quiet.start < base + at || quiet.end > base + text.length)
            continue;
        quiet.start -= base;
        quiet.end -= base;
        feed(reader, text, at, quiet.start);
        at = pass_quiet(reader, text, quiet);
    }
    feed(reader, text, at, text.length);
}

void scout_feed(struct scout *scout, struct log_reader *reader, struct slice bytes)
{
    size_t size = scout->scouts->piece;
    while (bytes.length) {
        uint64_t number = scout->at / size, base = scout->at % size;
        struct slice part = slice_take(bytes, size - base);
        feed_part(take_piece(scout, number), reader, part, base);
        scout->at += part.length;
        bytes = slice_skip(bytes, part.length);
    }
}
