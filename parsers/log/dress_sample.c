#include "parsers/log/dress_sample.h"

enum {
    SAMPLE_BYTES = 16 * 1024, /* within what log.h reads in any case */
    NARROWEST = 60,
    WIDEST = 240,
    FEWEST = 2,      /* lines that go on without a prefix; registers are as long as one another */
    FEWEST_BARE = 3, /* where no line has one */
};

/* "12.345678] ": whoever copies a log by hand misses its first byte before any other. With it, the
 * line is as long as those that are cut where it is. */
static bool lacks_bracket(struct slice line)
{
    char front[32] = "[";
    int64_t us;
    size_t length = line.length < sizeof front - 1 ? line.length : sizeof front - 1;
    memcpy(front + 1, line.data, length);
    return length && line.data[0] != ' ' && prefix_read_stamp(slice_of(front, 1 + length), &us);
}

bool sample_add(struct sample *sample, struct slice line, const struct place *place)
{
    if (sample->count == 0 && lacks_bracket(line))
        buffer_append(&sample->text, SLICE("["));
    buffer_append(&sample->text, line);
    sample->places[sample->count] = *place;
    sample->ends[sample->count++] = sample->text.length;
    return sample->count == SAMPLE_LINES || sample->text.length >= SAMPLE_BYTES;
}

struct slice sample_line(const struct sample *sample, size_t index)
{
    size_t start = index ? sample->ends[index - 1] : 0;
    return slice_take(slice_skip(buffer_text(&sample->text), start), sample->ends[index] - start);
}

/* Without prefixes nothing else tells a cut line from a table's. */
static bool is_usual(size_t column)
{
    static const size_t usual[] = {70, 72, 76, 78, 79, 80, 100, 120, 132, 160};
    bool is = false;
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        is |= usual[i] == column;
    return is;
}

static size_t longest(const struct sample *sample)
{
    size_t length = 0;
    for (size_t i = 0; i < sample->count; i++)
        if (text_trim_end(sample_line(sample, i)).length > length)
            length = text_trim_end(sample_line(sample, i)).length;
    return length;
}

/* Whether @p line ends where it does because the first word of @p next has no room in @p column. */
static bool ends_at_word(struct slice line, struct slice next, size_t column)
{
    while (next.length && strchr("> ", next.data[0])) /* quote marks */
        next = slice_skip(next, 1);
    struct slice word = slice_word(&next);
    return word.length && line.length < column && line.length + 1 + word.length > column;
}

size_t sample_column(const struct sample *sample, const bool *has_prefix)
{
    size_t column = longest(sample), full = 0, goes_on = 0, words = 0, prefixes = 0;
    if (column < NARROWEST || column > WIDEST)
        return 0;
    for (size_t i = 0; i + 1 < sample->count; i++) {
        struct slice line = text_trim_end(sample_line(sample, i));
        bool is_full = line.length == column && line.data[column - 1] != '='; /* quoted-printable */
        full += is_full;
        goes_on += is_full && !has_prefix[i + 1] && sample_line(sample, i + 1).length;
        words += !has_prefix[i + 1] && ends_at_word(line, sample_line(sample, i + 1), column);
        prefixes += has_prefix[i];
    }
    bool is_cut = prefixes ? goes_on >= FEWEST && goes_on * 4 >= full && words <= goes_on
                           : full >= FEWEST_BARE && is_usual(column);
    return is_cut ? column : 0;
}
