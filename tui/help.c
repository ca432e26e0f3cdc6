/* The help: the key table, and what to try first. */
#include "tui/browser.h"
#include "tui/keys.h"

static const struct {
    unsigned where;
    const char *heading;
} parts[] = {
    {IN_LIST, "In the list"},
    {IN_DETAIL, "In an incident"},
};

/* Rows that work at more places than one are listed once, last. */
static bool is_of_part(const struct key_row *row, unsigned where)
{
    return (row->where & (IN_LIST | IN_DETAIL)) == where;
}

static void write_keys(struct document *document, const char *heading, unsigned where)
{
    size_t count;
    const struct key_row *rows = keys_table(&count);
    document_heading(document, heading);
    for (size_t i = 0; i < count; i++) {
        if (!is_of_part(&rows[i], where))
            continue;
        struct arena *arena = arena_create();
        struct slice lead = arena_format(arena, "  %-20s ", rows[i].keys);
        document_paragraph(document, STYLE_PLAIN, arena_copy(document->arena, lead).data,
                           slice_from_string(rows[i].help), 0);
        arena_destroy(arena);
    }
}

/* What one comes with, and where it is answered. */
static const struct {
    const char *question, *answer;
} questions[] = {
    {"what happened", "Enter opens an incident; its tab Verdict says it"},
    {"how that is known", "a number at the right edge is a line of the log: Enter goes to it, "
                          "Backspace comes back"},
    {"what filled it", "tab Memory"},
    {"which tmpfs it was", "of a dump, tab Shmem: each tmpfs, segment and memfd, its cgroup and "
                           "who uses it; a log knows only how much it was"},
    {"what is in a cgroup", "of a dump, tab Cgroups: Enter goes into a group, Backspace out of it"},
    {"why this one", "tab Tasks, by badness; tab Why has every rule that was asked"},
};

static void write_questions(struct document *document)
{
    document_heading(document, "Where to find");
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        struct slice lead = arena_format(document->arena, "  %-20s ", questions[i].question);
        document_paragraph(document, STYLE_PLAIN, lead.data, slice_from_string(questions[i].answer),
                           0);
    }
}

void browser_build_help(struct document *document)
{
    write_questions(document);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        write_keys(document, parts[i].heading, parts[i].where);
    write_keys(document, "Everywhere", IN_LIST | IN_DETAIL);
}
