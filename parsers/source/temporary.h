/*
 * A file for what cannot be kept in memory.
 */
#ifndef WHYOOM_PARSERS_SOURCE_TEMPORARY_H
#define WHYOOM_PARSERS_SOURCE_TEMPORARY_H

/**
 * Open a file without a name, to be read and written; it is gone when it is closed. -1: see errno.
 * @param[out] ret_directory  where: $TMPDIR, else /var/tmp, as it may become large; borrowed
 */
int temporary_open(const char **ret_directory);

/**
 * The same with a name, which is the caller's to unlink. -1: see errno.
 * @param[out] ret_path  its name, to be freed either way
 */
int temporary_open_named(char **ret_path);

#endif
