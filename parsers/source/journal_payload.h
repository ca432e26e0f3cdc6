/*
 * A packed field of a journal file, by xz, lz4 or zstd.
 */
#ifndef WHYOOM_PARSERS_SOURCE_JOURNAL_PAYLOAD_H
#define WHYOOM_PARSERS_SOURCE_JOURNAL_PAYLOAD_H

#include "analyzer/base/slice.h"

/**
 * Replace @p payload by what it holds, up to LIMIT_LINE bytes.
 *
 * @param flags  of the data object: how it is packed
 * @param buffer where the text goes; made when it is NULL, the caller frees it
 * @return false when it is damaged or packed in a way that is not known
 */
bool journal_payload_unpack(unsigned flags, struct slice *payload, char **buffer);

#endif
