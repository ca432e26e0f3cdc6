/*
 * What the CPUs of a dead kernel were executing, where the dump's notes say (NT_PRSTATUS).
 */
#ifndef WHYOOM_PARSERS_VMCORE_REGISTERS_H
#define WHYOOM_PARSERS_VMCORE_REGISTERS_H

#include <stdint.h>

enum { REGISTERS_CPUS = 8192 };

/** Of x86_64: where it was, its stack and the frame pointer. */
struct registers {
    uint64_t ip, sp, bp;
    uint64_t cpu; /* number of the note, which is the CPU's where none was offline */
};

#endif
