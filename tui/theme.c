#include "tui/theme.h"

enum { BLACK, RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, WHITE, NONE = COLOUR_DEFAULT };

static const struct theme themes[THEME_COUNT] = {
    [THEME_DARK] = {"dark",
                    {
                        [STYLE_PLAIN] = {.foreground = NONE, .background = NONE},
                        [STYLE_DIM] = {.foreground = NONE, .background = NONE, .is_dim = true},
                        [STYLE_HEADING] = {.foreground = CYAN, .background = NONE, .is_bold = true},
                        [STYLE_BAR] = {.foreground = WHITE, .background = BLUE},
                        [STYLE_KEY] = {.foreground = WHITE, .background = BLUE, .is_bold = true},
                        [STYLE_TAB] = {.foreground = BLACK, .background = CYAN},
                        [STYLE_ALERT] = {.foreground = RED, .background = NONE, .is_bold = true},
                        [STYLE_GOOD] = {.foreground = GREEN, .background = NONE},
                        [STYLE_DOUBT] = {.foreground = YELLOW, .background = NONE},
                        [STYLE_LINK] = {.foreground = CYAN, .background = NONE},
                        [STYLE_MATCH] = {.foreground = BLACK, .background = YELLOW},
                    },
                    .part_ink = BLACK},
    [THEME_LIGHT] =
        {"light",
         {
             [STYLE_PLAIN] = {.foreground = NONE, .background = NONE},
             [STYLE_DIM] = {.foreground = NONE, .background = NONE, .is_dim = true},
             [STYLE_HEADING] = {.foreground = BLUE, .background = NONE, .is_bold = true},
             [STYLE_BAR] = {.foreground = BLACK, .background = CYAN},
             [STYLE_KEY] = {.foreground = BLACK, .background = CYAN, .is_bold = true},
             [STYLE_TAB] = {.foreground = WHITE, .background = BLUE, .is_bold = true},
             [STYLE_ALERT] = {.foreground = RED, .background = NONE, .is_bold = true},
             [STYLE_GOOD] = {.foreground = GREEN, .background = NONE},
             [STYLE_DOUBT] = {.foreground = MAGENTA, .background = NONE},
             [STYLE_LINK] = {.foreground = BLUE, .background = NONE},
             [STYLE_MATCH] = {.foreground = BLACK, .background = YELLOW},
         },
         .part_ink = WHITE},
    [THEME_MONO] =
        {"mono",
         {
             [STYLE_PLAIN] = {.foreground = NONE, .background = NONE},
             [STYLE_DIM] = {.foreground = NONE, .background = NONE},
             [STYLE_HEADING] = {.foreground = NONE, .background = NONE, .is_bold = true},
             [STYLE_BAR] = {.foreground = NONE, .background = NONE, .is_reverse = true},
             [STYLE_KEY] =
                 {.foreground = NONE, .background = NONE, .is_reverse = true, .is_bold = true},
             [STYLE_TAB] = {.foreground = NONE, .background = NONE, .is_reverse = true},
             [STYLE_ALERT] = {.foreground = NONE, .background = NONE, .is_bold = true},
             [STYLE_GOOD] = {.foreground = NONE, .background = NONE},
             [STYLE_DOUBT] = {.foreground = NONE, .background = NONE},
             [STYLE_LINK] = {.foreground = NONE, .background = NONE, .is_underlined = true},
             [STYLE_MATCH] = {.foreground = NONE, .background = NONE, .is_reverse = true},
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
