#include "analyzer/search_ahead.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/queue.h>
#include <sys/stat.h>

#include "analyzer/base/arena.h"
#include "parsers/log/quiet.h"
#include "parsers/source/window.h"

enum {
    QUIET_MAX = 16, /* of a piece; where more are quiet, they are short */
    STRIDE = 16 * 1024,
    TOGETHER = 4, /* pieces that are searched at a time: one window, where it is mapped */
};

struct searched_piece {
    bool is_searched;
    size_t count;
    struct quiet quiet[QUIET_MAX];
};

struct searched_file {
    LIST_ENTRY(searched_file) next;
    struct search_pool *search_pool;
    int file;
    uint64_t size;
    uint64_t at;           /* byte of the file that is fed next */
    uint64_t claimed;      /* pieces that somebody has searched or is searching */
    uint64_t reading;      /* the piece that is being read */
    unsigned searchers;    /* at work, the reader too */
    struct window *window; /* the reader's, for what he searches */
    struct searched_piece pieces[SEARCH_AHEAD];
};

LIST_HEAD(searched_file_list, searched_file);

struct search_pool {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t piece; /* bytes */
    bool is_over;
    struct searched_file_list open;
    struct anchor_search *anchors;
};

struct search_pool *search_pool_create(size_t piece)
{
    struct search_pool *search_pool = must_allocate(sizeof *search_pool);
    pthread_mutex_init(&search_pool->lock, NULL);
    pthread_cond_init(&search_pool->changed, NULL);
    search_pool->piece = piece;
    search_pool->anchors = anchor_search_create();
    return search_pool;
}

void search_pool_destroy(struct search_pool *search_pool)
{
    if (!search_pool)
        return;
    pthread_cond_destroy(&search_pool->changed);
    pthread_mutex_destroy(&search_pool->lock);
    anchor_search_destroy(search_pool->anchors);
    free(search_pool);
}

/* ---- searching; the lock is held, but not while a piece is searched */

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* The piece before which the next ones to be searched end. */
static uint64_t claim_end(const struct searched_file *searched)
{
    size_t size = searched->search_pool->piece;
    uint64_t pieces = (searched->size + size - 1) / size;
    return least(pieces, least(searched->reading + SEARCH_AHEAD, searched->claimed + TOGETHER));
}

static bool has_work(const struct searched_file *searched)
{
    return searched->claimed < claim_end(searched);
}

static struct searched_piece *piece_at(struct searched_file *searched, uint64_t number)
{
    return &searched->pieces[number % SEARCH_AHEAD];
}

/* What cannot be read is not quiet. A window begins with a piece, and may hold several. Returns the
 * piece after the last that is searched. */
static uint64_t search_window(struct searched_file *searched, struct window *window, uint64_t from,
                              uint64_t to)
{
    size_t size = searched->search_pool->piece;
    uint64_t number = from, start = from * size, end = least(to * size, searched->size);
    struct slice text = SLICE("");
    window_take(window, searched->file, start, end - start, &text);
    do {
        struct searched_piece *piece = piece_at(searched, number++);
        piece->count = quiet_find(searched->search_pool->anchors, slice_take(text, size),
                                  piece->quiet, QUIET_MAX);
        text = slice_skip(text, size);
    } while (text.length);
    if (!window_is_whole(window))
        for (uint64_t i = from; i < number; i++)
            piece_at(searched, i)->count = 0;
    return number;
}

static void search_next(struct searched_file *searched, struct window *window)
{
    struct search_pool *search_pool = searched->search_pool;
    uint64_t from = searched->claimed, to = claim_end(searched);
    searched->claimed = to;
    for (uint64_t number = from; number < to; number++)
        piece_at(searched, number)->is_searched = false;
    searched->searchers++;
    pthread_mutex_unlock(&search_pool->lock);
    for (uint64_t number = from; number < to;)
        number = search_window(searched, window, number, to);
    pthread_mutex_lock(&search_pool->lock);
    for (uint64_t number = from; number < to; number++)
        piece_at(searched, number)->is_searched = true;
    searched->searchers--;
    pthread_cond_broadcast(&search_pool->changed);
}

