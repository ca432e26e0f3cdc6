/*
 * The law of pieces at every byte of the logs that are named: map(A+B) = merge(map(A), map(B)).
 * Prints TAP. Of a log larger than WHOLE_MAX, whose every byte would take days, the bytes at line
 * ends and one in SPARSE.
 *
 * Usage: law LOG...
 */
#include "tests/unit/pieces_fixture.h"

enum { WHOLE_MAX = 96 * 1024, SPARSE = 4099, SPARSE_LINES = 16, PROGRESS = 1000 };

static bool is_tried(struct slice text, size_t cut)
{
    if (text.length <= WHOLE_MAX || cut % SPARSE == 0)
        return true;
    bool is_line_end = cut && text.data[cut - 1] == '\n';
    return is_line_end && cut / 64 % SPARSE_LINES == 0;
}

static void show_progress(const char *path, size_t cut, size_t length)
{
    if (isatty(STDERR_FILENO) && cut % PROGRESS == 0)
        fprintf(stderr, "\r\033[K%s: byte %zu of %zu", path, cut, length);
}

static void check(const char *path)
{
    struct slice text = read_file(path), whole = map(text, 0, text.length);
    size_t tried = 0, bad = 0, first = 0;
    for (size_t cut = 0; cut <= text.length; cut++) {
        show_progress(path, cut, text.length);
        if (!is_tried(text, cut))
            continue;
        tried++;
        if (is_lawful(text, whole, cut) || bad++)
            continue;
        first = cut;
    }
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
    printf("%sok - %s: cut at %zu of its %zu bytes, merged it is the whole\n", bad ? "not " : "",
           path, tried, text.length);
    if (bad)
        printf("# %zu cuts are wrong, the first at byte %zu\n", bad, first);
    fflush(stdout);
    free_text(whole);
    free_text(text);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        check(argv[i]);
    return 0;
}
