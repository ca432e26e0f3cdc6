#include "parsers/log/anchor_private.h"

#include <stdlib.h>

#include "analyzer/base/arena.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/* What shares a bucket mixes its bytes: "soft lockup" among the last ones stopped at each "mail-",
 * a thousand times in a MiB of a mail server's log. */
static const struct anchor anchors[] = {
    {SLICE_INIT("oom-kill"), 2,
     0}, /* the header and the summary; "oom" itself is in every "room" */
    {SLICE_INIT("oom_kill"), 2, 0},
    {SLICE_INIT("oom_reaper"), 2, 0},
    {SLICE_INIT("oom.group"), 2, 0},
    {SLICE_INIT("oom_score_adj"), 2, 0}, /* task table header, kill lines since 5.4 */
    {SLICE_INIT("Killed "), 0, 1},
    {SLICE_INIT("Kill process "), 0, 1},
    {SLICE_INIT("Kill '"), 0, 1},
    {SLICE_INIT("sending SIG"), 8, 1}, /* earlyoom */
    {SLICE_INIT("Sending SIG"), 8, 1}, /* Talos */
    {SLICE_INIT("SLUB: Unable"), 0, 1},
    {SLICE_INIT("SLAB: Unable"), 0, 1},
    {SLICE_INIT("Out of memory"), 0, 2},
    {SLICE_INIT("Out of Memory"), 0, 2},
    {SLICE_INIT("Linux version "), 4, 2},
    {SLICE_INIT("System OOM"), 7, 2},             /* kubelet */
    {SLICE_INIT("OOM killer."), 0, 2},            /* systemd's PID 1 */
    {SLICE_INIT("But continuing instead"), 0, 2}, /* vm.would_have_oomkilled */
    {SLICE_INIT("Mem-Info:"), 0, 3},
    {SLICE_INIT("Memory cgroup "), 0, 3},
    {SLICE_INIT("lowmem_reserve"), 1, 4},
    {SLICE_INIT("lowmemorykiller"), 1, 4},
    {SLICE_INIT("send sigkill"), 6, 4}, /* its first words */
    {SLICE_INIT("mode:0x"), 4, 5},      /* page allocation failure */
    {SLICE_INIT("over_high"), 3, 5},    /* mem_cgroup_handle_over_high */
    {SLICE_INIT("try_charge"), 2, 5},   /* a task stuck in a charge */
    {SLICE_INIT("oomd"), 1, 6},
    {SLICE_INIT("VmRSS"), 0, 6}, /* earlyoom up to 1.2; /proc/PID/status, which few log */
    {SLICE_INIT("failcnt "), 2, 7},
    {SLICE_INIT("soft lockup - CPU#"), 15, 1},
    {SLICE_INIT("self-detected"), 3, 6},
    {SLICE_INIT("CPUs/tasks"), 1, 1},
    {SLICE_INIT("MESSAGE\":["), 5, 7},  /* the journal's JSON with the text as byte array */
    {SLICE_INIT("MESSAGE\": ["), 5, 7}, /* as jq and others write it */
    {SLICE_INIT("MESSAGE\" : ["), 5, 7},
};
enum {
    ANCHORS = sizeof anchors / sizeof *anchors,
    PROBE = 3,
    STEP = 64,    /* bytes that are searched at a time */
    AHEAD = 4096, /* bytes, asked for early: what processors fetch unasked ends with the page */
};

typedef size_t skipper(const struct anchor_search *search, struct slice text, size_t from,
                       uint64_t *lines);

struct anchor_search {
    unsigned char byte[PROBE][256];                /* byte -> buckets that accept it */
    unsigned char low[PROBE][16], high[PROBE][16]; /* by nibbles: accept some bytes more */
    skipper *skip; /* over whole steps that hold no anchor, counting their newlines; returns where
                      it stops */
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

/* The first anchor of @p text whose three bytes begin in [from, end). */
static size_t find_between(const struct anchor_search *search, struct slice text, size_t from,
                           size_t end)
{
    const unsigned char *p = (const unsigned char *)text.data;
    for (size_t i = from; i < end && i + PROBE <= text.length; i++) {
        unsigned buckets =
            search->byte[0][p[i]] & search->byte[1][p[i + 1]] & search->byte[2][p[i + 2]];
        if (buckets && anchor_is_at(text, i, buckets))
            return i;
    }
    return SLICE_NOT_FOUND;
}

size_t anchor_find(const struct anchor_search *search, struct slice text, size_t from,
                   uint64_t *lines)
{
    size_t hit = SLICE_NOT_FOUND;
    while (hit == SLICE_NOT_FOUND && from < text.length) {
        from = search->skip(search, text, from, lines);
        size_t end = from + STEP < text.length ? from + STEP : text.length;
        hit = find_between(search, text, from, end);
        end = hit < end ? hit : end;
        *lines += slice_count_byte(slice_take(slice_skip(text, from), end - from), '\n');
        from = end;
    }
    return hit;
}

/* ---- how steps are passed over */

static size_t skip_none(const struct anchor_search *search, struct slice text, size_t from,
                        uint64_t *lines)
{
    (void)search, (void)text, (void)lines;
    return from;
}

#if defined(__x86_64__)
__attribute__((target("avx2"), always_inline)) static inline __m256i
load_table(const unsigned char table[16])
{
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)table));
}

