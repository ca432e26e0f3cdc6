#include "parsers/kernel/crash.h"

#include <string.h>

#include "analyzer/incident.h"
#include "analyzer/incident_identity.h"
#include "parsers/vmcore/printk.h"
#include "parsers/vmcore/vmcoreinfo.h"

enum { EXAMINED = 512 /* struct uts_namespace: a counter or two, then the names */ };

static void read_host(const struct kernel *kernel, char host[static HOST_SIZE])
{
    char bytes[EXAMINED];
    uint64_t names;
    host[0] = '\0';
    if (!vmcoreinfo_symbol(kernel->vmcoreinfo, "init_uts_ns", &names) ||
        !memory_read(kernel->memory, names, bytes, sizeof bytes))
        return;
    struct slice text = slice_of(bytes, sizeof bytes);
    size_t system = slice_find(text, SLICE("Linux\0"));
    if (system == SLICE_NOT_FOUND || system + 2 * (size_t)HOST_SIZE > sizeof bytes)
        return;
    memcpy(host, bytes + system + HOST_SIZE, HOST_SIZE - 1);
    host[HOST_SIZE - 1] = '\0';
    if (!incident_is_host_name(slice_from_string(host)))
        host[0] = '\0';
}

static bool pass_over(void *context, const char *data, size_t length)
{
    (void)context, (void)data, (void)length;
    return true;
}

static struct amount end_of_log(const struct kernel *kernel)
{
    struct printk_account account;
    struct error *error =
        printk_read(kernel->vmcoreinfo, kernel->memory, pass_over, NULL, &account);
    bool is_read = !error && account.records;
    error_destroy(error);
    return is_read ? amount_of((int64_t)(account.last_ns / 1000), 0) : UNKNOWN;
}

void crash_read(const struct kernel *kernel, struct crash *ret)
{
    int64_t seconds;
    *ret = (struct crash){0};
    read_host(kernel, ret->host);
    if (!slice_to_number(vmcoreinfo_value(kernel->vmcoreinfo, "CRASHTIME"), &seconds))
        return;
    ret->epoch_s = amount_of(seconds, 0);
    ret->uptime_us = end_of_log(kernel);
}
