#define _GNU_SOURCE /* vasprintf */
#include "parsers/source/stream.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "analyzer/base/arena.h"
#include "analyzer/limits.h"
#include "parsers/source/archive.h"
#include "parsers/source/decompress.h"
#include "parsers/source/journal.h"
#include "parsers/source/probe.h"
#include "parsers/source/pstore.h"
#include "parsers/source/spool.h"

/* ---- the visitor */

bool walk_begin(struct walk *walk, const char *path, enum source_kind kind)
{
    const struct source_visitor *visitor = walk->visitor;
    return !visitor->begin || visitor->begin(visitor->context, path, kind);
}

void walk_enter(struct walk *walk, const char *path)
{
    if (walk->visitor->enter)
        walk->visitor->enter(walk->visitor->context, path, walk->spool);
}

void walk_leave(struct walk *walk)
{
    if (walk->visitor->leave)
        walk->visitor->leave(walk->visitor->context);
}

void walk_regular_file(struct walk *walk, int file)
{
    if (walk->visitor->file && file >= 0)
        walk->visitor->file(walk->visitor->context, file);
}

bool walk_data(struct walk *walk, struct slice data)
{
    const struct source_visitor *visitor = walk->visitor;
    return !visitor->data || visitor->data(visitor->context, data.data, data.length);
}

void walk_end(struct walk *walk)
{
    if (walk->visitor->end)
        walk->visitor->end(walk->visitor->context);
}

void walk_vmcore(struct walk *walk, const char *path)
{
    if (walk->visitor->vmcore)
        walk->visitor->vmcore(walk->visitor->context, path);
}

void walk_failed(struct walk *walk, const char *path, struct error *error)
{
    if (walk->visitor->failed)
        walk->visitor->failed(walk->visitor->context, path, error);
    else
        error_destroy(error);
}

/* Cut or torn input is no failure as long as something of it could be read: then the loss is noted.
 */
void walk_broke_off(struct walk *walk, const char *path, struct error *error, bool was_read)
{
    if (error_kind(error) != ERROR_INPUT) {
        walk_failed(walk, path, error);
        return;
    }
    if (was_read)
        walk_note(walk, path, "%s; what comes before was read", error_message(error));
    else
        walk_failed(walk, path,
                    error_create(ERROR_INPUT, "%s; nothing of it was read", error_message(error)));
    error_destroy(error);
}

void walk_note(struct walk *walk, const char *path, const char *format, ...)
{
    if (!walk->visitor->note)
        return;
    va_list arguments;
    va_start(arguments, format);
    char *what;
    if (vasprintf(&what, format, arguments) < 0)
        die_out_of_memory();
    va_end(arguments);
    walk->visitor->note(walk->visitor->context, path, what);
    free(what);
}

/* ---- text */

void stream_deliver_text(struct walk *walk, const char *path, struct input *input)
{
    if (!walk_begin(walk, path, SOURCE_LOG))
        return;
    walk_regular_file(walk, input->file);
    struct slice block;
    struct error *error;
    bool was_read = false;
    while (!(error = input_next(input, &block)) && block.length) {
        was_read = true;
        if (!walk_data(walk, block))
            break;
    }
    if (error && walk->visitor->broke_off)
        walk->visitor->broke_off(walk->visitor->context);
    walk_end(walk);
    if (error)
        walk_broke_off(walk, path, error, was_read);
}

/* ---- by content */

struct delivery {
    struct walk *walk;
    const char *path;
    struct input *input;
    const struct content_format *format;
    struct place place;
};

static void deliver_text(struct delivery *delivery)
{
    stream_deliver_text(delivery->walk, delivery->path, delivery->input);
}

static void pass_over(struct delivery *delivery)
{
    walk_note(delivery->walk, delivery->path, "%s, not a log: it was not searched",
              delivery->format->name);
}

/* What was named is read even when it does not look like text, for a crash leaves rubbish in logs;
 * but not what is known to be something else, as the words of whyoom itself are in its program.
 * What holds no text may be the last that came out of an archive that breaks off. */
static void deliver_not_text(struct delivery *delivery)
{
    bool is_known = delivery->format->signature.length > 0;
    if (delivery->place.is_named && !is_known) {
        deliver_text(delivery);
        return;
    }
    if (delivery->place.is_named) {
        pass_over(delivery);
        return;
    }
    struct error *failure = delivery->input->failure;
    delivery->input->failure = NULL;
    passed_over_add(&delivery->walk->not_text, delivery->path);
    if (failure)
        walk_broke_off(delivery->walk, delivery->path, failure, true);
}

