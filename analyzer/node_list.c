#include "analyzer/node_list.h"

bool node_list_has(struct slice list, int node)
{
    int64_t wanted = node < 0 ? 0 : node;
    while (list.length) {
        struct slice range = slice_trim(slice_cut(&list, ','));
        int64_t first, last;
        if (!slice_take_number(&range, &first))
            return false;
        last = first;
        if (slice_starts(range, SLICE("-"))) {
            range = slice_skip(range, 1);
            if (!slice_take_number(&range, &last))
                return false;
        }
        if (first <= wanted && wanted <= last)
            return true;
    }
    return false;
}
