/*
 * A view of a dump that may leave the house (see anonymize.h): cgroups, files, tasks, pids and uids
 * become pseudonyms, the same as in incidents; the names of slab caches, functions, zones and file
 * systems stay.
 */
#ifndef WHYOOM_ANONYMIZE_VIEW_H
#define WHYOOM_ANONYMIZE_VIEW_H

#include <jansson.h>

/** Replace in place. Not for the view `log`, whose lines hold names of any kind.
 * @param salt  of the run, never NULL; see salt.h */
void view_anonymize(json_t *view, const char *salt);

#endif