/* NULL: it is unpacked. */
static struct error *refuse_codec(const struct delivery *delivery, unsigned codecs)
{
    if (codecs > LIMIT_NESTING)
        return error_create(ERROR_INPUT, "compressed more than %d times over; unpack it first",
                            LIMIT_NESTING);
    if (delivery->format->codec == CODEC_UTF16 && delivery->walk->visitor->wants_offsets)
        return error_create(ERROR_INPUT, "a piece of UTF-16 text, which cannot be joined; map the "
                                         "whole, or make it UTF-8 before it is cut (iconv -f "
                                         "UTF-16 -t UTF-8)");
    return NULL;
}

static void deliver_compressed(struct delivery *delivery)
{
    struct place place = delivery->place;
    place.codecs++;
    struct error *refusal = refuse_codec(delivery, place.codecs);
    if (refusal) {
        walk_failed(delivery->walk, delivery->path, refusal);
        return;
    }
    struct input *plain = decompress(delivery->format, delivery->input);
    delivery->input = NULL;
    stream_deliver(delivery->walk, delivery->path, plain, place);
}

static void deliver_archive(struct delivery *delivery)
{
    struct place place = {.archives = delivery->place.archives + 1};
    if (place.archives > LIMIT_NESTING) {
        walk_failed(delivery->walk, delivery->path,
                    error_create(ERROR_INPUT, "archives nested deeper than %d; unpack it first",
                                 LIMIT_NESTING));
        return;
    }
    bool is_outermost = place.archives == 1;
    if (is_outermost)
        walk_enter(delivery->walk, delivery->path);
    archive_deliver(delivery->walk, delivery->path, delivery->format, delivery->input, place);
    if (is_outermost)
        walk_leave(delivery->walk);
}

static void deliver_journal(struct delivery *delivery)
{
    journal_deliver(delivery->walk, delivery->path, delivery->input);
}

static void deliver_pstore(struct delivery *delivery)
{
    pstore_deliver(delivery->walk, delivery->path, delivery->input);
}

static void deliver_vmcore(struct delivery *delivery)
{
    bool is_stdin = strcmp(delivery->path, "-") == 0;
    if (delivery->input->file >= 0)
        walk_vmcore(delivery->walk, is_stdin ? "/dev/stdin" : delivery->path);
    else
        walk_failed(delivery->walk, delivery->path,
                    error_create(ERROR_INPUT,
                                 "a kernel dump that is packed, in an archive or comes by a pipe; "
                                 "unpack it to a file and name that"));
}

/* A piece of a log may begin with any line. */
static void deliver_output(struct delivery *delivery)
{
    const struct source_visitor *visitor = delivery->walk->visitor;
    if (visitor->wants_output || visitor->wants_offsets)
        deliver_text(delivery);
    else
        pass_over(delivery);
}

static void deliver_foreign(struct delivery *delivery)
{
    walk_failed(delivery->walk, delivery->path,
                error_create(ERROR_INPUT, "%s, which whyoom does not read; %s",
                             delivery->format->name, delivery->format->advice));
}

static void (*const deliverers[CONTENT_COUNT])(struct delivery *) = {
    [CONTENT_TEXT] = deliver_text,
    [CONTENT_NOT_TEXT] = deliver_not_text,
    [CONTENT_COMPRESSED] = deliver_compressed,
    [CONTENT_ARCHIVE] = deliver_archive,
    [CONTENT_JOURNAL] = deliver_journal,
    [CONTENT_PSTORE] = deliver_pstore,
    [CONTENT_VMCORE] = deliver_vmcore,
    [CONTENT_OUTPUT] = deliver_output,
    [CONTENT_FOREIGN] = deliver_foreign,
};

/* What is no archive is walked once. */
static void keep_archives_only(const struct delivery *delivery)
{
    enum content content = delivery->format->content;
    bool may_be_one = content == CONTENT_COMPRESSED || content == CONTENT_ARCHIVE;
    if (delivery->walk->spool && !delivery->place.archives && !may_be_one)
        spool_stop(delivery->walk->spool);
}

void stream_deliver(struct walk *walk, const char *path, struct input *input, struct place place)
{
    struct slice head = input_peek(input, PROBE_LENGTH);
    struct delivery delivery = {walk, path, input, probe(head), place};
    keep_archives_only(&delivery);
    if (input_is_unreadable(input)) {
        struct slice nothing;
        walk_broke_off(walk, path, input_next(input, &nothing), false);
    } else {
        deliverers[delivery.format->content](&delivery);
    }
    input_destroy(delivery.input);
}
