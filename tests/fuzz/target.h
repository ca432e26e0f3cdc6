/*
 * A fuzz target: libFuzzer calls it with what it invents, replay.c with the files of corpus/.
 */
#ifndef WHYOOM_TESTS_FUZZ_TARGET_H
#define WHYOOM_TESTS_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>

/** Take any bytes; a finding is a crash. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
