/*
 * How things look: styles by meaning, themes that give them colours. Nothing is told by colour
 * alone, so that the mono theme (NO_COLOR, terminals without colour) loses nothing.
 */
#ifndef WHYOOM_TUI_THEME_H
#define WHYOOM_TUI_THEME_H

#include <stdbool.h>

#include "analyzer/terms.h"

enum style {
    STYLE_PLAIN,
    STYLE_DIM,
    STYLE_HEADING,
    STYLE_BAR,   /* the first and the last line */
    STYLE_KEY,   /* a key's name in the last line */
    STYLE_TAB,   /* the tab that is open */
    STYLE_ALERT, /* the verdict, what refused, who was killed */
    STYLE_GOOD,  /* passes, holds */
    STYLE_DOUBT, /* unknown */
    STYLE_LINK,  /* the number of the line that a claim rests on */
    STYLE_MATCH, /* found by a search */
    STYLE_PART,  /* and one for each enum part */
    STYLE_COUNT = STYLE_PART + PART_COUNT,
};

enum { COLOUR_DEFAULT = -1 }; /* the terminal's own */

/** A style's colours: the terminal's 0 to 7, or COLOUR_DEFAULT. */
struct look {
    short foreground, background;
    bool is_bold, is_dim, is_reverse, is_underlined;
};

struct theme {
    const char *name;
    struct look looks[STYLE_PART];
    short part_ink; /* on a part's own colour; COLOUR_DEFAULT: parts have no colours */
};

enum theme_id { THEME_DARK, THEME_LIGHT, THEME_MONO, THEME_COUNT };

const struct theme *theme_get(enum theme_id id);

struct look theme_look(const struct theme *theme, enum style style);

/** The letter that stands for a part in bars: not everybody sees colours. */
char part_letter(enum part part);

#endif
