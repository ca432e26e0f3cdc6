/*
 * Survives a mapped file that somebody cuts.
 *
 * Touching a mapped page behind the end of its file raises SIGBUS; logs do get cut while they are
 * read (logrotate's copytruncate). The handler puts a page of zeros there, so the reader meets
 * NULs, as it would in a file with a hole, and learns from the file's size that it was cut.
 */
#ifndef WHYOOM_PARSERS_SOURCE_TRUNCATION_H
#define WHYOOM_PARSERS_SOURCE_TRUNCATION_H

/** Install the handler for this process; doing it again changes nothing. */
void truncation_survive(void);

#endif
