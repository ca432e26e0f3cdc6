#include "analyzer/render_columns.h"

enum { GAP = 2 };

/* Take columns from the widest that may shrink until the line fits, or none can give any more. */
static bool shrink(const struct render_column *columns, int count, int *widths, int available)
{
    for (;;) {
        int total = 0, widest = -1;
        for (int i = 0; i < count; i++) {
            total += widths[i] ? widths[i] + GAP : 0;
            bool can_give = columns[i].least && widths[i] > columns[i].least;
            if (can_give && (widest < 0 || widths[i] > widths[widest]))
                widest = i;
        }
        if (total - GAP <= available)
            return true;
        if (widest < 0)
            return false;
        widths[widest]--;
    }
}

void columns_fit(const struct render_column *columns, int count, const int *needed, int available,
                 int *widths)
{
    bool is_fitting = false;
    for (int gone = 0; !is_fitting && gone < count; gone++) {
        for (int i = 0; i < count; i++) {
            bool stays = columns[i].leaves == 0 || columns[i].leaves > gone;
            widths[i] = stays ? needed[i] : 0;
        }
        is_fitting = shrink(columns, count, widths, available);
    }
}
