/* The log buffer, a line each: what `dmesg` would have said. */
#include <inttypes.h>
#include <string.h>

#include "parsers/kernel/view.h"
#include "parsers/vmcore/printk.h"

struct lines {
    json_t *array;
    char line[4096]; /* the part of it that has come so far; longer ones are cut in two */
    size_t length;
};

static void end_line(struct lines *lines)
{
    json_t *text = json_object();
    lines->line[lines->length] = '\0';
    lines->length = 0;
    view_put_text(text, "text", lines->line);
    json_array_append_new(lines->array, text);
}

static bool take(void *context, const char *data, size_t length)
{
    struct lines *lines = context;
    for (size_t i = 0; i < length; i++) {
        if (data[i] == '\n' || lines->length == sizeof lines->line - 1)
            end_line(lines);
        if (data[i] != '\n')
            lines->line[lines->length++] = data[i];
    }
    return true;
}

void view_log(const struct kernel *kernel, struct view *view)
{
    struct printk_account account = {0};
    struct lines lines = {.array = view_array(view->object, "lines")};
    struct error *error = printk_read(kernel->vmcoreinfo, kernel->memory, take, &lines, &account);
    if (lines.length)
        end_line(&lines);
    if (error)
        view_note(view, "%s", error_message(error));
    else if (account.unreadable + account.broken + account.left_out)
        view_note(view,
                  "records missing: %" PRIu64 " not in the dump, %" PRIu64
                  " torn or overwritten, %" PRIu64 " beyond the limit",
                  account.unreadable, account.broken, account.left_out);
    error_destroy(error);
}
