#include "analyzer/workload.h"

#include "analyzer/scope.h"

/* Samples are made up after the documentation of each manager; ids are shortened nowhere, since
 * their length tells. */
#define ID "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"
#define POD "d63c4bbe-5f18-11ec-bdcd-d094668d7dd6"
#define POD_ "d63c4bbe_5f18_11ec_bdcd_d094668d7dd6"
#define UUID "6f1c9a52-0c1d-4f0e-9a53-6a1f3f7f9b11"

/* Longer patterns of one manager come first: the first that matches at a component is taken. */
static const struct workload_layout layouts[] = {
    /* Kubernetes: kubelet with cgroupfs, with systemd, inside kind, and the two mixed up */
    {"kubepods/{qos}/pod{pod}", "kubernetes", NULL, "/kubepods/burstable/pod" POD "/" ID},
    {"kubepods/pod{pod}", "kubernetes", NULL, "/kubepods/pod" POD "/" ID},
    {"kubepods/{qos}", "kubernetes", NULL, "/kubepods/besteffort"},
    {"kubepods-{qos}-pod{pod}.slice:cri-containerd:{id}", "kubernetes", "containerd",
     "/system.slice/containerd.service/kubepods-burstable-pod" POD_ ".slice:cri-containerd:" ID},
    {"kubepods-pod{pod}.slice:cri-containerd:{id}", "kubernetes", "containerd",
     "/system.slice/containerd.service/kubepods-pod" POD_ ".slice:cri-containerd:" ID},
    {"kubepods-{qos}-pod{pod}.slice", "kubernetes", NULL,
     "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" POD_ ".slice"},
    {"kubepods-pod{pod}.slice", "kubernetes", NULL, "/kubepods.slice/kubepods-pod" POD_ ".slice"},
    {"kubepods-{qos}.slice", "kubernetes", NULL, "/kubepods.slice/kubepods-besteffort.slice"},
    {"kubelet-kubepods-{qos}-pod{pod}.slice", "kubernetes", NULL,
     "/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice/"
     "kubelet-kubepods-besteffort-pod" POD_ ".slice"},
    {"kubelet-kubepods-pod{pod}.slice", "kubernetes", NULL,
     "/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod" POD_ ".slice"},
    {"kubepods.slice", "kubernetes", NULL, "/kubepods.slice"},
    {"kubepods", "kubernetes", NULL, "/kubepods"},

    /* container runtimes */
    {"docker/{id}", "docker", "docker", "/docker/" ID},
    {"docker-{id}.scope", "docker", "docker", "/system.slice/docker-" ID ".scope"},
    {"docker/buildkit/{name}", "docker", "buildkit", "/docker/buildkit/w9zjfq3xq1g0uqzbd7gzkx6zt"},
    {"moby/{id}", "docker", "docker", "/moby/" ID},
    {"cri-containerd-{id}.scope", "containerd", "containerd",
     "/kubepods.slice/kubepods-pod" POD_ ".slice/cri-containerd-" ID ".scope"},
    {"nerdctl-{id}.scope", "containerd", "containerd", "/system.slice/nerdctl-" ID ".scope"},
    {"default/{id}", "containerd", "containerd", "/default/" ID},
    {"crio-{id}.scope", "cri-o", "cri-o",
     "/kubepods.slice/kubepods-pod" POD_ ".slice/crio-" ID ".scope"},
    {"crio-{id}", "cri-o", "cri-o", "/kubepods/burstable/pod" POD "/crio-" ID},
    {"libpod-{id}.scope", "podman", "podman", "/machine.slice/libpod-" ID ".scope/container"},
    {"libpod-{id}", "podman", "podman", "/libpod_parent/libpod-" ID},
    {"libpod-payload-{id}", "podman", "podman", "/system.slice/web.service/libpod-payload-" ID},
    {"kata_{id}", NULL, "kata", "/kubepods/pod" POD "/kata_" ID},
    {"kata_overhead/{id}", NULL, "kata", "/kata_overhead/" ID},
    {"garden/{name}", "garden", "garden", "/garden/7b1d6d41-5f0e-4d5e-6f9f-2a1b"},
    {"mesos/{uuid}", "mesos", "mesos", "/mesos/" UUID},

    /* batch systems and schedulers */
    {"ecs/{}/{job}/{id}", "ecs", NULL, "/ecs/production/0123456789abcdef0123456789abcdef/" ID},
    {"ecs/{job}/{id}", "ecs", NULL, "/ecs/" UUID "/" ID},
    {"ecstasks-{job}.slice", "ecs", NULL,
     "/ecstasks.slice/ecstasks-0123456789abcdef0123456789abcdef.slice/docker-" ID ".scope"},
    {"slurm/uid_{}/job_{job}/step_{name}", "slurm", NULL, "/slurm/uid_1000/job_42/step_0/task_3"},
    {"slurm/uid_{}/job_{job}", "slurm", NULL, "/slurm/uid_1000/job_42"},
    {"slurm_{}/uid_{}/job_{job}/step_{name}", "slurm", NULL,
     "/slurm_node7/uid_1000/job_42/step_batch"},
    {"slurm_{}/uid_{}/job_{job}", "slurm", NULL, "/slurm_node7/uid_1000/job_42"},
    {"slurmstepd.scope/job_{job}/step_{name}", "slurm", NULL,
     "/system.slice/slurmstepd.scope/job_42/step_0/user/task_0"},
    {"slurmstepd.scope/job_{job}", "slurm", NULL, "/system.slice/slurmstepd.scope/job_42"},
    {"{}_slurmstepd.scope/job_{job}/step_{name}", "slurm", NULL,
     "/system.slice/node7_slurmstepd.scope/job_42/step_extern/user"},
    {"nomad.slice/{uuid}.{name}.scope", "nomad", NULL, "/nomad.slice/" UUID ".web.scope"},
    {"nomad.slice/{}/{uuid}.{name}.scope", "nomad", NULL,
     "/nomad.slice/share.slice/" UUID ".web.scope"},
    {"nomad/{uuid}.{name}", "nomad", NULL, "/nomad/" UUID ".web"},
    {"nomad/share/{uuid}.{name}", "nomad", NULL, "/nomad/share/" UUID ".web"},
    {"nomad/{uuid}", "nomad", NULL, "/nomad/" UUID},
    {"hadoop-yarn/{job}", "yarn", NULL, "/hadoop-yarn/container_e17_1410901177871_0001_01_000005"},

    /* whole systems */
    {"lxc/{name}", "lxc", NULL, "/lxc/39004/ns/system.slice/cron.service"},
    {"lxc.payload.{name}", "lxc", NULL, "/lxc.payload.web1/system.slice/nginx.service"},
    {"lxc.payload/{name}", "lxc", NULL, "/lxc.payload/web1"},
    {"lxc.monitor.{name}", "lxc", NULL, "/lxc.monitor.web1"},
    {"qemu.slice/{name}.scope", "qemu", NULL, "/qemu.slice/100.scope"},
    {"machine-qemu\\x2d{name}.scope", "libvirt", NULL,
     "/machine.slice/machine-qemu\\x2d3\\x2dbuild.scope/libvirt/emulator"},
    {"machine-lxc\\x2d{name}.scope", "libvirt", NULL,
     "/machine.slice/machine-lxc\\x2d7042\\x2dweb.scope"},
    {"machine-{name}.scope", "nspawn", NULL, "/machine.slice/machine-debian.scope"},
    {"systemd-nspawn@{name}.service", "nspawn", NULL,
     "/machine.slice/systemd-nspawn@debian.service/payload"},

    /* what is left */
    {"{unit}", "systemd", NULL, "/user.slice/user-1000.slice/session-3.scope"},
    {"{id}", NULL, NULL, "/kubepods/burstable/pod" POD "/" ID},
};
enum { LAYOUTS = sizeof layouts / sizeof *layouts };

