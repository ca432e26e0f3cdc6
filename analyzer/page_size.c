#include "analyzer/page_size.h"

enum { SMALLEST_SHIFT = 12, LARGEST_SHIFT = 16 };

bool page_size_is_possible(struct amount page_size)
{
    int64_t bytes = page_size.value;
    return page_size.known && bytes >= 4096 && bytes <= 1024 * 1024 && (bytes & (bytes - 1)) == 0;
}

struct amount page_size_of_unlimited(int64_t limit_kib)
{
    for (int shift = SMALLEST_SHIFT; shift <= LARGEST_SHIFT; shift++) {
        int64_t page = INT64_C(1) << shift;
        bool is_64_bit = limit_kib == (INT64_MAX >> shift) * (page / 1024);
        bool is_32_bit = limit_kib == (int64_t)INT32_MAX * (page / 1024);
        if (is_64_bit || is_32_bit)
            return amount_of(page, 0);
    }
    return UNKNOWN;
}

struct amount page_size_of_ratio(int64_t kib, int64_t pages)
{
    enum { ENOUGH_PAGES = 256 }; /* the two were read at different moments */
    if (pages < ENOUGH_PAGES || pages > INT64_MAX / 1024 || kib <= 0)
        return UNKNOWN;
    for (int shift = SMALLEST_SHIFT; shift <= LARGEST_SHIFT; shift++) {
        int64_t expected = pages * ((INT64_C(1) << shift) / 1024);
        if (kib >= expected - expected / 8 && kib <= expected + expected / 8)
            return amount_of(INT64_C(1) << shift, 0);
    }
    return UNKNOWN;
}

struct amount page_size_of_arch(struct slice arch)
{
    static const char *const four_kib[] = {"x86_64", "amd64", "x86",  "i386",
                                           "i586",   "i686",  "s390x"};
    for (size_t i = 0; i < sizeof four_kib / sizeof *four_kib; i++)
        if (slice_equal(slice_from_string(four_kib[i]), arch))
            return amount_of(4096, 0);
    return UNKNOWN;
}
