#include "parsers/log/columns.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { LANES = 16, WINDOW = 64 };
typedef unsigned char lanes __attribute__((vector_size(LANES)));

/* One bit for each byte of a window, the first lowest. */
struct map {
    uint64_t digits, blanks;
};

/* One bit for each lane that is not 0, where each is 0 or 0xff. */
static inline uint64_t bits_of(lanes marks)
{
#ifdef __SSE2__
    return (unsigned)_mm_movemask_epi8((__m128i)marks);
#else
    uint64_t bits = 0;
    char bytes[LANES];
    memcpy(bytes, &marks, LANES);
    for (int i = 0; i < LANES; i += 8) {
        uint64_t ones = eight_bytes(bytes + i) & UINT64_C(0x0101010101010101);
        bits |= ones * UINT64_C(0x0102040810204080) >> 56 << i;
    }
    return bits;
#endif
}

/* Bytes from @p at on, which stands @p ahead bytes before byte @p place of the window. */
static inline void map_lanes(struct map *map, const char *at, size_t place, size_t ahead)
{
    lanes bytes;
    memcpy(&bytes, at, LANES);
    map->digits |= bits_of((lanes)((lanes)(bytes - '0') < 10)) >> ahead << place;
    map->blanks |= bits_of((lanes)(bytes == ' ')) >> ahead << place;
}

/* The last lanes of a text that is no multiple of them overlap with those before. */
static inline struct map map_of(struct slice text)
{
    struct map map = {0};
    size_t length = text.length < WINDOW ? text.length : WINDOW, i = 0;
    for (; i + LANES <= length; i += LANES)
        map_lanes(&map, text.data + i, i, 0);
    if (i < length)
        map_lanes(&map, text.data + length - LANES, i, i + LANES - length);
    return map;
}

/* Bits below the first that is not set. */
static inline uint64_t bits_before_gap(uint64_t bits)
{
    return (~bits & (bits + 1)) - 1;
}

/* The number between two places of a text that is longer than eight bytes. */
static inline int64_t number_between(struct slice text, size_t start, size_t end)
{
    uint64_t word =
        end < 8 ? eight_bytes(text.data) << 8 * (8 - end) : eight_bytes(text.data + end - 8);
    unsigned others = 8 * (8 - (unsigned)(end - start));
    return (int64_t)eight_value((word ^ EIGHT_ZEROS) >> others << others);
}

int columns_take(struct slice *text, int64_t numbers[], int most)
{
    struct slice rest = *text;
    if (rest.length >= 8)
        rest = slice_skip(rest, eight_repeated(rest.data, ' '));
    if (rest.length < LANES)
        return 0;
    struct map map = map_of(rest);
    uint64_t starts = map.digits & ~(map.digits << 1), ends = map.blanks & map.digits << 1;
    size_t taken = 0;
    int count = 0;
    for (ends &= bits_before_gap(map.digits | map.blanks); ends && count < most; count++) {
        size_t start = (size_t)__builtin_ctzll(starts), end = (size_t)__builtin_ctzll(ends);
        if (end - start > 8)
            break;
        numbers[count] = number_between(rest, start, end);
        starts &= starts - 1;
        ends &= ends - 1;
        taken = end;
    }
    if (count)
        *text = slice_skip(rest, taken);
    return count;
}
