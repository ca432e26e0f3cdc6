/*
 * What stands in front of a kernel's time stamp and is no prefix that is known: numbers of `less
 * -N` and `cat -n`, names of containers, columns of a table, whatever a script put there.
 *
 * Private to the dress. Only for streams of which no line begins with a prefix that is known: in a
 * serial console's log, text in front of a stamp is a line that lost its newline.
 */
#ifndef WHYOOM_PARSERS_LOG_DRESS_WRAPPER_H
#define WHYOOM_PARSERS_LOG_DRESS_WRAPPER_H

#include "parsers/log/dress_prefix.h"

/** Take off all before the first stamp; where a quote, an element of HTML or a cell opens there,
 * what follows its end, too.
 * False: there is no stamp. */
bool wrapper_take(struct prefix *prefix);

#endif
