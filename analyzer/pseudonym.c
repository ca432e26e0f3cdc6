#include "analyzer/pseudonym.h"

#include <inttypes.h>
#include <stdlib.h>

/* ---- what may stay */

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* Programs that a million machines run: their names tell nothing about this one. */
static const char *const programs[] = {
    "agetty",
    "apache2",
    "auditd",
    "awk",
    "bash",
    "beam.smp",
    "bundle",
    "caddy",
    "cat",
    "catatonit",
    "chronyd",
    "chrome",
    "clickhouse",
    "cmake",
    "collectd",
    "conmon",
    "containerd",
    "containerd-shim",
    "coredns",
    "cp",
    "crio",
    "cron",
    "crond",
    "cupsd",
    "curl",
    "dash",
    "dbus-broker",
    "dbus-daemon",
    "dd",
    "dhclient",
    "docker",
    "dockerd",
    "dotnet",
    "earlyoom",
    "envoy",
    "etcd",
    "find",
    "firefox",
    "gcc",
    "git",
    "gitlab",
    "gnome-shell",
    "go",
    "grafana",
    "grafana-server",
    "grep",
    "gunicorn",
    "haproxy",
    "httpd",
    "init",
    "irqbalance",
    "java",
    "journald",
    "kube-apiserver",
    "kube-proxy",
    "kubelet",
    "ld",
    "lxcfs",
    "make",
    "mariadbd",
    "memcached",
    "mongod",
    "mysqld",
    "nginx",
    "node",
    "node_exporter",
    "nscd",
    "ntpd",
    "oomd",
    "pause",
    "perl",
    "php",
    "php-fpm",
    "podman",
    "polkitd",
    "postgres",
    "prometheus",
    "python",
    "python2",
    "python3",
    "qemu",
    "redis-server",
    "rpcbind",
    "rsync",
    "rsyslogd",
    "ruby",
    "runc",
    "sed",
    "sh",
    "sidekiq",
    "slurmd",
    "slurmstepd",
    "smbd",
    "snapd",
    "sort",
    "sshd",
    "stress",
    "stress-ng",
    "su",
    "sudo",
    "systemd",
    "systemd-journal",
    "systemd-logind",
    "systemd-network",
    "systemd-oomd",
    "systemd-resolve",
    "systemd-timesyn",
    "systemd-udevd",
    "tail",
    "tar",
    "tini",
    "tmux",
    "top",
    "tuned",
    "uwsgi",
    "vault",
    "vim",
    "winbindd",
    "Xorg",
    "zsh",
    "mysql",
    "postgresql",
    "redis",
    "mariadb",
    "mongodb",
};

/* Kernel threads and versioned programs: what may follow are numbers. */
static const char *const program_starts[] = {
    "kworker/",   "ksoftirqd/", "migration/", "cpuhp/",  "rcu_",       "khugepaged", "kswapd",
    "kcompactd",  "kthreadd",   "kdevtmpfs",  "jbd2/",   "python2.",   "python3.",   "php-fpm",
    "oom_reaper", "watchdog/",  "ksmd",       "kauditd", "khungtaskd", "writeback",  "kblockd",
};

/* Components of cgroup paths that every installation of that manager has. */
static const char *const components[] = {
    "-.slice",
    "app.slice",
    "background.slice",
    "besteffort",
    "buildkit",
    "burstable",
    "containerd",
    "cri-containerd",
    "crio",
    "docker",
    "docker.slice",
    "guaranteed",
    "init",
    "init.scope",
    "kubelet",
    "kubepods",
    "kubepods.slice",
    "kubepods-besteffort.slice",
    "kubepods-burstable.slice",
    "libpod_parent",
    "lxc",
    "lxc.monitor",
    "lxc.payload",
    "machine",
    "machine.slice",
    "nomad",
    "nomad.slice",
    "ns",
    "podruntime.slice",
    "runtime.slice",
    "session.slice",
    "slurm",
    "supervisor",
    "system",
    "system.slice",
    "user",
    "user.slice",
    "machine-lxc",
    "libpod",
    "payload",
    "workload.slice",
    "container",
    "container.slice",
};

/* Longest first where one starts with another. */
static const char *const component_starts[] = {
    "kubepods-besteffort-pod",
    "kubepods-burstable-pod",
    "kubepods-pod",
    "cri-containerd-",
    "crio-conmon-",
    "libpod-conmon-",
    "libpod-payload-",
    "lxc.payload.",
    "lxc.monitor.",
    "machine-qemu",
    "docker-",
    "libpod-",
    "crio-",
    "nerdctl-",
    "buildkit-",
    "user-",
    "user@",
    "session-",
    "machine-",
    "uid_",
    "job_",
    "step_",
    "task_",
    "pod",
};

static const char *const component_ends[] = {
    ".service", ".scope", ".slice", ".socket", ".mount", ".swap", ".task", ".libpod_pause",
};

static bool is_listed(struct slice text, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (slice_equal(text, slice_from_string(list[i])))
            return true;
    return false;
}

/* The first of @p list that @p text starts with, or an empty slice. */
static struct slice listed_start(struct slice text, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (slice_starts(text, slice_from_string(list[i])))
            return slice_take(text, strlen(list[i]));
    return slice_take(text, 0);
}

