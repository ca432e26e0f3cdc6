#include "parsers/vmcore/vmcore.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "parsers/vmcore/printk.h"

enum { GATHERED = 64 * 1024 };

/* Lines come in small pieces; the visitor gets larger ones, and a stream only when there is text.
 */
struct delivery {
    const char *path;
    const struct source_visitor *visitor;
    bool is_begun, is_enough;
    size_t used;
    char gathered[GATHERED];
};

static void pass_on(struct delivery *delivery)
{
    const struct source_visitor *visitor = delivery->visitor;
    if (!delivery->is_begun && !delivery->is_enough) {
        delivery->is_begun = visitor->begin(visitor->context, delivery->path, SOURCE_VMCORE);
        delivery->is_enough = !delivery->is_begun;
    }
    if (!delivery->is_enough && delivery->used)
        delivery->is_enough = !visitor->data(visitor->context, delivery->gathered, delivery->used);
    delivery->used = 0;
}

static bool gather(void *context, const char *data, size_t length)
{
    struct delivery *delivery = context;
    while (length && !delivery->is_enough) {
        size_t room = GATHERED - delivery->used, taken = length < room ? length : room;
        memcpy(delivery->gathered + delivery->used, data, taken);
        delivery->used += taken;
        data += taken;
        length -= taken;
        if (delivery->used == GATHERED)
            pass_on(delivery);
    }
    return !delivery->is_enough;
}

static void finish(struct delivery *delivery)
{
    pass_on(delivery);
    if (delivery->is_begun)
        delivery->visitor->end(delivery->visitor->context);
}

static void note(const struct delivery *delivery, const char *what)
{
    delivery->visitor->note(delivery->visitor->context, delivery->path, what);
}

static void note_missing(const struct delivery *delivery, const struct image *image,
                         const struct printk_account *account)
{
    char what[512];
    uint64_t missing = account->unreadable + account->broken + account->left_out;
    if (image_cut(image)) {
        snprintf(what, sizeof what, "%s; what is there was read", image_cut(image));
        note(delivery, what);
    }
    if (missing == 0)
        return;
    snprintf(what, sizeof what,
             "%" PRIu64 " of %" PRIu64 " records of the log are missing: %" PRIu64
             " not in the dump, %" PRIu64 " torn or overwritten, %" PRIu64 " beyond the limit%s%s",
             missing, missing + account->records, account->unreadable, account->broken,
             account->left_out, *image_trouble(image) ? "; the first read failed with: " : "",
             image_trouble(image));
    note(delivery, what);
}

struct error *vmcore_give_log(const struct image *image, const char *path,
                              const struct source_visitor *visitor)
{
    struct delivery delivery = {.path = path, .visitor = visitor};
    struct printk_account account;
    struct error *error =
        printk_read(image_vmcoreinfo(image), image_memory(image), gather, &delivery, &account);
    const char *why = image_cut(image) ? image_cut(image) : image_trouble(image);
    if (error && *why)
        error = error_context(error, "%s", why);
    if (error)
        return error;
    note_missing(&delivery, image, &account);
    finish(&delivery);
    return NULL;
}
