#include "rules/token.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* A '-' joins two parts of a word (oom-kill); a difference is written with blanks around it. */
static size_t word_end(struct slice source, size_t at)
{
    for (; at < source.length; at++) {
        char c = source.data[at], next = at + 1 < source.length ? source.data[at + 1] : ' ';
        bool is_joint = (c == '-' || c == '.') && (is_letter(next) || is_digit(next));
        if (!is_letter(c) && !is_digit(c) && !is_joint)
            break;
    }
    return at;
}

static size_t number_end(struct slice source, size_t at)
{
    while (at < source.length && is_digit(source.data[at]))
        at++;
    if (at + 1 < source.length && source.data[at] == '.' && is_digit(source.data[at + 1]))
        for (at++; at < source.length && is_digit(source.data[at]);)
            at++;
    return at;
}

/* Behind the closing @p quote, which a backslash hides; 0 when there is none. */
static size_t quoted_end(struct slice source, size_t at, char quote)
{
    for (; at < source.length; at++) {
        if (source.data[at] == '\\')
            at++;
        else if (source.data[at] == quote)
            return at + 1;
    }
    return 0;
}

static struct token make(struct slice source, enum token_kind kind, size_t start, size_t end)
{
    return (struct token){kind, slice_of(source.data + start, end - start), start, end};
}

static struct token read_quoted(struct slice source, size_t start)
{
    char quote = source.data[start];
    size_t end = quoted_end(source, start + 1, quote);
    if (end == 0)
        return make(source, TOKEN_WRONG, start, start + 1);
    struct token token =
        make(source, quote == '/' ? TOKEN_PATTERN : TOKEN_TEXT, start + 1, end - 1);
    token.start = start;
    token.end = end;
    return token;
}

static struct token read_word(struct slice source, size_t start)
{
    size_t at = start + (source.data[start] == '*');
    size_t end = word_end(source, at);
    if (end < source.length && source.data[end] == '*' && end > at)
        end++;
    return make(source, TOKEN_WORD, start, end);
}

static struct token read_sign(struct slice source, size_t start)
{
    char c = source.data[start];
    if (!memchr("><(),+-%", c, 8))
        return make(source, TOKEN_WRONG, start, start + 1);
    bool has_equal =
        (c == '>' || c == '<') && start + 1 < source.length && source.data[start + 1] == '=';
    return make(source, TOKEN_SIGN, start, start + 1 + has_equal);
}

struct token token_read(struct slice source, size_t from)
{
    while (from < source.length && (source.data[from] == ' ' || source.data[from] == '\t'))
        from++;
    if (from >= source.length)
        return make(source, TOKEN_END, source.length, source.length);
    char c = source.data[from], next = from + 1 < source.length ? source.data[from + 1] : ' ';
    if (is_letter(c) || (c == '*' && is_letter(next)))
        return read_word(source, from);
    if (is_digit(c))
        return make(source, TOKEN_NUMBER, from, number_end(source, from));
    if (c == '"' || c == '/')
        return read_quoted(source, from);
    return read_sign(source, from);
}
