/* A file of samples/ whole, for the tests that cut it. */
#ifndef WHYOOM_TESTS_SAMPLE_FILE_H
#define WHYOOM_TESTS_SAMPLE_FILE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "analyzer/base/slice.h"

static inline struct slice read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        fail_msg("cannot read %s: run from the root of the project", path);
    fseek(file, 0, SEEK_END);
    size_t length = (size_t)ftell(file);
    rewind(file);
    char *data = malloc(length + 1);
    assert_int_equal(fread(data, 1, length, file), length);
    fclose(file);
    return slice_of(data, length);
}

#endif
