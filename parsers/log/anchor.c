#include "parsers/log/anchor_private.h"

#include <stdlib.h>

#include "analyzer/base/arena.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

static const struct anchor anchors[] = {
    {SLICE_INIT("oom-kill"), 2,
     0}, /* the header and the summary; "oom" itself is in every "room" */
    {SLICE_INIT("oom_kill"), 2, 0},
    {SLICE_INIT("oom_reaper"), 2, 0},
    {SLICE_INIT("oom_score_adj"), 2, 0}, /* task table header, kill lines since 5.4 */
    {SLICE_INIT("Killed "), 0, 1},
    {SLICE_INIT("Kill process "), 0, 1},
    {SLICE_INIT("Kill '"), 0, 1},
    {SLICE_INIT("sending SIG"), 8, 1}, /* earlyoom */
    {SLICE_INIT("SLUB: Unable"), 0, 1},
    {SLICE_INIT("SLAB: Unable"), 0, 1},
    {SLICE_INIT("Out of memory"), 0, 2},
    {SLICE_INIT("Out of Memory"), 0, 2},
    {SLICE_INIT("Linux version "), 4, 2},
    {SLICE_INIT("Mem-Info:"), 0, 3},
    {SLICE_INIT("Memory cgroup "), 0, 3},
    {SLICE_INIT("lowmem_reserve"), 1, 4},
    {SLICE_INIT("lowmemorykiller"), 1, 4},
    {SLICE_INIT("mode:0x"), 4, 5},    /* page allocation failure */
    {SLICE_INIT("over_high"), 3, 5},  /* mem_cgroup_handle_over_high */
    {SLICE_INIT("try_charge"), 2, 5}, /* a task stuck in a charge */
    {SLICE_INIT("oomd"), 1, 6},
    {SLICE_INIT("failcnt "), 2, 7},
    {SLICE_INIT("MESSAGE\":["), 5, 7}, /* the journal's JSON with the text as byte array */
    {SLICE_INIT("MESSAGE\" : ["), 5, 7},
};
enum { ANCHORS = sizeof anchors / sizeof *anchors, PROBE = 3 };

struct anchor_search {
    unsigned char low[PROBE][16], high[PROBE][16]; /* nibble -> buckets that accept it */
    unsigned char byte[PROBE][256];                /* both nibbles at once, for the portable loop */
    size_t (*find)(const struct anchor_search *, struct slice, size_t);
};

const struct anchor *anchor_all(size_t *count)
{
    *count = ANCHORS;
    return anchors;
}

static bool anchor_is_at(struct slice text, size_t at, unsigned buckets)
{
    for (size_t i = 0; i < ANCHORS; i++) {
        const struct anchor *anchor = &anchors[i];
        if ((buckets >> anchor->bucket & 1) && at >= anchor->probe &&
            slice_starts(slice_skip(text, at - anchor->probe), anchor->literal))
            return true;
    }
    return false;
}

/* The first anchor of @p text whose three bytes stand in [from, end). */
static size_t find_between(const struct anchor_search *search, struct slice text, size_t from,
                           size_t end)
{
    const unsigned char *p = (const unsigned char *)text.data;
    for (size_t i = from; i + PROBE <= end; i++) {
        unsigned buckets =
            search->byte[0][p[i]] & search->byte[1][p[i + 1]] & search->byte[2][p[i + 2]];
        if (buckets && anchor_is_at(text, i, buckets))
            return i;
    }
    return SLICE_NOT_FOUND;
}

size_t anchor_find_portable(const struct anchor_search *search, struct slice text, size_t from)
{
    return find_between(search, text, from, text.length);
}

#if defined(__x86_64__)
__attribute__((target("avx2"), always_inline)) static inline __m256i
load_table(const unsigned char table[16])
{
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)table));
}

/* Buckets that accept the byte at each of 32 places. Bytes from 0x80 shuffle to zero: no anchor has
 * one. */
__attribute__((target("avx2"), always_inline)) static inline __m256i
accept(const char *p, __m256i low, __m256i high)
{
    __m256i bytes = _mm256_loadu_si256((const __m256i *)(const void *)p);
    __m256i high_nibbles = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(15));
    return _mm256_and_si256(_mm256_shuffle_epi8(low, bytes),
                            _mm256_shuffle_epi8(high, high_nibbles));
}