const struct workload_layout *workload_layouts(size_t *count)
{
    *count = LAYOUTS;
    return layouts;
}

/* A pod run by docker is Kubernetes' business, a unit inside a container not systemd's of the host.
 */
static int strength_of(struct slice manager)
{
    static const struct {
        const char *name;
        int strength;
    } managers[] = {{"systemd", 1},    {"lxc", 2},   {"qemu", 2},  {"libvirt", 2}, {"nspawn", 2},
                    {"kubernetes", 5}, {"slurm", 4}, {"nomad", 4}, {"ecs", 4},     {"yarn", 4}};
    for (size_t i = 0; i < sizeof managers / sizeof *managers; i++)
        if (slice_equal(slice_from_string(managers[i].name), manager))
            return managers[i].strength;
    return manager.length ? 3 : 0;
}

/* ---- captures */

enum field {
    FIELD_ANY,
    FIELD_POD,
    FIELD_ID,
    FIELD_QOS,
    FIELD_UNIT,
    FIELD_JOB,
    FIELD_UUID,
    FIELD_NAME,
    FIELD_COUNT
};

struct captures {
    struct slice field[FIELD_COUNT];
};

static bool is_made_of(struct slice text, const char *bytes, size_t shortest)
{
    for (size_t i = 0; i < text.length; i++)
        if (!text.data[i] || !strchr(bytes, text.data[i]))
            return false;
    return text.length >= shortest;
}

