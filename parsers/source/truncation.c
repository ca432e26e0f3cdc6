#define _GNU_SOURCE /* MAP_ANONYMOUS */
#include "parsers/source/truncation.h"

#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

/* Each page is an object of its own: private ones would grow into one mapping, and window.c could
 * not tell them from the file's. Keeps no state and calls nothing but system calls. When it cannot
 * help, the default action is put back, and the access, repeated on return, ends the program. */
static void put_zeros(int signal, siginfo_t *information, void *context)
{
    (void)context;
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    void *start = (void *)((uintptr_t)information->si_addr & ~(page - 1)); // NOLINT
    if (information->si_code != BUS_ADRERR ||
        mmap(start, page, PROT_READ, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
        sigaction(signal, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
}

void truncation_survive(void)
{
    struct sigaction action = {.sa_sigaction = put_zeros, .sa_flags = SA_SIGINFO};
    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, &action, NULL);
}