enum { STRIDE = 64 };

/* The first of the 64-byte steps from @p i on that may hold an anchor, or where the whole steps
 * end. No call is made in here, so that the six tables stay in registers. */
__attribute__((target("avx2"))) static size_t skip_quiet(const struct anchor_search *search,
                                                         struct slice text, size_t i)
{
    const __m256i low0 = load_table(search->low[0]), high0 = load_table(search->high[0]);
    const __m256i low1 = load_table(search->low[1]), high1 = load_table(search->high[1]);
    const __m256i low2 = load_table(search->low[2]), high2 = load_table(search->high[2]);
    for (; i + STRIDE + PROBE <= text.length; i += STRIDE) {
        const char *p = text.data + i, *q = p + STRIDE / 2;
        __m256i first = _mm256_and_si256(accept(p, low0, high0), accept(p + 1, low1, high1));
        __m256i second = _mm256_and_si256(accept(q, low0, high0), accept(q + 1, low1, high1));
        first = _mm256_and_si256(first, accept(p + 2, low2, high2));
        second = _mm256_and_si256(second, accept(q + 2, low2, high2));
        __m256i either = _mm256_or_si256(first, second);
        if (!_mm256_testz_si256(either, either))
            break;
    }
    return i;
}

static size_t find_avx2(const struct anchor_search *search, struct slice text, size_t from)
{
    size_t i = skip_quiet(search, text, from);
    while (i + STRIDE + PROBE <= text.length) {
        size_t hit = find_between(search, text, i, i + STRIDE + PROBE - 1);
        if (hit != SLICE_NOT_FOUND)
            return hit;
        i = skip_quiet(search, text, i + STRIDE);
    }
    return find_between(search, text, i, text.length);
}

__attribute__((target("avx2"))) static uint64_t count_lines_avx2(struct slice text, size_t *done)
{
    const __m256i newline = _mm256_set1_epi8('\n'), zero = _mm256_setzero_si256();
    __m256i sums = zero;
    size_t i = 0;
    while (i + 32 <= text.length) {
        __m256i counts = zero;
        size_t end = i + 32 * 255 < text.length ? i + 32 * 255 : text.length;
        for (; i + 32 <= end; i += 32) {
            __m256i bytes = _mm256_loadu_si256((const __m256i *)(const void *)(text.data + i));
            counts = _mm256_sub_epi8(counts, _mm256_cmpeq_epi8(bytes, newline));
        }
        sums = _mm256_add_epi64(sums, _mm256_sad_epu8(counts, zero));
    }
    uint64_t parts[4];
    _mm256_storeu_si256((__m256i *)(void *)parts, sums);
    *done = i;
    return parts[0] + parts[1] + parts[2] + parts[3];
}
#endif

uint64_t count_lines(struct slice text)
{
    uint64_t lines = 0;
    size_t done = 0;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2"))
        lines = count_lines_avx2(text, &done);
#endif
    for (; done < text.length; done++)
        lines += text.data[done] == '\n';
    return lines;
}

struct anchor_search *anchor_search_create(void)
{
    struct anchor_search *search = must_allocate(sizeof *search);
    for (size_t i = 0; i < ANCHORS; i++)
        for (size_t place = 0; place < PROBE; place++) {
            unsigned char byte = (unsigned char)anchors[i].literal.data[anchors[i].probe + place];
            search->low[place][byte & 15] |= (unsigned char)(1u << anchors[i].bucket);
            search->high[place][byte >> 4] |= (unsigned char)(1u << anchors[i].bucket);
        }
    for (size_t place = 0; place < PROBE; place++)
        for (unsigned byte = 0; byte < 128; byte++)
            search->byte[place][byte] =
                search->low[place][byte & 15] & search->high[place][byte >> 4];
    search->find = anchor_find_portable;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2"))
        search->find = find_avx2;
#endif
    return search;
}

void anchor_search_destroy(struct anchor_search *search)
{
    free(search);
}

size_t anchor_find(const struct anchor_search *search, struct slice text, size_t from)
{
    return search->find(search, text, from);
}
