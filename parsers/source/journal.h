/*
 * journald's files, as journal export text (https://systemd.io/JOURNAL_EXPORT_FORMATS).
 *
 * Read by sd-journal. Only what can matter is handed over: the kernel's messages and those of the
 * user-space killers and of the service manager; of these the fields that the log parser knows.
 */
#ifndef WHYOOM_PARSERS_SOURCE_JOURNAL_H
#define WHYOOM_PARSERS_SOURCE_JOURNAL_H

#include "parsers/source/stream.h"

/** Hand over one journal file. What is no plain file is copied to a temporary one first. */
void journal_deliver(struct walk *walk, const char *path, struct input *input);

/** Hand over this machine's journal since its last boot. False when there is none, or none that may
 * be read. */
bool journal_deliver_boot(struct walk *walk);

#endif
