#include "analyzer/anonymize_line.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>

#include "analyzer/base/hash_table.h"
#include "analyzer/figures.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define REMOVED SLICE("[removed]")

enum {
    SECRET_LENGTH_LEAST = 3,
    SECRET_LENGTH_MAX = 255,
    /* No name, number or address is longer: how far one is looked for, so that a hostile line costs
     * no more than its length. */
    REACH = 1024,
};

struct secret {
    struct slice text, pseudonym;
    UT_hash_handle hh;
};

struct secrets {
    const struct pseudonyms *names;
    struct secret *by_text;
    bool has_length[SECRET_LENGTH_MAX + 1]; /* so that few lengths are tried at each word */
    size_t longest;
};

/* ---- what is known */

struct secrets *secrets_create(const struct pseudonyms *names)
{
    struct secrets *secrets = must_allocate(sizeof *secrets);
    secrets->names = names;
    return secrets;
}

void secrets_destroy(struct secrets *secrets)
{
    if (secrets)
        HASH_CLEAR(hh, secrets->by_text);
    free(secrets);
}

static bool has_letter(struct slice text)
{
    for (size_t i = 0; i < text.length; i++)
        if (isalpha((unsigned char)text.data[i]))
            return true;
    return false;
}

static struct secret *find_secret(const struct secrets *secrets, struct slice text)
{
    struct secret *secret = NULL;
    HASH_FIND(hh, secrets->by_text, text.data, text.length, secret);
    return secret;
}

void secrets_add(struct secrets *secrets, struct slice text, struct slice pseudonym)
{
    bool is_wanted = text.length >= SECRET_LENGTH_LEAST && text.length <= SECRET_LENGTH_MAX &&
                     has_letter(text) && !slice_equal(text, pseudonym);
    if (!is_wanted || find_secret(secrets, text))
        return;
    struct secret *secret = arena_allocate(secrets->names->arena, sizeof *secret);
    secret->text = text;
    secret->pseudonym = pseudonym;
    secrets->has_length[text.length] = true;
    if (text.length > secrets->longest)
        secrets->longest = text.length;
    HASH_ADD_KEYPTR(hh, secrets->by_text, secret->text.data, secret->text.length, secret);
}

/* ---- the line as it is rewritten */

struct rewrite {
    const struct secrets *secrets;
    struct slice line;
    size_t at; /* everything before is written */
    char *text;
    size_t length, size;
};

static void put(struct rewrite *rewrite, struct slice text)
{
    if (rewrite->size - rewrite->length < text.length) {
        rewrite->size = (rewrite->length + text.length) * 2;
        rewrite->text = must_reallocate(rewrite->text, rewrite->size);
    }
    if (text.length)
        memcpy(rewrite->text + rewrite->length, text.data, text.length);
    rewrite->length += text.length;
}

/* Write @p text for the next @p length bytes of the line. */
static bool replace(struct rewrite *rewrite, size_t length, struct slice text)
{
    put(rewrite, text);
    rewrite->at += length;
    return true;
}

