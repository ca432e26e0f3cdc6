/*
 * Ctrl-C ends the reading, not the program: what was found until then is still told. The second one
 * ends the program.
 */
#ifndef WHYOOM_INTERRUPT_H
#define WHYOOM_INTERRUPT_H

#include <stdatomic.h>

struct interrupt;

/**
 * From now on the first SIGINT or SIGTERM sets @p stop and makes standard input empty, so that a
 * silent pipe is not waited for. Call before any thread is started: a thread
 * of its own waits for the signal, so that no handler and no global variable is needed.
 */
struct interrupt *interrupt_create(atomic_bool *stop);

/** Signals end the program again; NULL is fine. */
void interrupt_destroy(struct interrupt *interrupt);

#endif