static struct slice listed_end(struct slice text, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (slice_ends(text, slice_from_string(list[i])))
            return slice_skip(text, text.length - strlen(list[i]));
    return slice_take(text, 0);
}

static bool has_only(struct slice text, const char *allowed)
{
    for (size_t i = 0; i < text.length; i++)
        if (!text.data[i] || !strchr(allowed, text.data[i]))
            return false;
    return true;
}

/* ---- pseudonyms */

struct pseudonyms pseudonyms_of(struct arena *arena, const char *salt)
{
    /* The salt is what is secret; two fixed keys make 128 bits of it. */
    struct slice text = slice_from_string(salt);
    struct hash_key key = {keyed_hash((struct hash_key){1, 2}, text),
                           keyed_hash((struct hash_key){3, 4}, text)};
    return (struct pseudonyms){arena, key};
}

struct slice pseudonym_of(const struct pseudonyms *names, const char *kind, struct slice text)
{
    if (!text.length)
        return text;
    return arena_format(names->arena, "%s-%08" PRIx32, kind,
                        (uint32_t)keyed_hash(names->key, text));
}

enum { HALF_BITS = 11, HALF = 1 << HALF_BITS, FEISTEL_ROUNDS = 6 };

/* A Feistel network is a permutation whatever its round function is: no two numbers meet. */
static int64_t permute(const struct pseudonyms *names, int64_t number)
{
    uint64_t left = (uint64_t)number >> HALF_BITS, right = (uint64_t)number % HALF;
    for (unsigned round = 0; round < FEISTEL_ROUNDS; round++) {
        char block[] = {(char)round, (char)right, (char)(right >> 8)};
        uint64_t next = left ^ keyed_hash(names->key, slice_of(block, sizeof block)) % HALF;
        left = right;
        right = next;
    }
    return (int64_t)(left << HALF_BITS | right);
}

int64_t pseudonym_number(const struct pseudonyms *names, int64_t number)
{
    enum { PIDS_MAX = HALF * HALF };
    if (number <= 1)
        return number;
    if (number >= PIDS_MAX) {
        struct slice bytes = slice_of((const char *)&number, sizeof number);
        return PIDS_MAX + (int64_t)(keyed_hash(names->key, bytes) >> 33);
    }
    do /* 0 and 1 are taken; going on from them keeps it a permutation of the rest */
        number = permute(names, number);
    while (number <= 1);
    return number;
}

struct slice pseudonym_comm(const struct pseudonyms *names, struct slice comm)
{
    struct slice start = listed_start(comm, program_starts, COUNT_OF(program_starts));
    bool is_known = is_listed(comm, programs, COUNT_OF(programs)) ||
                    (start.length && has_only(slice_skip(comm, start.length), "0123456789./:-_uH"));
    return is_known ? comm : pseudonym_of(names, "name", comm);
}

struct slice pseudonym_id(const struct pseudonyms *names, struct slice id)
{
    struct slice plain = arena_copy(names->arena, id);
    for (size_t i = 0; i < plain.length; i++)
        if (plain.data[i] == '_')
            ((char *)plain.data)[i] = '-';
    return pseudonym_of(names, "id", plain);
}

static bool is_id(struct slice text)
{
    return text.length >= 12 && has_only(text, "0123456789abcdefABCDEF-_");
}

/* What is left of a component without what every installation has. */
static struct slice pseudonym_middle(const struct pseudonyms *names, struct slice middle)
{
    int64_t number;
    if (is_id(middle))
        return pseudonym_id(names, middle);
    if (slice_to_number(middle, &number))
        return arena_format(names->arena, "%" PRId64, pseudonym_number(names, number));
    return pseudonym_comm(names, middle);
}

struct slice pseudonym_component(const struct pseudonyms *names, struct slice component)
{
    if (is_listed(component, components, COUNT_OF(components)))
        return component;
    struct slice start = listed_start(component, component_starts, COUNT_OF(component_starts));
    struct slice end =
        listed_end(slice_skip(component, start.length), component_ends, COUNT_OF(component_ends));
    struct slice middle = slice_skip(component, start.length);
    middle.length -= end.length;
    if (start.length && slice_equal(start, SLICE("pod")) && !is_id(middle)) {
        middle = slice_take(component, component.length - end.length); /* "podcast" is a name */
        start.length = 0;
    }
    if (!middle.length)
        return component;
    struct slice other = pseudonym_middle(names, middle);
    return arena_format(names->arena, "%.*s%.*s%.*s", SLICE_ARG(start), SLICE_ARG(other),
                        SLICE_ARG(end));
}

struct slice pseudonym_path(const struct pseudonyms *names, struct slice path)
{
    char *text = NULL;
    size_t length = 0, size = 0;
    struct slice rest = path;
    while (rest.length) {
        bool is_last = slice_find_byte(rest, '/') == SLICE_NOT_FOUND;
        struct slice part = pseudonym_component(names, slice_cut(&rest, '/'));
        if (size - length < part.length + 1) {
            size = (size + part.length + 1) * 2;
            text = must_reallocate(text, size);
        }
        if (part.length)
            memcpy(text + length, part.data, part.length);
        length += part.length;
        if (!is_last)
            text[length++] = '/';
    }
    struct slice other = arena_copy(names->arena, slice_of(text, length));
    free(text);
    return other;
}