static struct slice rest_of(const struct rewrite *rewrite)
{
    return slice_skip(rewrite->line, rewrite->at);
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* ---- by where it stands */

enum content { CONTENT_NUMBER, CONTENT_COMM, CONTENT_COMPONENT, CONTENT_REMOVED };

/* What stands before a name, and the character that ends the name ('\0': the line's end). */
static const struct {
    const char *before;
    enum content content;
    const char *ends; /* the name ends where one of these begins, separated by '|' */
} places[] = {
    {"pid ", CONTENT_NUMBER, NULL},
    {"pid=", CONTENT_NUMBER, NULL},
    {"PID: ", CONTENT_NUMBER, NULL},
    {"pid: ", CONTENT_NUMBER, NULL},
    {"process ", CONTENT_NUMBER, NULL},
    {"Process ", CONTENT_NUMBER, NULL},
    {"task ", CONTENT_NUMBER, NULL},
    {"tgid ", CONTENT_NUMBER, NULL},
    {"' (", CONTENT_NUMBER, NULL},
    {"sigkill to ", CONTENT_NUMBER, NULL},
    {"uid ", CONTENT_NUMBER, NULL},
    {"uid=", CONTENT_NUMBER, NULL},
    {"UID:", CONTENT_NUMBER, NULL},
    {"UID: ", CONTENT_NUMBER, NULL},
    {"Comm: ", CONTENT_COMM, " Not tainted| Tainted:| Kdump:"},
    {"task=", CONTENT_COMM, ",pid="},
    {"cpuset=", CONTENT_COMPONENT, " mems_allowed| |,"},
    {"Hardware name: ", CONTENT_REMOVED, ""},
};

/* Where the first of @p ends begins in @p text, or its length. */
static size_t find_end(struct slice text, const char *ends)
{
    struct slice rest = slice_from_string(ends);
    while (rest.length) {
        size_t at = slice_find(text, slice_cut(&rest, '|'));
        if (at != SLICE_NOT_FOUND)
            return at;
    }
    return text.length;
}

static bool replace_number(struct rewrite *rewrite)
{
    struct slice rest = rest_of(rewrite), after = rest;
    int64_t number;
    if (!slice_take_number(&after, &number))
        return false;
    const struct pseudonyms *names = rewrite->secrets->names;
    struct slice text = arena_format(names->arena, "%" PRId64, pseudonym_number(names, number));
    replace(rewrite, rest.length - after.length, text);
    /* "process 7093 (java)" */
    size_t close = slice_find(slice_take(after, REACH), SLICE(")"));
    if (slice_starts(after, SLICE(" (")) && close != SLICE_NOT_FOUND && close > 2) {
        struct slice comm = slice_of(after.data + 2, close - 2);
        replace(rewrite, 2, SLICE(" ("));
        replace(rewrite, comm.length, pseudonym_comm(names, comm));
    }
    return true;
}

static struct slice name_at_place(const struct pseudonyms *names, enum content content,
                                  struct slice name)
{
    switch (content) {
    case CONTENT_COMM:
        return pseudonym_comm(names, name);
    case CONTENT_COMPONENT:
        return pseudonym_component(names, name);
    default:
        return REMOVED;
    }
}

static bool replace_by_place(struct rewrite *rewrite)
{
    struct slice before = slice_take(rewrite->line, rewrite->at), rest = rest_of(rewrite);
    for (size_t i = 0; i < COUNT_OF(places); i++) {
        if (!slice_ends(before, slice_from_string(places[i].before)))
            continue;
        if (places[i].content == CONTENT_NUMBER)
            return replace_number(rewrite);
        if (rest.data[0] == '/') /* a path, which is found by its looks */
            return false;
        struct slice name = rest;
        if (places[i].content != CONTENT_REMOVED)
            name.length = find_end(slice_take(rest, REACH), places[i].ends);
        struct slice text = name_at_place(rewrite->secrets->names, places[i].content, name);
        return name.length && replace(rewrite, name.length, text);
    }
    return false;
}

/* A name at the very beginning, told by what follows: "java invoked oom-killer: ". */
static void replace_leading_comm(struct rewrite *rewrite)
{
    static const char *const followers[] = {" invoked oom-killer: ",     " cpuset=",
                                            ": page allocation failure", ": page allocation stall",
                                            ": vmalloc: allocation",     ": vmalloc error: "};
    enum { COMM_MAX = 64 }; /* 16 in the kernel, more when escaped */
    for (size_t i = 0; i < COUNT_OF(followers); i++) {
        size_t at = slice_find(slice_take(rewrite->line, COMM_MAX + strlen(followers[i])),
                               slice_from_string(followers[i]));
        if (at == SLICE_NOT_FOUND)
            continue;
        struct slice comm = slice_take(rewrite->line, at);
        replace(rewrite, at, pseudonym_comm(rewrite->secrets->names, comm));
        return;
    }
}

/* "[ 7093]  1000  7093  2862980 ... java": pid, uid, tgid, and the name behind the last number. */
static void replace_task_row(struct rewrite *rewrite)
{
    struct slice rest = slice_trim(rewrite->line);
    int64_t number;
    if (!slice_starts(rest, SLICE("[")))
        return;
    struct slice row = slice_skip(rest, 1), number_text = slice_trim(slice_cut(&row, ']'));
    if (!slice_to_number(number_text, &number))
        return;
    const struct pseudonyms *names = rewrite->secrets->names;
    put(rewrite, arena_format(names->arena, "[%7" PRId64 "]", pseudonym_number(names, number)));
    struct slice before = row, word = slice_word(&row);
    for (int column = 0; slice_to_number(word, &number); column++) {
        if (column < 2) /* uid, tgid */
            number = pseudonym_number(names, number);
        put(rewrite, arena_format(names->arena, " %5" PRId64, number));
        before = row;
        word = slice_word(&row);
    }
    put(rewrite, SLICE(" "));
    put(rewrite, pseudonym_comm(names, slice_trim(before)));
    rewrite->at = rewrite->line.length;
}

/* "INFO: task java:1234 blocked for more than", "soft lockup - CPU#3 stuck for 22s! [java:1234]".
 */
static bool replace_pid_behind_name(struct rewrite *rewrite)
{
    struct slice after = rest_of(rewrite);
    size_t length = after.length;
    int64_t number;
    if (rewrite->at == 0 || rewrite->line.data[rewrite->at - 1] != ':' ||
        !slice_take_number(&after, &number))
        return false;
    bool is_lockup = slice_starts(after, SLICE("]")) &&
                     slice_contains(rewrite->line, SLICE("soft lockup - CPU#"));
    if (!is_lockup && !slice_starts(after, SLICE(" blocked for more than ")))
        return false;
    const struct pseudonyms *names = rewrite->secrets->names;
    return replace(rewrite, length - after.length,
                   arena_format(names->arena, "%" PRId64, pseudonym_number(names, number)));
}

/* ---- by being known */

static bool ends_word(struct slice text, size_t length)
{
    return length == text.length || !is_word(text.data[length - 1]) || !is_word(text.data[length]);
}

static bool replace_known(struct rewrite *rewrite)
{
    struct slice rest = rest_of(rewrite);
    size_t longest = rewrite->secrets->longest;
    for (size_t length = longest < rest.length ? longest : rest.length;
         length >= SECRET_LENGTH_LEAST; length--) {
        if (!rewrite->secrets->has_length[length] || !ends_word(rest, length))
            continue;
        const struct secret *secret = find_secret(rewrite->secrets, slice_take(rest, length));
        if (secret)
            return replace(rewrite, length, secret->pseudonym);
    }
    return false;
}

/* ---- by its looks */

static size_t run_of(struct slice text, const char *allowed)
{
    size_t length = 0;
    while (length < text.length && text.data[length] && strchr(allowed, text.data[length]))
        length++;
    return length;
}

static size_t count_byte(struct slice text, char c)
{
    size_t count = 0;
    for (size_t i = 0; i < text.length; i++)
        count += text.data[i] == c;
    return count;
}

static bool is_path_word(struct slice word)
{
    static const char *const ends[] = {".service", ".scope", ".slice"};
    for (size_t i = 0; i < COUNT_OF(ends); i++)
        if (slice_contains(word, slice_from_string(ends[i])))
            return true;
    return word.length > 1 && word.data[0] == '/';
}

static bool starts_path(const struct rewrite *rewrite)
{
    char before = rewrite->at ? rewrite->line.data[rewrite->at - 1] : ' ';
    bool is_absolute = rewrite->line.data[rewrite->at] == '/';
    return strchr(" ,\"'()[]=", before) || (is_absolute && before == ':');
}

static bool replace_path(struct rewrite *rewrite)
{
    if (!starts_path(rewrite))
        return false;
    struct slice rest = rest_of(rewrite), word = slice_take(rest, 0);
    const char *ends = rest.data[0] == '/' ? " ,\"'()[]" : " ,\"'()[]=";
    while (word.length < rest.length && !strchr(ends, rest.data[word.length]))
        word.length++;
    while (word.length && strchr(":.;", word.data[word.length - 1]))
        word.length--;
    if (!is_path_word(word))
        return false;
    return replace(rewrite, word.length, pseudonym_path(rewrite->secrets->names, word));
}

static bool replace_quoted(struct rewrite *rewrite)
{
    struct slice rest = rest_of(rewrite);
    if (rest.data[0] != '"')
        return false;
    struct slice content = slice_skip(rest, 1);
    content.length = slice_find_byte(content, '"');
    if (content.length == SLICE_NOT_FOUND || content.length == 0)
        return false;
    put(rewrite, SLICE("\""));
    put(rewrite, pseudonym_comm(rewrite->secrets->names, content));
    return replace(rewrite, content.length + 2, SLICE("\""));
}

/* A long number is a figure when its unit or its name says so. */
static bool is_figure(const struct rewrite *rewrite, struct slice run)
{
    struct slice after = slice_skip(rest_of(rewrite), run.length);
    if (run_of(run, "0123456789") != run.length)
        return false;
    if (slice_starts(after, SLICE("kB")) || slice_starts(after, SLICE("KB")))
        return true;
    size_t from = rewrite->at > REACH ? rewrite->at - REACH : 0;
    struct slice before = slice_trim(slice_of(rewrite->line.data + from, rewrite->at - from));
    size_t blank = slice_find_last(before, SLICE(" "));
    struct slice name = slice_skip(before, blank == SLICE_NOT_FOUND ? 0 : blank + 1);
    return name.length && figure_find(memcg_stats, STAT_COUNT, name, 0) >= 0;
}

static bool replace_hex(struct rewrite *rewrite)
{
    enum { ID_LENGTH_LEAST = 12 };
    struct slice rest = rest_of(rewrite);
    size_t prefix = slice_starts(rest, SLICE("0x")) ? 2 : 0;
    struct slice digits = slice_skip(rest, prefix);
    digits.length = run_of(digits, "0123456789abcdefABCDEF");
    if (digits.length < ID_LENGTH_LEAST || (!prefix && is_figure(rewrite, digits)))
        return false;
    return replace(rewrite, prefix + digits.length, REMOVED);
}

static bool replace_address(struct rewrite *rewrite)
{
    enum { ADDRESS_LENGTH_MAX = 48 }; /* IPv6 with an IPv4 tail: 45 */
    struct slice rest = slice_take(rest_of(rewrite), ADDRESS_LENGTH_MAX);
    struct slice wide = slice_take(rest, run_of(rest, "0123456789abcdefABCDEF:-_."));
    struct slice digits = slice_take(wide, run_of(wide, "0123456789."));
    bool is_ipv4 = count_byte(digits, '.') == 3 && digits.length >= 7;
    bool is_mac = count_byte(wide, ':') >= 4 || count_byte(wide, '-') == 5;
    bool is_ipv6 = slice_contains(wide, SLICE("::")) && wide.length > 3;
    bool is_uuid = wide.length >= 36 && (wide.data[8] == '-' || wide.data[8] == '_');
    if (is_ipv4)
        return replace(rewrite, digits.length, REMOVED);
    return (is_mac || is_ipv6 || is_uuid) && replace(rewrite, wide.length, REMOVED);
}

/* ---- a line */

static bool replace_word(struct rewrite *rewrite)
{
    return replace_by_place(rewrite) || replace_pid_behind_name(rewrite) ||
           replace_quoted(rewrite) || replace_path(rewrite) || replace_known(rewrite) ||
           replace_hex(rewrite) || replace_address(rewrite);
}

struct slice secrets_remove(const struct secrets *secrets, struct slice line)
{
    struct rewrite rewrite = {.secrets = secrets, .line = line};
    replace_task_row(&rewrite);
    if (rewrite.at == 0)
        replace_leading_comm(&rewrite);
    while (rewrite.at < line.length) {
        bool is_start = rewrite.at == 0 || !is_word(line.data[rewrite.at - 1]) ||
                        !is_word(line.data[rewrite.at]);
        if (!is_start || !replace_word(&rewrite))
            replace(&rewrite, 1, slice_of(line.data + rewrite.at, 1));
    }
    struct slice text = arena_copy(secrets->names->arena, slice_of(rewrite.text, rewrite.length));
    free(rewrite.text);
    return text;
}
