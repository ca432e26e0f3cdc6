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
        struct slice lead = arena_format(arena, "  %-18s ", rows[i].keys);
        document_paragraph(document, STYLE_PLAIN, arena_copy(document->arena, lead).data,
                           slice_from_string(rows[i].help), 0);
        arena_destroy(arena);
    }
}

void browser_build_help(struct document *document)
{
    document_paragraph(document, STYLE_PLAIN, "",
                       SLICE("Enter opens an incident. Its tab Verdict says what happened; a "
                             "number at the right edge is the line of the log that a claim rests "
                             "on: Enter goes there, Backspace comes back."),
                       0);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        write_keys(document, parts[i].heading, parts[i].where);
    write_keys(document, "Everywhere", IN_LIST | IN_DETAIL);
}
