#include "parsers/log/dress_mail.h"

enum {
    CODED_WIDTH = 78, /* RFC 2045: 76, with the '=' at its end; some count it, or a line end, not */
    BASE64_SHORTEST = 4, /* digits of the last line */
    SOFT_BREAK_MIN = 70, /* mailers break as late as they can; "=3D" is not cut */
    WRAP_MIN = 72,
    WRAP_MAX = 80,
    BLANKS_LOST = 4,
    WRAP_SHORTEST = 60, /* of a line that was cut at a blank: report words are short */
    WRAPS_SURE = 3,     /* lines that were: behind them, "reserved_highatomic:2048KB" may be one */
    WRAP_SHORTEST_SURE = 40,
};

/** Length of "> ", ">> ", "> > ", "| " at the front of @p line. */
static size_t quote_length(struct slice line)
{
    size_t at = 0;
    if (slice_starts(line, SLICE("| ")))
        return 2;
    while (at < line.length && line.data[at] == '>')
        at += at + 2 < line.length && line.data[at + 1] == ' ' && line.data[at + 2] == '>' ? 2 : 1;
    return at && at < line.length && line.data[at] == ' ' ? at + 1 : at;
}

struct slice mail_unquote(struct mail *mail, struct slice line)
{
    size_t length = quote_length(line);
    mail->is_quoted = length && mail->quoted >= mail->unquoted;
    if (!mail->is_quoted)
        return line;
    mail->quoted++;
    return slice_skip(line, length);
}

void mail_note_prefixed(struct mail *mail, struct slice line, size_t prefix_length)
{
    struct slice text = slice_skip(slice_take(line, WRAP_MAX), prefix_length);
    mail->unquoted += !mail->is_quoted;
    if (line.length > mail->column)
        mail->column = 0;
    if (!mail->column && !mail->is_joined && !mail->is_declared && line.length > WRAP_MAX &&
        slice_find_byte(slice_trim(text), ' ') != SLICE_NOT_FOUND)
        mail->is_unwrapped = true;
}

/** RFC 2045: what the header of a part says of its lines, until the next part begins. */
static void note_header(struct mail *mail, struct slice line)
{
    struct slice rest = line, name = slice_cut(&rest, ':');
    bool is_header = slice_equal(name, SLICE("Content-Transfer-Encoding"));
    if (!is_header && !slice_starts(line, SLICE("--")))
        return;
    rest = slice_trim(rest);
    mail->is_declared = is_header && slice_equal(rest, SLICE("quoted-printable"));
    mail->is_base64 = is_header && slice_equal(rest, SLICE("base64"));
    mail->is_quoted_printable = mail->is_declared;
    mail->is_unwrapped = mail->is_unwrapped && !is_header;
}

enum mail_coding mail_coding_of(struct mail *mail, struct slice line)
{
    size_t codes;
    note_header(mail, line);
    if (mail->is_base64 && text_is_base64(line, BASE64_SHORTEST))
        return MAIL_BASE64;
    bool may_be_coded =
        mail->is_declared || (!mail->is_unwrapped && !mail->column && line.length <= CODED_WIDTH);
    if (!may_be_coded || line.length == 0 || !slice_contains(line, SLICE("=")))
        return MAIL_PLAIN;
    if (!text_is_quoted_printable(line, &codes)) {
        mail->is_quoted_printable = mail->is_declared = false;
        return MAIL_PLAIN;
    }
    bool is_soft = line.data[line.length - 1] == '=' &&
                   (line.length >= SOFT_BREAK_MIN || mail->is_quoted_printable);
    if (is_soft || slice_contains(line, SLICE("=3D")))
        mail->is_quoted_printable = true;
    if (is_soft)
        return MAIL_SOFT_BREAK;
    return codes && mail->is_quoted_printable ? MAIL_CODED : MAIL_PLAIN;
}

/* Words of a report that never begin a line: a wrapped one may have left a short line behind. */
static bool begins_no_line(struct slice word)
{
    return slice_starts(word, SLICE("gfp_mask=")) || slice_starts(word, SLICE("mode:0x")) ||
           slice_starts(word, SLICE("total-vm:")) || slice_starts(word, SLICE("anon-rss:"));
}

/* Whether @p line reaches the column, but for blanks that went lost at its end. */
static bool reaches(const struct mail *mail, struct slice line)
{
    return line.length >= mail->column - BLANKS_LOST;
}

/* A word that is longer than the width cannot be cut, but what was before and behind it is. */
static bool is_word_on_its_own(const struct mail *mail, struct slice line)
{
    return mail->wraps > 0 && slice_find_byte(text_trim_end(line), ' ') == SLICE_NOT_FOUND;
}

enum mail_wrap mail_wrap_of(struct mail *mail, struct slice line, struct slice next)
{
    if (mail->column && next.length)
        return line.length == mail->column ? WRAP_IN_WORD
               : reaches(mail, line)       ? WRAP_AT_BLANK
                                           : WRAP_NONE;
    if (mail->is_unwrapped || line.length == 0 || next.length == 0 || next.data[0] == ' ' ||
        next.data[0] == '\t')
        return WRAP_NONE;
    mail->longest = line.length > mail->longest ? line.length : mail->longest;
    bool keeps_blank = line.data[line.length - 1] == ' '; /* format=flowed, RFC 3676 */
    struct slice rest = next, word = slice_word(&rest);
    size_t width = mail->longest < WRAP_MIN ? mail->longest : WRAP_MIN;
    bool keeps_one = keeps_blank && line.length > 1 && line.data[line.length - 2] != ' ';
    bool fits = line.length + !keeps_one + word.length <= width;
    if (fits || (line.length > WRAP_MAX && !is_word_on_its_own(mail, line)))
        return WRAP_NONE;
    if (keeps_blank)
        return WRAP_IN_WORD; /* the blank is there already */
    if (line.length < (mail->wraps < WRAPS_SURE ? WRAP_SHORTEST : WRAP_SHORTEST_SURE))
        return begins_no_line(word) ? WRAP_AT_BLANK : WRAP_NONE;
    /* Cut at a column rather than at blanks, all lines that go on are equally long, none longer. */
    bool is_column = (mail->wrap_column == line.length && mail->longest == line.length) ||
                     line.length == WRAP_MAX;
    mail->wrap_column = line.length;
    mail->wraps += !is_column;
    return is_column ? WRAP_IN_WORD : WRAP_AT_BLANK;
}
