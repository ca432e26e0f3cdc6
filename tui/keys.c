#include "tui/keys.h"

static const struct key_row rows[] = {
#define KEY(action, where, keys, footer, help) {action, where, keys, footer, help},
#include "tui/keys.def"
#undef KEY
};

const struct key_row *keys_table(size_t *count)
{
    *count = sizeof rows / sizeof *rows;
    return rows;
}

static bool has_key(const struct key_row *row, struct slice name)
{
    struct slice names = slice_from_string(row->keys);
    while (names.length)
        if (slice_equal(slice_cut(&names, ' '), name))
            return true;
    return false;
}

enum action key_action(struct slice name, unsigned where)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].where & where && has_key(&rows[i], name))
            return rows[i].action;
    return ACTION_NONE;
}

struct slice key_first(const struct key_row *row)
{
    struct slice names = slice_from_string(row->keys);
    return slice_cut(&names, ' ');
}