static struct searched_file *find_work(const struct search_pool *search_pool)
{
    struct searched_file *searched;
    LIST_FOREACH(searched, &search_pool->open, next)
    if (has_work(searched))
        break;
    return searched;
}

void search_pool_help(struct search_pool *search_pool)
{
    if (!search_pool)
        return;
    struct window *window = window_create();
    pthread_mutex_lock(&search_pool->lock);
    while (!search_pool->is_over) {
        struct searched_file *searched = find_work(search_pool);
        if (searched)
            search_next(searched, window);
        else
            pthread_cond_wait(&search_pool->changed, &search_pool->lock);
    }
    pthread_mutex_unlock(&search_pool->lock);
    window_destroy(window);
}

void search_pool_end(struct search_pool *search_pool)
{
    if (!search_pool)
        return;
    pthread_mutex_lock(&search_pool->lock);
    search_pool->is_over = true;
    pthread_cond_broadcast(&search_pool->changed);
    pthread_mutex_unlock(&search_pool->lock);
}

/* ---- reading */

struct searched_file *searched_file_open(struct search_pool *search_pool, int file)
{
    struct stat status;
    if (!search_pool || fstat(file, &status) != 0 ||
        (uint64_t)status.st_size <= 2 * search_pool->piece)
        return NULL;
    struct searched_file *searched = must_allocate(sizeof *searched);
    searched->search_pool = search_pool;
    searched->file = file;
    searched->size = (uint64_t)status.st_size;
    searched->window = window_create();
    pthread_mutex_lock(&search_pool->lock);
    LIST_INSERT_HEAD(&search_pool->open, searched, next);
    pthread_cond_broadcast(&search_pool->changed);
    pthread_mutex_unlock(&search_pool->lock);
    return searched;
}

void searched_file_close(struct searched_file *searched)
{
    if (!searched)
        return;
    struct search_pool *search_pool = searched->search_pool;
    pthread_mutex_lock(&search_pool->lock);
    LIST_REMOVE(searched, next);
    while (searched->searchers)
        pthread_cond_wait(&search_pool->changed, &search_pool->lock);
    pthread_mutex_unlock(&search_pool->lock);
    window_destroy(searched->window);
    free(searched);
}

/* What is known of the piece: nothing, when nobody has begun to search in it. Whoever waits for it
 * searches others meanwhile. */
static const struct searched_piece *take_piece(struct searched_file *searched, uint64_t number)
{
    struct search_pool *search_pool = searched->search_pool;
    struct searched_piece *piece = piece_at(searched, number);
    pthread_mutex_lock(&search_pool->lock);
    searched->reading = number;
    if (number >= searched->claimed) {
        searched->claimed = number + 1;
        *piece = (struct searched_piece){.is_searched = true};
    }
    while (!piece->is_searched)
        if (has_work(searched))
            search_next(searched, searched->window);
        else
            pthread_cond_wait(&search_pool->changed, &search_pool->lock);
    pthread_cond_broadcast(&search_pool->changed); /* one more may be searched ahead */
    pthread_mutex_unlock(&search_pool->lock);
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
static void feed_part(const struct searched_piece *piece, struct log_reader *reader,
                      struct slice text, uint64_t base)
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

void searched_file_feed(struct searched_file *searched, struct log_reader *reader,
                        struct slice bytes)
{
    size_t size = searched->search_pool->piece;
    while (bytes.length) {
        uint64_t number = searched->at / size, base = searched->at % size;
        struct slice part = slice_take(bytes, size - base);
        feed_part(take_piece(searched, number), reader, part, base);
        searched->at += part.length;
        bytes = slice_skip(bytes, part.length);
    }
}
