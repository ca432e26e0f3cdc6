/* The log buffer of records, before 5.10: struct log, later printk_log. */
#include <string.h>

#include "tests/synthetic/common.h"

enum { BUFFER_SIZE = 1024 };

char *log_buf;
unsigned log_buf_len = BUFFER_SIZE, log_first_idx, log_next_idx;
static char buffer[BUFFER_SIZE] __attribute__((aligned(8)));

/* A record that does not fit before the end is at the start, which an empty head tells. */
static void add_record(const char *line)
{
    const char *text = word(line, "text");
    struct log_record record = {.ts_nsec = (uint64_t)number(line, "seconds") * 1000000000,
                                .text_len = (uint16_t)strlen(text),
                                .level = (uint8_t)(number(line, "level") << 5)};
    record.len = (uint16_t)((sizeof record + record.text_len + 3) / 4 * 4);
    if (log_next_idx + record.len + sizeof record > BUFFER_SIZE) {
        memset(buffer + log_next_idx, 0, sizeof record);
        log_next_idx = 0;
    }
    memcpy(buffer + log_next_idx, &record, sizeof record);
    memcpy(buffer + log_next_idx + sizeof record, text, record.text_len);
    log_next_idx += record.len;
}

void log_build(void)
{
    log_buf = K(buffer);
    log_first_idx = log_next_idx = BUFFER_SIZE - 150; /* so that the second one wraps */
    for (const char *line = NULL; (line = description_next(line, "log"));)
        add_record(line);
}
