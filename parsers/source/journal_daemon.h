/*
 * Journals through systemd's own library, sd-journal: those of the running machine, of which it
 * knows where they lie and in which order, and files of a later systemd's format.
 */
#ifndef WHYOOM_PARSERS_SOURCE_JOURNAL_DAEMON_H
#define WHYOOM_PARSERS_SOURCE_JOURNAL_DAEMON_H

#include "parsers/source/stream.h"

/** Hand over a journal file, which stays the caller's; says so when it cannot be read. */
void journal_daemon_deliver_file(struct walk *walk, const char *path, int file);

/** Hand over this machine's journal since its last boot. False when there is none, or none that may
 * be read. */
bool journal_daemon_deliver_boot(struct walk *walk);

#endif
