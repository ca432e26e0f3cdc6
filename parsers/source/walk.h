/*
 * A path that was named: file, directory, pattern or standard input.
 */
#ifndef WHYOOM_PARSERS_SOURCE_WALK_H
#define WHYOOM_PARSERS_SOURCE_WALK_H

#include "parsers/source/stream.h"

/**
 * Hand over everything at @p path. Below a directory the walk does not follow symbolic links, like
 * `grep -r` (in a report collected elsewhere they would lead to files of this machine), nor enter
 * /proc and its like, nor open pipes and devices; what it passed over is counted in @p walk.
 */
void walk_path(struct walk *walk, const char *path);

/** Say what was passed over below @p path. */
void walk_finish(struct walk *walk, const char *path);

#endif
