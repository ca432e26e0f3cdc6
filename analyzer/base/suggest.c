#include "analyzer/base/suggest.h"

enum { WORD_MAX = 64 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Optimal string alignment: three rows of the usual table, two back for the swap. */
static size_t distance(struct slice a, struct slice b)
{
    size_t rows[3][WORD_MAX + 1];
    for (size_t j = 0; j <= b.length; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a.length; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b.length; j++) {
            bool same = a.data[i - 1] == b.data[j - 1];
            row[j] = least(least(above[j], row[j - 1]) + 1, above[j - 1] + !same);
            if (i > 1 && j > 1 && a.data[i - 1] == b.data[j - 2] && a.data[i - 2] == b.data[j - 1])
                row[j] = least(row[j], two_above[j - 2] + 1);
        }
    }
    return rows[a.length % 3][b.length];
}

const char *suggest(struct slice word, const char *const *names, size_t count)
{
    const char *nearest = NULL;
    size_t best = word.length / 3 + 1;
    if (word.length > WORD_MAX)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        struct slice name = slice_from_string(names[i]);
        size_t steps = name.length <= WORD_MAX ? distance(word, name) : best;
        if (steps < best) {
            best = steps;
            nearest = names[i];
        }
    }
    return nearest;
}
