/*
 * This machine since its last boot, and what it saved of the boots before.
 */
#ifndef WHYOOM_PARSERS_SOURCE_MACHINE_H
#define WHYOOM_PARSERS_SOURCE_MACHINE_H

#include "parsers/source/stream.h"

/** The first of the kernel's log files below @p root ("" is this machine) that can be read; false
 * when there is none. */
bool machine_deliver_log(struct walk *walk, const char *root);

/** Everything in the directories below @p root that keep what a crash left: pstore, kdump. */
void machine_deliver_crashes(struct walk *walk, const char *root);

#endif
