/*
 * "key:123kB key:45 key=6" lists, as Mem-Info, statistics and kill lines hold them.
 */
#ifndef WHYOOM_PARSERS_LOG_KEYVALUE_H
#define WHYOOM_PARSERS_LOG_KEYVALUE_H

#include "analyzer/base/amount.h"
#include "analyzer/base/slice.h"
#include "analyzer/figures.h"

struct keyvalue {
    struct slice key;
    int64_t value;
    struct slice unit; /* "kB", "KB"; empty */
    bool has_value;    /* false: "all_unreclaimable? no", or the line is cut here */
};

/** The next pair off the front of @p text; false at the end. Words without a value are passed over.
 */
bool keyvalue_next(struct slice *text, struct keyvalue *ret);

/** The number behind @p key ("total-vm:") in @p text, times @p factor; unknown when it is not
 * there. */
struct amount keyvalue_find(struct slice text, struct slice key, int64_t factor, uint32_t line);

/** The kB behind @p key as bytes; unknown when it is not there, without its unit, of which a
 * "k" is enough (then the line is cut inside the number), or negative, as the kernel prints no size
 * read here. */
struct amount keyvalue_kib(struct slice text, struct slice key, uint32_t line);

/** The text behind @p key up to @p end or the end of @p text; empty when it is not there. */
struct slice keyvalue_text(struct slice text, struct slice key, char end);

/**
 * Put every known key of a "key:value" list into @p amounts, KIB as bytes, PAGES and COUNT as
 * printed.
 * @return the number of keys that were known
 */
int keyvalue_read(struct slice text, const struct figure *figures, int count,
                  struct amount *amounts, uint32_t line);

#endif
