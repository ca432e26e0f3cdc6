#define _GNU_SOURCE /* sigtimedwait, pthread_sigmask */
#include "analyzer/interrupt.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "analyzer/base/arena.h"

struct interrupt {
    pthread_t thread;
    pthread_barrier_t is_waiting;
    sigset_t signals;
    atomic_bool *stop;
};

/* Whoever waits for a pipe that says nothing is to find its end. */
static void end_standard_input(void)
{
    int empty = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (empty >= 0 && empty != STDIN_FILENO) {
        dup2(empty, STDIN_FILENO);
        close(empty);
    }
}

static void *wait_for_signal(void *context)
{
    /* timeout(1) signals its child and at once its whole group: that is one request. */
    static const struct timespec moment = {.tv_nsec = 200 * 1000 * 1000};
    struct interrupt *interrupt = context;
    int signal;
    pthread_barrier_wait(&interrupt->is_waiting);
    sigwait(&interrupt->signals, &signal);
    *interrupt->stop = true;
    end_standard_input();
    sigtimedwait(&interrupt->signals, NULL, &moment);
    pthread_sigmask(SIG_UNBLOCK, &interrupt->signals, NULL); /* the next one is deadly, here */
    for (;;)
        pause(); /* until cancelled */
    return NULL;
}

struct interrupt *interrupt_create(atomic_bool *stop)
{
    struct interrupt *interrupt = must_allocate(sizeof *interrupt);
    interrupt->stop = stop;
    sigemptyset(&interrupt->signals);
    sigaddset(&interrupt->signals, SIGINT);
    sigaddset(&interrupt->signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &interrupt->signals, NULL);
    pthread_barrier_init(&interrupt->is_waiting, NULL, 2);
    if (pthread_create(&interrupt->thread, NULL, wait_for_signal, interrupt) == 0) {
        /* a process that is forked now must not inherit the locks of a thread being born */
        pthread_barrier_wait(&interrupt->is_waiting);
        return interrupt;
    }
    pthread_barrier_destroy(&interrupt->is_waiting);
    pthread_sigmask(SIG_UNBLOCK, &interrupt->signals, NULL);
    free(interrupt);
    return NULL;
}

void interrupt_destroy(struct interrupt *interrupt)
{
    if (!interrupt)
        return;
    pthread_cancel(interrupt->thread);
    pthread_join(interrupt->thread, NULL);
    pthread_barrier_destroy(&interrupt->is_waiting);
    pthread_sigmask(SIG_UNBLOCK, &interrupt->signals, NULL);
    free(interrupt);
}