static bool is_anything(struct slice text)
{
    return text.length > 0;
}

static bool is_pod_uid(struct slice text)
{
    return is_made_of(text, "0123456789abcdef-_", 32);
}

static bool is_container_id(struct slice text)
{
    return is_made_of(text, "0123456789abcdef", 32);
}

static bool is_uuid(struct slice text)
{
    return is_made_of(text, "0123456789abcdef-", 36) && text.length == 36;
}

static bool is_qos(struct slice text)
{
    return slice_equal(text, SLICE("burstable")) || slice_equal(text, SLICE("besteffort"));
}

static bool is_unit(struct slice text)
{
    return slice_ends(text, SLICE(".service")) || slice_ends(text, SLICE(".scope")) ||
           slice_ends(text, SLICE(".slice"));
}

static const struct {
    const char *name;
    bool (*is_valid)(struct slice text);
} fields[FIELD_COUNT] = {
    [FIELD_ANY] = {"", is_anything},      [FIELD_POD] = {"pod", is_pod_uid},
    [FIELD_ID] = {"id", is_container_id}, [FIELD_QOS] = {"qos", is_qos},
    [FIELD_UNIT] = {"unit", is_unit},     [FIELD_JOB] = {"job", is_anything},
    [FIELD_UUID] = {"uuid", is_uuid},     [FIELD_NAME] = {"name", is_anything},
};

static enum field field_find(struct slice name)
{
    for (enum field field = FIELD_ANY; field < FIELD_COUNT; field++)
        if (slice_equal(slice_from_string(fields[field].name), name))
            return field;
    return FIELD_ANY;
}

/* ---- matching */

/* One component. A capture ends where the literal behind it first occurs; the last literal stands
 * at the end. */
static bool match_component(struct slice pattern, struct slice text, struct captures *captures)
{
    for (;;) {
        struct slice literal = slice_cut(&pattern, '{');
        if (!pattern.length)
            return slice_equal(text, literal);
        if (!slice_starts(text, literal))
            return false;
        text = slice_skip(text, literal.length);
        enum field field = field_find(slice_cut(&pattern, '}'));
        struct slice rest = pattern, next = slice_cut(&rest, '{');
        bool is_last = next.length == pattern.length;
        size_t end = is_last && slice_ends(text, next) ? text.length - next.length
                     : is_last                         ? SLICE_NOT_FOUND
                                                       : slice_find(text, next);
        if (end == SLICE_NOT_FOUND || !fields[field].is_valid(slice_take(text, end)))
            return false;
        captures->field[field] = slice_take(text, end);
        text = slice_skip(text, end);
    }
}

static struct slice next_component(struct slice *path)
{
    struct slice component = {0};
    while (path->length && !component.length)
        component = slice_cut(path, '/');
    return component;
}

/* A row at the front of @p path, which it steps over when all its components match. */
static bool match_layout(const struct workload_layout *layout, struct slice *path,
                         struct captures *captures)
{
    struct slice pattern = slice_from_string(layout->pattern), rest = *path;
    *captures = (struct captures){0};
    while (pattern.length) {
        struct slice component = next_component(&rest);
        if (!component.length || !match_component(slice_cut(&pattern, '/'), component, captures))
            return false;
    }
    *path = rest;
    return true;
}

/* ---- what a match says */

struct slice unit_unescape(struct arena *arena, struct slice name)
{
    size_t escape = slice_find(name, SLICE("\\x"));
    if (escape == SLICE_NOT_FOUND)
        return name;
    char *text = arena_allocate(arena, name.length), *end = text;
    while (name.length) {
        struct slice digits = slice_take(slice_skip(name, 2), 2);
        uint64_t byte;
        bool is_escape = slice_starts(name, SLICE("\\x")) && digits.length == 2 &&
                         slice_take_hex(&digits, &byte) && !digits.length;
        *end++ = is_escape ? (char)byte : name.data[0];
        name = slice_skip(name, is_escape ? 4 : 1);
    }
    return slice_of(text, (size_t)(end - text));
}

/* systemd's slices cannot hold '-' inside a name, so kubelet writes '_' into the uid. */
static struct slice pod_uid_of(struct arena *arena, struct slice written)
{
    char *uid = arena_allocate(arena, written.length);
    for (size_t i = 0; i < written.length; i++)
        uid[i] = written.data[i] == '_' ? '-' : written.data[i];
    return slice_of(uid, written.length);
}

