#include "parsers/log/line_shape.h"

enum { COMM_MAX = 15 };

struct slice comm_of(struct slice words)
{
    static const struct {
        struct slice start;
        size_t length;
    } bytes[] = {{SLICE_INIT("\\x"), 4}, {SLICE_INIT("\xef\xbf\xbd"), 3}};
    words = slice_trim(words);
    if (words.length <= COMM_MAX)
        return words;
    struct slice rest = words;
    for (size_t count = 0; rest.length; count++) {
        size_t length = 1;
        if (count == COMM_MAX)
            return SLICE("");
        for (size_t i = 0; i < sizeof bytes / sizeof *bytes; i++)
            if (slice_starts(rest, bytes[i].start))
                length = bytes[i].length;
        rest = slice_skip(rest, length);
    }
    return words;
}

/* What the kernel prints behind a name holds no quotes. */
static bool has_quotes(struct slice text)
{
    return slice_find_byte(text, '"') != SLICE_NOT_FOUND ||
           slice_find_byte(text, '`') != SLICE_NOT_FOUND ||
           slice_find_byte(text, '\\') != SLICE_NOT_FOUND;
}

/* @p key and a number behind it; a negative one, too. */
static bool has_number(struct slice text, struct slice key)
{
    size_t at = slice_find(text, key);
    struct slice value = slice_skip(text, at == SLICE_NOT_FOUND ? text.length : at + key.length);
    int64_t number;
    return slice_take_number(&value, &number);
}

static bool begins_with_any(struct slice text, const struct slice *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (slice_starts(text, words[i]))
            return true;
    return false;
}

/* @param ends  numbers that stand behind the name when the line is not cut; the last ends it */
static enum line_shape shape_of_head(struct slice name, struct slice rest, struct slice mask,
                                     struct slice order, struct slice last)
{
    bool is_sure = slice_contains(rest, mask) && has_number(rest, order);
    if (has_quotes(rest) || (comm_of(name).length == 0 && !(is_sure && has_number(rest, last))))
        return SHAPE_QUOTED;
    return is_sure ? SHAPE_WHOLE : SHAPE_CUT;
}

enum line_shape shape_of_header(struct slice text)
{
    size_t at = slice_find_last(text, SLICE(" invoked oom-killer:"));
    if (at == SLICE_NOT_FOUND)
        return SHAPE_QUOTED;
    return shape_of_head(slice_take(text, at), slice_skip(text, at), SLICE("gfp_mask=0x"),
                         SLICE("order="), SLICE("adj="));
}

size_t failure_words_at(struct slice text)
{
    static const struct slice words[] = {
        SLICE_INIT(": page allocation failure"),
        SLICE_INIT(": page allocation stalls for "),
        SLICE_INIT(": vmalloc: allocation failure"),
        SLICE_INIT(": vmalloc error: size "),
    };
    size_t at = SLICE_NOT_FOUND;
    for (size_t i = 0; i < sizeof words / sizeof *words && at == SLICE_NOT_FOUND; i++)
        at = slice_find_last(text, words[i]);
    return at;
}

enum line_shape shape_of_failure(struct slice text)
{
    size_t at = failure_words_at(text);
    struct slice mode = SLICE("mode:"); /* all have it, and few have more behind it */
    return shape_of_head(slice_take(text, at), slice_skip(text, at), SLICE("mode:0x"), mode, mode);
}

enum line_shape shape_of_summary_tail(struct slice text)
{
    return !has_quotes(text) && has_number(text, SLICE(",uid=")) ? SHAPE_WHOLE : SHAPE_QUOTED;
}

/* What the kernel says before it kills; mm/oom_kill.c, mm/memcontrol.c. */
static bool begins_decision(struct slice text)
{
    static const struct slice words[] = {
        SLICE_INIT("Out of memory"),
        SLICE_INIT("Memory cgroup out of memory"),
        SLICE_INIT("Out of Memory"),
        SLICE_INIT("No available memory"), /* on the nodes of a mempolicy or cpuset, 2.6 */
        SLICE_INIT("Kill"),
    };
    return begins_with_any(text, words, sizeof words / sizeof *words);
}

struct slice decision_words(struct slice text)
{
    struct slice front = slice_take(text, slice_find(text, SLICE("ill process ")));
    size_t blanks = slice_find_last(front, SLICE("  "));
    return blanks == SLICE_NOT_FOUND ? text : slice_skip(text, blanks + 2);
}

enum line_shape shape_of_choice(struct slice text)
{
    if (!begins_decision(decision_words(text)))
        return SHAPE_QUOTED;
    return has_number(text, SLICE(") score ")) ? SHAPE_WHOLE : SHAPE_CUT;
}

/* "total-vm:32812kB, anon-rss:23856kB, ...". */
static bool has_sizes(struct slice text)
{
    struct slice sizes = slice_skip(text, slice_find(text, SLICE("total-vm:")));
    char last = text.length ? text.data[text.length - 1] : ' ';
    return has_number(sizes, SLICE("anon-rss:")) &&
           (last == 'B' || last == 'k' || (last >= '0' && last <= '9'));
}

enum line_shape shape_of_kill(struct slice text)
{
    size_t sizes = slice_find(text, SLICE("total-vm:"));
    if (has_quotes(slice_skip(text, sizes)))
        return SHAPE_QUOTED;
    if (!begins_decision(text))
        return has_sizes(text) ? SHAPE_WHOLE : SHAPE_QUOTED;
    return sizes == SLICE_NOT_FOUND || has_number(text, SLICE("total-vm:")) ? SHAPE_WHOLE
                                                                            : SHAPE_CUT;
}

enum line_shape shape_of_words(struct slice text)
{
    static const struct slice words[] = {
        SLICE_INIT("Kernel panic - not syncing: "),
        SLICE_INIT("System is deadlocked"),
        SLICE_INIT("sysrq: "),
        SLICE_INIT("SysRq : "),
        SLICE_INIT("OOM victim "),
        SLICE_INIT("Manual OOM execution"),
    };
    bool begins =
        begins_decision(text) || begins_with_any(text, words, sizeof words / sizeof *words);
    return begins && !has_quotes(text) ? SHAPE_WHOLE : SHAPE_QUOTED;
}
