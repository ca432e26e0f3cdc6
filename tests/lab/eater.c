// The lab's memory eater: one process that uses up one kind of memory, in a known amount, and then
// stands still.
//
//   eater [-n COMM] [-c PROCS_FILE] [-a OOM_SCORE_ADJ] [-b NODE] [-l] [-t] [-x] MODE ARGS...
//
//   -n  the name that the kernel shall show          -c  the cgroup.procs file to join before
//   eating (may be repeated) -b  bind memory to one node (MPOL_BIND)          -l  lock what was
//   mapped -t  ask for transparent huge pages               -x  exit when done, instead of standing
//   still with what was eaten
//
// It joins its cgroup itself, so no shell is charged for it, and it stops itself (SIGSTOP) when it
// is done: whoever started it sees state T in /proc/PID/stat, and not one byte had to be allocated
// to say so.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { CHUNK = 64 * 1024, HUGE = 2 * 1024 * 1024, VT_RESIZE_REQUEST = 0x5609 };

static bool option_lock;
static bool option_huge;

static void die(const char *what)
{
    int error = errno;
    fprintf(stderr, "eater: %s: %s\n", what, strerror(error));
    exit(error == 0 ? 1 : error);
}

// "64M" to bytes.
static size_t size_of(const char *text)
{
    char *end;
    size_t value = strtoull(text, &end, 10);
    switch (*end) {
    case 'G':
        return value << 30;
    case 'M':
        return value << 20;
    case 'K':
        return value << 10;
    default:
        return value;
    }
}

static void write_text(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, text, strlen(text)) < 0)
        die(path);
    close(fd);
}

static char *map(size_t size, int prot, int flags, int fd)
{
    char *at = mmap(NULL, size, prot, flags | MAP_NORESERVE, fd, 0);
    if (at == MAP_FAILED)
        die("mmap");
    if (option_huge)
        madvise(at, size, MADV_HUGEPAGE);
    if (option_lock && mlock(at, size) != 0)
        die("mlock");
    return at;
}

static void touch(volatile char *at, size_t size, bool write)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    for (size_t i = 0; i < size; i += page) {
        if (write)
            at[i] = (char)(i / page + 1);
        else
            (void)at[i];
    }
}

static int open_file(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC, 0600);
    if (fd < 0)
        die(path);
    return fd;
}

static void fill(int fd, size_t size)
{
    static char buffer[CHUNK];
    memset(buffer, 'x', sizeof buffer);
    for (size_t done = 0; done < size; done += sizeof buffer)
        if (write(fd, buffer, sizeof buffer) < 0)
            die("write");
}

// anon SIZE
static void eat_anon(char **args)
{
    size_t size = size_of(args[0]);
    touch(map(size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1), size, true);
}