static struct slice unit_name(struct arena *arena, struct slice unit)
{
    size_t suffix = slice_find_last(unit, SLICE("."));
    return unit_unescape(arena, slice_take(unit, suffix));
}

static void set(struct slice *member, struct slice value)
{
    if (value.length)
        *member = value;
}

/* A unit around a container, machine or job is only its place. */
static bool is_layer(const struct captures *captures)
{
    const struct slice *field = captures->field;
    return field[FIELD_ID].length || field[FIELD_POD].length || field[FIELD_NAME].length ||
           field[FIELD_JOB].length || field[FIELD_UUID].length;
}

static void apply(struct workload *workload, const struct workload_layout *layout,
                  const struct captures *captures, struct arena *arena)
{
    const struct slice *field = captures->field;
    struct slice manager = slice_from_string(layout->manager);
    if (strength_of(manager) >= strength_of(workload->manager))
        set(&workload->manager, manager);
    set(&workload->runtime, slice_from_string(layout->runtime));
    set(&workload->container_id, field[FIELD_ID]);
    set(&workload->job, field[FIELD_JOB]);
    set(&workload->job, field[FIELD_UUID]);
    set(&workload->qos, field[FIELD_QOS]);
    if (field[FIELD_POD].length) {
        workload->pod_uid = pod_uid_of(arena, field[FIELD_POD]);
        if (!field[FIELD_QOS].length)
            workload->qos = SLICE("guaranteed");
    }
    if (!workload->name.length && field[FIELD_NAME].length)
        workload->name = unit_unescape(arena, field[FIELD_NAME]);
    if (is_layer(captures))
        workload->unit = (struct slice){0};
    set(&workload->unit, field[FIELD_UNIT]);
}

static struct slice skip_slashes(struct slice path)
{
    while (path.length && path.data[0] == '/')
        path = slice_skip(path, 1);
    return path;
}

/* Most rows begin with a word. */
static bool may_match(const struct workload_layout *layout, struct slice path)
{
    return layout->pattern[0] == '{' || layout->pattern[0] == path.data[0];
}

struct workload workload_of_path(struct arena *arena, struct slice path)
{
    struct workload workload = {0};
    struct captures captures;
    while ((path = skip_slashes(path)).length) {
        int row = 0;
        while (row < LAYOUTS &&
               !(may_match(&layouts[row], path) && match_layout(&layouts[row], &path, &captures)))
            row++;
        if (row < LAYOUTS)
            apply(&workload, &layouts[row], &captures, arena);
        else
            next_component(&path);
    }
    if (!workload.name.length && workload.unit.length)
        workload.name = unit_name(arena, workload.unit);
    return workload;
}

struct slice unit_of_path(struct slice path)
{
    while (path.length) {
        struct slice name = slice_cut(&path, '/');
        bool is_unit = slice_ends(name, SLICE(".service")) || slice_ends(name, SLICE(".scope"));
        if (is_unit && !slice_starts(name, SLICE("user@")))
            return name;
    }
    return path;
}

/* kubelet's settings: -997 guaranteed (-998 its pause container), 1000 besteffort, between by
 * request. */
static struct slice qos_of(struct amount oom_score_adj)
{
    if (!oom_score_adj.known)
        return (struct slice){0};
    if (oom_score_adj.value == -997 || oom_score_adj.value == -998)
        return SLICE("guaranteed");
    if (oom_score_adj.value == 1000)
        return SLICE("besteffort");
    bool is_between = oom_score_adj.value >= 2 && oom_score_adj.value <= 999;
    return is_between ? SLICE("burstable") : (struct slice){0};
}

void workload_recognize(struct incident *incident)
{
    static const struct victim nobody;
    const struct victim *chosen = incident_chosen(incident);
    const struct victim *victim = chosen ? chosen : &nobody;
    struct amount scope = scope_by_evidence(incident);
    bool is_memcg = scope.known && scope.value == SCOPE_MEMCG;
    /* Container managers name the cpuset after the container; the trigger is inside the limit, so
     * it is ours. */
    const struct slice paths[] = {victim->cgroup,
                                  incident->memcg.victim_path,
                                  victim->unit,
                                  incident->memcg.path,
                                  incident->trigger.cgroup,
                                  is_memcg ? incident->trigger.cpuset : (struct slice){0}};
    struct workload workload = {0};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (!workload.manager.length && !workload.container_id.length)
            workload = workload_of_path(incident->arena, paths[i]);
    if (slice_equal(workload.manager, SLICE("kubernetes")) && !workload.qos.length)
        workload.qos = qos_of(victim->oom_score_adj);
    incident->workload = workload;
}