__attribute__((target("avx2"), always_inline)) static inline __m256i load_half(const char *p)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

/* Buckets that accept the byte at each of 32 places. Bytes from 0x80 shuffle to zero: no anchor has
 * one. */
__attribute__((target("avx2"), always_inline)) static inline __m256i
accept_half(const char *p, __m256i low, __m256i high)
{
    __m256i bytes = load_half(p);
    __m256i high_nibbles = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(15));
    return _mm256_and_si256(_mm256_shuffle_epi8(low, bytes),
                            _mm256_shuffle_epi8(high, high_nibbles));
}

__attribute__((target("avx2,popcnt"), always_inline)) static inline int count_half(const char *p)
{
    __m256i newlines = _mm256_cmpeq_epi8(load_half(p), _mm256_set1_epi8('\n'));
    return __builtin_popcount((unsigned)_mm256_movemask_epi8(newlines));
}

/* No call is made in here, so that the six tables stay in registers. */
__attribute__((target("avx2,popcnt"))) static size_t
skip_avx2(const struct anchor_search *search, struct slice text, size_t i, uint64_t *lines)
{
    const __m256i low0 = load_table(search->low[0]), high0 = load_table(search->high[0]);
    const __m256i low1 = load_table(search->low[1]), high1 = load_table(search->high[1]);
    const __m256i low2 = load_table(search->low[2]), high2 = load_table(search->high[2]);
    uint64_t newlines = 0;
    for (; i + STEP + PROBE <= text.length; i += STEP) {
        const char *p = text.data + i, *q = p + STEP / 2;
        __builtin_prefetch(p + AHEAD);
        __m256i first =
            _mm256_and_si256(accept_half(p, low0, high0), accept_half(p + 1, low1, high1));
        __m256i second =
            _mm256_and_si256(accept_half(q, low0, high0), accept_half(q + 1, low1, high1));
        first = _mm256_and_si256(first, accept_half(p + 2, low2, high2));
        second = _mm256_and_si256(second, accept_half(q + 2, low2, high2));
        __m256i either = _mm256_or_si256(first, second);
        if (!_mm256_testz_si256(either, either))
            break;
        newlines += (uint64_t)(count_half(p) + count_half(q));
    }
    *lines += newlines;
    return i;
}

#define AVX512 "avx512f,avx512bw,avx512vbmi,popcnt"

/* Buckets that accept the byte at each of 64 places: one instruction looks all of ASCII up. Bytes
 * from 0x80 are taken for those 0x80 below, which find_between() puts right. */
__attribute__((target(AVX512), always_inline)) static inline __m512i
accept(__m512i bytes, const unsigned char table[256])
{
    return _mm512_permutex2var_epi8(_mm512_loadu_si512(table), bytes,
                                    _mm512_loadu_si512(table + STEP));
}

__attribute__((target(AVX512))) static size_t
skip_avx512(const struct anchor_search *search, struct slice text, size_t i, uint64_t *lines)
{
    const __m512i newline = _mm512_set1_epi8('\n');
    uint64_t newlines = 0;
    for (; i + STEP + PROBE <= text.length; i += STEP) {
        const char *p = text.data + i;
        __builtin_prefetch(p + AHEAD);
        __m512i bytes = _mm512_loadu_si512(p);
        __m512i both = _mm512_and_si512(accept(bytes, search->byte[0]),
                                        accept(_mm512_loadu_si512(p + 1), search->byte[1]));
        if (_mm512_test_epi8_mask(both, accept(_mm512_loadu_si512(p + 2), search->byte[2])))
            break;
        newlines += (uint64_t)__builtin_popcountll(_mm512_cmpeq_epi8_mask(bytes, newline));
    }
    *lines += newlines;
    return i;
}
#endif

static skipper *skipper_of(enum anchor_method method)
{
#if defined(__x86_64__)
    if (method == ANCHOR_AVX512 && __builtin_cpu_supports("avx512vbmi") &&
        __builtin_cpu_supports("avx512bw"))
        return skip_avx512;
    if (method == ANCHOR_AVX2 && __builtin_cpu_supports("avx2"))
        return skip_avx2;
#endif
    return method == ANCHOR_PORTABLE ? skip_none : NULL;
}

bool anchor_search_use(struct anchor_search *search, enum anchor_method method)
{
    skipper *skip = skipper_of(method);
    if (skip)
        search->skip = skip;
    return skip;
}

struct anchor_search *anchor_search_create(void)
{
    struct anchor_search *search = must_allocate(sizeof *search);
    for (size_t i = 0; i < ANCHORS; i++)
        for (size_t place = 0; place < PROBE; place++) {
            unsigned char byte = (unsigned char)anchors[i].literal.data[anchors[i].probe + place];
            unsigned char bucket = (unsigned char)(1u << anchors[i].bucket);
            search->byte[place][byte] |= bucket;
            search->low[place][byte & 15] |= bucket;
            search->high[place][byte >> 4] |= bucket;
        }
    for (int method = 0; method < ANCHOR_METHODS; method++)
        anchor_search_use(search, (enum anchor_method)method);
    return search;
}

void anchor_search_destroy(struct anchor_search *search)
{
    free(search);
}
