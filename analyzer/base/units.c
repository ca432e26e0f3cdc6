#include "analyzer/base/units.h"

#include <inttypes.h>

struct slice bytes_print(struct arena *arena, int64_t bytes)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    double size = bytes < 0 ? -(double)bytes : (double)bytes;
    int unit = 0;
    while (size >= 1024 && unit < 6) {
        size /= 1024;
        unit++;
    }
    if (unit < 6 && size >= 1023.95) { /* would print as 1024.0 */
        size /= 1024;
        unit++;
    }
    const char *sign = bytes < 0 ? "-" : "";
    bool is_whole = unit == 0 || (unit == 1 && size == (double)(int64_t)size);
    return arena_format(arena, "%s%.*f %s", sign, is_whole ? 0 : 1, size, units[unit]);
}

struct slice count_print(struct arena *arena, int64_t count)
{
    struct slice digits = arena_format(arena, "%" PRId64, count);
    size_t start = count < 0;
    size_t length = digits.length - start;
    char *text = arena_allocate(arena, digits.length + length / 3 + 1);
    size_t at = 0;
    for (size_t i = 0; i < digits.length; i++) {
        if (i > start && (digits.length - i) % 3 == 0)
            text[at++] = ',';
        text[at++] = digits.data[i];
    }
    return slice_of(text, at);
}

struct slice permille_print(struct arena *arena, int64_t permille)
{
    bool is_small = permille > -10 && permille < 10 && permille != 0;
    bool is_nearly_all = permille >= 995 && permille < 1000;
    if (is_small || is_nearly_all)
        return arena_format(arena, "%.1f %%", (double)permille / 10);
    return arena_format(arena, "%" PRId64 " %%", (permille + (permille < 0 ? -5 : 5)) / 10);
}

struct slice duration_print(struct arena *arena, int64_t microseconds)
{
    int64_t s = microseconds / 1000000;
    if (s < 10)
        return arena_format(arena, "%.1f s", (double)microseconds / 1e6);
    if (s < 60)
        return arena_format(arena, "%" PRId64 " s", s);
    if (s < 3600)
        return arena_format(arena, "%" PRId64 " min %02" PRId64 " s", s / 60, s % 60);
    if (s < 86400)
        return arena_format(arena, "%" PRId64 " h %02" PRId64 " min", s / 3600, s / 60 % 60);
    return arena_format(arena, "%" PRId64 " d %" PRId64 " h", s / 86400, s / 3600 % 24);
}
