/*
 * journald's files, as journal export text. Only what can matter is handed over, see
 * journal_text.h. journal_file.c reads them; this machine's own are journal_daemon.c's.
 */
#ifndef WHYOOM_PARSERS_SOURCE_JOURNAL_H
#define WHYOOM_PARSERS_SOURCE_JOURNAL_H

#include "parsers/source/stream.h"

/** Hand over one journal file. What is no plain file is copied to a temporary one first. */
void journal_deliver(struct walk *walk, const char *path, struct input *input);
#endif
