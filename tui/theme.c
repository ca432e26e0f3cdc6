#include "tui/theme.h"

enum { BLACK, RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, WHITE, NONE = COLOUR_DEFAULT };

static const struct theme themes[THEME_COUNT] = {
    [THEME_DARK] = {"dark",
                    {
                        [STYLE_PLAIN] = {NONE, NONE},
                        [STYLE_DIM] = {NONE, NONE, .is_dim = true},
                        [STYLE_HEADING] = {CYAN, NONE, .is_bold = true},
                        [STYLE_BAR] = {WHITE, BLUE},
                        [STYLE_KEY] = {WHITE, BLUE, .is_bold = true},
                        [STYLE_TAB] = {BLACK, CYAN},
                        [STYLE_ALERT] = {RED, NONE, .is_bold = true},
                        [STYLE_GOOD] = {GREEN, NONE},
                        [STYLE_DOUBT] = {YELLOW, NONE},
                        [STYLE_LINK] = {CYAN, NONE},
                        [STYLE_MATCH] = {BLACK, YELLOW},
                    },
                    .part_ink = BLACK},
    [THEME_LIGHT] = {"light",
                     {
                         [STYLE_PLAIN] = {NONE, NONE},
                         [STYLE_DIM] = {NONE, NONE, .is_dim = true},
                         [STYLE_HEADING] = {BLUE, NONE, .is_bold = true},
                         [STYLE_BAR] = {BLACK, CYAN},
                         [STYLE_KEY] = {BLUE, CYAN, .is_bold = true},
                         [STYLE_TAB] = {WHITE, BLUE, .is_bold = true},
                         [STYLE_ALERT] = {RED, NONE, .is_bold = true},
                         [STYLE_GOOD] = {GREEN, NONE},
                         [STYLE_DOUBT] = {MAGENTA, NONE},
                         [STYLE_LINK] = {BLUE, NONE},
                         [STYLE_MATCH] = {BLACK, YELLOW},
                     },
                     .part_ink = WHITE},
    [THEME_MONO] = {"mono",
                    {
                        [STYLE_PLAIN] = {NONE, NONE},
                        [STYLE_DIM] = {NONE, NONE},
                        [STYLE_HEADING] = {NONE, NONE, .is_bold = true},
                        [STYLE_BAR] = {NONE, NONE, .is_reverse = true},
                        [STYLE_KEY] = {NONE, NONE, .is_reverse = true, .is_bold = true},
                        [STYLE_TAB] = {NONE, NONE, .is_reverse = true},
                        [STYLE_ALERT] = {NONE, NONE, .is_bold = true},
                        [STYLE_GOOD] = {NONE, NONE},
                        [STYLE_DOUBT] = {NONE, NONE},
                        [STYLE_LINK] = {NONE, NONE, .is_underlined = true},
                        [STYLE_MATCH] = {NONE, NONE, .is_reverse = true},
                    },
                    .part_ink = NONE},
};

const struct theme *theme_get(enum theme_id id)
{
    return &themes[id];
}

struct look theme_look(const struct theme *theme, enum style style)
{
    static const short part_colours[PART_COUNT] = {
        [PART_UNKNOWN] = NONE,      [PART_ANON] = BLUE,
        [PART_FILE] = GREEN,        [PART_SHMEM] = RED,
        [PART_SLAB] = YELLOW,       [PART_PAGE_TABLE] = MAGENTA,
        [PART_KERNEL_STACK] = CYAN, [PART_KERNEL_OTHER] = MAGENTA,
        [PART_HUGETLB] = CYAN,      [PART_UNEVICTABLE] = YELLOW,
        [PART_UNACCOUNTED] = WHITE,
    };
    if (style < STYLE_PART)
        return theme->looks[style];
    short ink = theme->part_ink;
    return (struct look){.foreground = ink,
                         .background = ink == NONE ? NONE : part_colours[style - STYLE_PART]};
}

char part_letter(enum part part)
{
    static const char letters[PART_COUNT] = {
        [PART_UNKNOWN] = '?',      [PART_ANON] = 'A',         [PART_FILE] = 'F',
        [PART_SHMEM] = 'T',        [PART_SLAB] = 'S',         [PART_PAGE_TABLE] = 'P',
        [PART_KERNEL_STACK] = 'K', [PART_KERNEL_OTHER] = 'O', [PART_HUGETLB] = 'H',
        [PART_UNEVICTABLE] = 'M',  [PART_UNACCOUNTED] = 'X',
    };
    return letters[part];
}