// again SIZE: touches it, stands still, and when it is continued touches all of it once more
static void eat_again(char **args)
{
    size_t size = size_of(args[0]);
    char *at = map(size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    touch(at, size, true);
    raise(SIGSTOP);
    touch(at, size, true);
}

// Never stands still: takes memory and gives it back for ever, which the lock of its lists sees
// most.
static void eat_churn(char **args)
{
    size_t size = size_of(args[0]);
    for (;;) {
        char *at = map(size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
        touch(at, size, true);
        munmap(at, size);
    }
}

// exec SIZE: holds that much, then hands 1.6 MB of arguments to the next program
static void eat_exec(char **args)
{
    static char argument[100 * 1024];
    char *all[] = {"eater",  "hold",   argument, argument, argument, argument, argument,
                   argument, argument, argument, argument, argument, argument, argument,
                   argument, argument, argument, argument, NULL};
    memset(argument, 'x', sizeof argument - 1);
    eat_anon(args);
    execv("/bin/eater", all);
    die("execv");
}

// write FILE SIZE
static void eat_write(char **args)
{
    fill(open_file(args[0], O_RDWR | O_CREAT), size_of(args[1]));
}

// read FILE: one pass over it (a sparse file on ramfs costs memory only when it is read)
static void eat_read(char **args)
{
    static char buffer[CHUNK];
    int fd = open_file(args[0], O_RDONLY);
    ssize_t got;
    while ((got = read(fd, buffer, sizeof buffer)) > 0)
        ;
    if (got < 0)
        die("read");
}

static void map_file(char **args, int prot)
{
    size_t size = size_of(args[1]);
    int fd = open_file(args[0], O_RDWR | O_CREAT);
    struct stat now;
    if (fstat(fd, &now) == 0 && (size_t)now.st_size < size && ftruncate(fd, (off_t)size) != 0)
        die("ftruncate");
    touch(map(size, prot, MAP_SHARED, fd), size, (prot & PROT_WRITE) != 0);
}

// mapread FILE SIZE
static void eat_mapread(char **args)
{
    map_file(args, PROT_READ);
}

// mapwrite FILE SIZE
static void eat_mapwrite(char **args)
{
    map_file(args, PROT_READ | PROT_WRITE);
}

// sysv SIZE
static void eat_sysv(char **args)
{
    size_t size = size_of(args[0]);
    int id = shmget(IPC_PRIVATE, size, IPC_CREAT | 0600);
    char *at = id < 0 ? (char *)-1 : shmat(id, NULL, 0);
    if (at == (char *)-1)
        die("shmget");
    touch(at, size, true);
}

// memfd SIZE: written, not mapped
static void eat_memfd(char **args)
{
    int fd = memfd_create("lab", MFD_CLOEXEC);
    if (fd < 0)
        die("memfd_create");
    fill(fd, size_of(args[0]));
}

// tables SIZE: reads one byte in every 2 MiB, so that each costs a page table and maps the zero
// page
static void eat_tables(char **args)
{
    size_t size = size_of(args[0]);
    volatile char *at = map(size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    for (size_t i = 0; i < size; i += HUGE)
        (void)at[i];
}

static void *sleep_for_ever(void *unused)
{
    for (;;)
        pause();
    return unused;
}

// threads COUNT
static void eat_threads(char **args)
{
    pthread_attr_t small;
    pthread_t thread;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, PTHREAD_STACK_MIN);
    for (long n = atol(args[0]); n > 0; n--) {
        int error = pthread_create(&thread, &small, sleep_for_ever, NULL);
        if (error != 0) {
            errno = error;
            die("pthread_create");
        }
    }
}

// files COUNT: open files that nothing can reclaim
static void eat_files(char **args)
{
    for (long n = atol(args[0]); n > 0; n--)
        open_file("/dev/null", O_RDONLY);
}

// inodes DIR COUNT: empty files; on tmpfs their inodes and directory entries stay
static void eat_inodes(char **args)
{
    char path[PATH_MAX];
    for (long n = atol(args[1]); n > 0; n--) {
        snprintf(path, sizeof path, "%s/a-name-that-does-not-fit-into-the-entry-itself-%ld",
                 args[0], n);
        close(open_file(path, O_WRONLY | O_CREAT));
    }
}

// sockets COUNT: pairs, empty
static void eat_sockets(char **args)
{
    int pair[2];
    for (long n = atol(args[0]); n > 0; n--)
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
            die("socketpair");
}

static void make_pipe(int pipe_fds[2], int capacity)
{
    if (pipe2(pipe_fds, O_NONBLOCK | O_CLOEXEC) != 0)
        die("pipe");
    if (capacity > 0 && fcntl(pipe_fds[1], F_SETPIPE_SZ, capacity) < 0)
        die("F_SETPIPE_SZ");
}

// pipes SIZE: pipes of 1 MiB, full
static void eat_pipes(char **args)
{
    int ends[2];
    for (size_t left = size_of(args[0]); left >= 1 << 20; left -= 1 << 20) {
        make_pipe(ends, 1 << 20);
        fill(ends[1], 1 << 20);
    }
}

// holes SIZE: page by page into two pipes in turn; at the end one of each two is closed: SIZE/2 is
// free, and no two pages adjoin
static void eat_holes(char **args)
{
    static char page[4096];
    static int to_close[2 * 4096];
    size_t pipes = size_of(args[0]) >> 21;
    for (size_t i = 0; i < pipes && i < 4096; i++) {
        int kept[2], *drained = to_close + 2 * i;
        make_pipe(kept, 1 << 20);
        make_pipe(drained, 1 << 20);
        for (int n = 0; n < 256; n++)
            if (write(kept[1], page, sizeof page) < 0 || write(drained[1], page, sizeof page) < 0)
                die("write");
    }
    for (size_t i = 0; i < 2 * pipes && i < 2 * 4096; i++)
        close(to_close[i]);
}

static int tcp_listener(struct sockaddr_in *address)
{
    socklen_t length = sizeof *address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    *address =
        (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (fd < 0 || bind(fd, (struct sockaddr *)address, length) != 0 || listen(fd, 4096) != 0 ||
        getsockname(fd, (struct sockaddr *)address, &length) != 0)
        die("listen");
    return fd;
}

// tcp SIZE: connections over the loopback whose other end never reads
static void eat_tcp(char **args)
{
    static char buffer[CHUNK];
    struct sockaddr_in address;
    int listener = tcp_listener(&address);
    int large = 8 << 20;
    size_t size = size_of(args[0]);
    for (size_t done = 0; done < size;) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &large, sizeof large);
        if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
            die("connect");
        if (accept(listener, NULL, NULL) < 0)
            die("accept");
        ssize_t sent;
        while (done < size && (sent = send(fd, buffer, sizeof buffer, MSG_DONTWAIT)) > 0)
            done += (size_t)sent;
    }
}

// console TTY ROWS COLUMNS: a text console's screen is one block of ROWS x COLUMNS x 2 bytes
static void eat_console(char **args)
{
    unsigned short size[3] = {(unsigned short)atoi(args[1]), (unsigned short)atoi(args[2]), 0};
    int fd = open_file(args[0], O_RDWR | O_NOCTTY);
    if (ioctl(fd, VT_RESIZE_REQUEST, size) != 0)
        die("VT_RESIZE");
}

// hold: nothing
static void eat_nothing(char **args)
{
    (void)args;
}

static const struct mode {
    const char *name;
    int args;
    void (*eat)(char **args);
} modes[] = {
    {"anon", 1, eat_anon},       {"again", 1, eat_again},       {"exec", 1, eat_exec},
    {"churn", 1, eat_churn},     {"write", 2, eat_write},       {"read", 1, eat_read},
    {"mapread", 2, eat_mapread}, {"mapwrite", 2, eat_mapwrite}, {"sysv", 1, eat_sysv},
    {"memfd", 1, eat_memfd},     {"tables", 1, eat_tables},     {"threads", 1, eat_threads},
    {"files", 1, eat_files},     {"inodes", 2, eat_inodes},     {"sockets", 1, eat_sockets},
    {"pipes", 1, eat_pipes},     {"holes", 1, eat_holes},       {"tcp", 1, eat_tcp},
    {"console", 3, eat_console}, {"hold", 0, eat_nothing},
};

static void bind_to_node(int node)
{
    unsigned long mask = 1UL << node;
    if (syscall(SYS_set_mempolicy, 2 /* MPOL_BIND */, &mask, sizeof mask * CHAR_BIT) != 0)
        die("set_mempolicy");
}

static void more_files(void)
{
    struct rlimit most = {1 << 20, 1 << 20};
    setrlimit(RLIMIT_NOFILE, &most);
}

int main(int argc, char **argv)
{
    bool leave = false;
    int option;
    while ((option = getopt(argc, argv, "+n:c:a:b:ltx")) != -1) {
        switch (option) {
        case 'n':
            prctl(PR_SET_NAME, optarg);
            break;
        case 'c':
            write_text(optarg, "0");
            break;
        case 'a':
            write_text("/proc/self/oom_score_adj", optarg);
            break;
        case 'b':
            bind_to_node(atoi(optarg));
            break;
        case 'l':
            option_lock = true;
            break;
        case 't':
            option_huge = true;
            break;
        case 'x':
            leave = true;
            break;
        default:
            return 2;
        }
    }
    more_files();
    for (size_t i = 0; optind < argc && i < sizeof modes / sizeof modes[0]; i++) {
        if (strcmp(argv[optind], modes[i].name) != 0 || argc - optind - 1 < modes[i].args)
            continue;
        modes[i].eat(argv + optind + 1);
        if (!leave)
            raise(SIGSTOP);
        return 0;
    }
    fputs("eater: no such mode, or too few arguments: see the head of tests/lab/eater.c\n", stderr);
    return 2;
}
