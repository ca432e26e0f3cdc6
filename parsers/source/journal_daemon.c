#include "parsers/source/journal_daemon.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <systemd/sd-id128.h>
#include <systemd/sd-journal.h>

#include "analyzer/limits.h"
#include "parsers/source/journal_text.h"

/* ---- entries */

static int append_entry(struct journal_text *text, sd_journal *journal)
{
    const void *data;
    size_t length;
    uint64_t realtime, monotonic;
    sd_id128_t boot;
    bool has_realtime = sd_journal_get_realtime_usec(journal, &realtime) >= 0;
    bool has_monotonic = sd_journal_get_monotonic_usec(journal, &monotonic, &boot) >= 0;
    int status;
    journal_text_begin(text, has_realtime ? &realtime : NULL, has_monotonic ? &monotonic : NULL);
    sd_journal_restart_data(journal);
    while ((status = sd_journal_enumerate_data(journal, &data, &length)) > 0)
        if (!journal_text_field(text, slice_of(data, length))) {
            status = -E2BIG;
            break;
        }
    journal_text_end(text);
    return status;
}

/* One damaged entry does not hide the others. */
static int deliver_entries(struct walk *walk, sd_journal *journal, size_t *ret_damaged)
{
    struct journal_text text = {0};
    int status;
    bool go_on = true;
    *ret_damaged = 0;
    while (go_on && (status = sd_journal_next(journal)) > 0) {
        if (append_entry(&text, journal) < 0)
            ++*ret_damaged;
        go_on = journal_text_flush(&text, JOURNAL_TEXT_BLOCK, walk);
    }
    if (go_on)
        journal_text_flush(&text, 0, walk);
    free(text.data);
    return go_on ? status : 0;
}

static void deliver_journal(struct walk *walk, const char *path, sd_journal *journal)
{
    size_t damaged;
    if (!walk_begin(walk, path, SOURCE_JOURNAL))
        return;
    int status = deliver_entries(walk, journal, &damaged);
    walk_end(walk);
    if (status < 0)
        walk_note(walk, path,
                  "the journal is damaged (%s); what comes before was read; "
                  "`journalctl --verify` tells where",
                  strerror(-status));
    else if (damaged)
        walk_note(walk, path, "%zu entries of the journal are damaged and were read in part",
                  damaged);
}

/* ---- a journal */

static int add_matches(sd_journal *journal)
{
    int status = 0;
    for (size_t i = 0; i < JOURNAL_MATCHES && status >= 0; i++) {
        status = sd_journal_add_match(journal, journal_matches[i].data, journal_matches[i].length);
        if (status >= 0)
            status = sd_journal_add_disjunction(journal);
    }
    return status;
}

static int start(sd_journal *journal)
{
    int status = sd_journal_set_data_threshold(journal, LIMIT_LINE);
    if (status >= 0)
        status = add_matches(journal);
    return status < 0 ? status : sd_journal_seek_head(journal);
}

void journal_daemon_deliver_file(struct walk *walk, const char *path, int file)
{
    sd_journal *journal = NULL;
    int status = sd_journal_open_files_fd(&journal, &file, 1, 0);
    if (status >= 0)
        status = start(journal);
    if (status < 0)
        walk_failed(walk, path,
                    error_create(ERROR_INPUT,
                                 "the journal cannot be opened (%s); copy it again, or "
                                 "take `journalctl -o export`",
                                 strerror(-status)));
    else
        deliver_journal(walk, path, journal);
    sd_journal_close(journal);
}

static int match_boot(sd_journal *journal)
{
    sd_id128_t boot;
    char match[sizeof "_BOOT_ID=" + 32], id[33];
    int status = sd_id128_get_boot(&boot);
    if (status < 0)
        return status;
    snprintf(match, sizeof match, "_BOOT_ID=%s", sd_id128_to_string(boot, id));
    status = sd_journal_add_conjunction(journal);
    return status < 0 ? status : sd_journal_add_match(journal, match, 0);
}

/* Without the right to read them the files are simply not there: ask for the first entry. */
static bool has_entries(sd_journal *journal)
{
    return sd_journal_next(journal) > 0 && sd_journal_seek_head(journal) >= 0;
}

bool journal_daemon_deliver_boot(struct walk *walk)
{
    sd_journal *journal = NULL;
    int status = sd_journal_open(&journal, SD_JOURNAL_LOCAL_ONLY | SD_JOURNAL_SYSTEM);
    if (status >= 0)
        status = start(journal);
    if (status >= 0)
        status = match_boot(journal);
    bool is_there = status >= 0 && has_entries(journal);
    if (is_there)
        deliver_journal(walk, "the journal since boot", journal);
    sd_journal_close(journal);
    return is_there;
}
