#include "analyzer/base/escape.h"

/* Length of the valid, printable UTF-8 sequence at the front, 0 when its first byte must be
 * escaped. */
static size_t printable_length(const unsigned char *p, size_t left)
{
    if (p[0] < 0x80)
        return p[0] >= 0x20 && p[0] != 0x7f;
    size_t length = p[0] >= 0xc2 && p[0] < 0xe0   ? 2
                    : (p[0] & 0xf0) == 0xe0       ? 3
                    : p[0] >= 0xf0 && p[0] < 0xf5 ? 4
                                                  : 0;
    if (length == 0 || length > left)
        return 0;
    uint32_t code = p[0] & (0xff >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (p[i] & 0x3f);
    }
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    bool is_valid = code >= least[length] && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    bool is_control = code < 0xa0 || (code >= 0x200b && code <= 0x200f) ||
                      (code >= 0x2028 && code <= 0x202e) || (code >= 0x2060 && code <= 0x206f) ||
                      code == 0xfeff;
    return is_valid && !is_control ? length : 0;
}

/* Are the eight bytes at @p p printable ASCII? Log text hardly is anything else. */
static bool is_plain(const unsigned char *p)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
    uint64_t bytes;
    memcpy(&bytes, p, sizeof bytes);
    bool has_tops = bytes & tops, has_controls = (bytes - ones * 0x20) & tops;
    bool has_delete = (bytes + ones) & tops; /* 0x7f */
    return !has_tops && !has_controls && !has_delete;
}

bool is_clean_text(struct slice text)
{
    const unsigned char *p = (const unsigned char *)text.data;
    for (size_t i = 0, step; i < text.length; i += step) {
        bool has_eight = text.length - i >= sizeof(uint64_t);
        step = has_eight && is_plain(p + i) ? sizeof(uint64_t)
                                            : printable_length(p + i, text.length - i);
        if (step == 0)
            return false;
    }
    return true;
}

struct slice escape_text(struct arena *arena, struct slice text)
{
    static const char hex[] = "0123456789abcdef";
    if (is_clean_text(text))
        return text;
    const unsigned char *p = (const unsigned char *)text.data;
    char *clean = arena_allocate(arena, text.length * 4 + 1);
    size_t at = 0;
    for (size_t i = 0; i < text.length;) {
        size_t step = printable_length(p + i, text.length - i);
        if (step) {
            memcpy(clean + at, p + i, step);
            at += step;
            i += step;
            continue;
        }
        clean[at++] = '\\';
        clean[at++] = 'x';
        clean[at++] = hex[p[i] >> 4];
        clean[at++] = hex[p[i] & 15];
        i++;
    }
    return slice_of(clean, at);
}
