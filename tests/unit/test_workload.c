#include "tests/unit/analysis_fixture.h"

#include "analyzer/workload.h"

#define ID_A "083afd1a06b8b612ab5d974e12200d7fd1d35be6a44f0e368179399ef6c6e84d"
#define ID_B "aaaabbbbccccddddeeeeffff0000111122223333444455556666777788889999"
#define UID "d63c4bbe-5f18-11ec-bdcd-d094668d7dd6"
#define UID_ "d63c4bbe_5f18_11ec_bdcd_d094668d7dd6"

struct expected {
    const char *manager, *runtime, *pod_uid, *container_id, *qos, *unit, *job, *name;
};

static void claim_word(const char *path, const char *what, struct slice found, const char *expected)
{
    if (!slice_equal(found, slice_from_string(expected)))
        fail_msg("%s: %s is \"%.*s\", not \"%s\"", path, what, SLICE_ARG(found),
                 expected ? expected : "");
}

static void claim_workload(const char *path, struct expected expected)
{
    struct arena *arena = arena_create();
    struct workload found = workload_of_path(arena, slice_from_string(path));
    claim_word(path, "manager", found.manager, expected.manager);
    claim_word(path, "runtime", found.runtime, expected.runtime);
    claim_word(path, "pod_uid", found.pod_uid, expected.pod_uid);
    claim_word(path, "container_id", found.container_id, expected.container_id);
    claim_word(path, "qos", found.qos, expected.qos);
    claim_word(path, "unit", found.unit, expected.unit);
    claim_word(path, "job", found.job, expected.job);
    claim_word(path, "name", found.name, expected.name);
    arena_destroy(arena);
}

/* Does @p row recognise its sample: is there a word in the result that only it can have put there?
 */
static void test_every_layout_is_recognised_in_its_own_sample(void **state)
{
    (void)state;
    size_t count;
    const struct workload_layout *layouts = workload_layouts(&count);
    struct arena *arena = arena_create();
    for (size_t i = 0; i < count; i++) {
        struct workload found = workload_of_path(arena, slice_from_string(layouts[i].sample));
        struct slice said = found.manager.length ? found.manager : found.runtime;
        if (!said.length)
            fail_msg("%s: nothing in %s", layouts[i].pattern, layouts[i].sample);
        bool is_runtime_right = !layouts[i].runtime ||
                                slice_equal(found.runtime, slice_from_string(layouts[i].runtime));
        bool is_manager_right = !layouts[i].manager || found.pod_uid.length ||
                                slice_equal(found.manager, slice_from_string(layouts[i].manager));
        if (!is_runtime_right || !is_manager_right)
            fail_msg("%s: manager %.*s, runtime %.*s", layouts[i].sample, SLICE_ARG(found.manager),
                     SLICE_ARG(found.runtime));
    }
    arena_destroy(arena);
}

static void test_pods_of_both_drivers_read_alike(void **state)
{
    (void)state;
    claim_workload(
        "/kubepods/burstable/pod" UID "/" ID_A,
        (struct expected){
            .manager = "kubernetes", .pod_uid = UID, .container_id = ID_A, .qos = "burstable"});
    claim_workload("/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" UID_
                   ".slice/docker-" ID_A ".scope",
                   (struct expected){.manager = "kubernetes",
                                     .runtime = "docker",
                                     .pod_uid = UID,
                                     .container_id = ID_A,
                                     .qos = "burstable"});
    claim_workload("/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod" UID_
                   ".slice/cri-containerd-" ID_A ".scope",
                   (struct expected){.manager = "kubernetes",
                                     .runtime = "containerd",
                                     .pod_uid = UID,
                                     .container_id = ID_A,
                                     .qos = "besteffort"});
}

static void test_a_pod_below_no_class_is_guaranteed(void **state)
{
    (void)state;
    claim_workload("/kubepods.slice/kubepods-pod" UID_ ".slice/crio-" ID_A ".scope",
                   (struct expected){.manager = "kubernetes",
                                     .runtime = "cri-o",
                                     .pod_uid = UID,
                                     .container_id = ID_A,
                                     .qos = "guaranteed"});
    claim_workload("/kubepods/pod" UID,
                   (struct expected){.manager = "kubernetes", .pod_uid = UID, .qos = "guaranteed"});
}

static void test_a_pod_in_kind_is_the_inner_one(void **state)
{
    (void)state;
    claim_workload("/docker/" ID_A "/kubelet/kubepods/burstable/pod" UID "/" ID_B,
                   (struct expected){.manager = "kubernetes",
                                     .runtime = "docker",
                                     .pod_uid = UID,
                                     .container_id = ID_B,
                                     .qos = "burstable"});
}

static void test_docker_in_lxc_keeps_the_name_of_the_lxc_container(void **state)
{
    (void)state;
    claim_workload("/lxc/39004/ns/docker/" ID_A, (struct expected){.manager = "docker",
                                                                   .runtime = "docker",
                                                                   .container_id = ID_A,
                                                                   .name = "39004"});
    claim_workload(
        "/lxc.payload.web1/system.slice/docker-" ID_A ".scope",
        (struct expected){
            .manager = "docker", .runtime = "docker", .container_id = ID_A, .name = "web1"});
    claim_workload("/lxc/outer/ns/lxc/inner", (struct expected){.manager = "lxc", .name = "outer"});
}

static void test_docker_in_docker_is_the_inner_one(void **state)
{
    (void)state;
    claim_workload(
        "/docker/" ID_A "/docker/" ID_B,
        (struct expected){.manager = "docker", .runtime = "docker", .container_id = ID_B});
}

static void test_units_are_kept_as_systemctl_spells_them_and_named_readably(void **state)
{
    (void)state;
    claim_workload(
        "/system.slice/nginx.service",
        (struct expected){.manager = "systemd", .unit = "nginx.service", .name = "nginx"});
    claim_workload("/system.slice/system-getty.slice/getty@tty1.service",
                   (struct expected){
                       .manager = "systemd", .unit = "getty@tty1.service", .name = "getty@tty1"});
    claim_workload("/system.slice/dev-disk\\x2dby\\x2dlabel-x.service",
                   (struct expected){.manager = "systemd",
                                     .unit = "dev-disk\\x2dby\\x2dlabel-x.service",
                                     .name = "dev-disk-by-label-x"});
    claim_workload(
        "/podruntime.slice",
        (struct expected){.manager = "systemd", .unit = "podruntime.slice", .name = "podruntime"});
    claim_workload(
        "/user.slice/user-1000.slice/session-3.scope",
        (struct expected){.manager = "systemd", .unit = "session-3.scope", .name = "session-3"});
}

static void test_podman_of_a_user_is_podman(void **state)
{
    (void)state;
    claim_workload(
        "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" ID_A ".scope/container",
        (struct expected){.manager = "podman", .runtime = "podman", .container_id = ID_A});
}

/* Quadlets split the cgroup of their unit; pods have a slice of their own. */
static void test_podman_below_a_service_or_in_a_pod_is_podman(void **state)
{
    (void)state;
    const struct expected podman = {.manager = "podman", .runtime = "podman", .container_id = ID_A};
    claim_workload("/system.slice/web.service/libpod-payload-" ID_A, podman);
    claim_workload("/machine.slice/libpod_pod_" ID_B ".slice/libpod-" ID_A ".scope/container",
                   podman);
    claim_workload("/machine.slice/libpod-conmon-" ID_A ".scope",
                   (struct expected){.manager = "systemd",
                                     .unit = "libpod-conmon-" ID_A ".scope",
                                     .name = "libpod-conmon-" ID_A});
}

/* Paths out of reports that people posted; ids as they were. */
static void test_paths_of_posted_reports_are_decoded(void **state)
{
    (void)state;
    claim_workload(
        "/nomad/ebf75298-ba47-98a8-28e5-a08daf20d60e",
        (struct expected){.manager = "nomad", .job = "ebf75298-ba47-98a8-28e5-a08daf20d60e"});
    claim_workload(
        "/lxc.payload.ny2g2r5hh3-lxc/kubepods.slice/kubepods-burstable.slice/"
        "kubepods-burstable-podeded8c65_6e8e_4c6e_a889_3e427565c740.slice/"
        "cri-containerd-ec9ee26695deb4cc72bc665efff1cf3a03fdfb12f1303e02fe9252985e084a95.scope",
        (struct expected){.manager = "kubernetes",
                          .runtime = "containerd",
                          .pod_uid = "eded8c65-6e8e-4c6e-a889-3e427565c740",
                          .container_id =
                              "ec9ee26695deb4cc72bc665efff1cf3a03fdfb12f1303e02fe9252985e084a95",
                          .qos = "burstable",
                          .name = "ny2g2r5hh3-lxc"});
    claim_workload(
        "/lxc/39004/ns/system.slice/"
        "docker-a59e4e7d3090c04c6ce5a4b7a8bc85228eb9b96ac00b1284643a8c7c11dda661.scope",
        (struct expected){.manager = "docker",
                          .runtime = "docker",
                          .container_id =
                              "a59e4e7d3090c04c6ce5a4b7a8bc85228eb9b96ac00b1284643a8c7c11dda661",
                          .name = "39004"});
    claim_workload(
        "/podruntime.slice/kubelet.service",
        (struct expected){.manager = "systemd", .unit = "kubelet.service", .name = "kubelet"});
}

/* The uid of a static pod is a hash, k3s runs inside docker, docker may be a user's own. */
static void test_layers_that_are_less_usual(void **state)
{
    (void)state;
    claim_workload("/kubepods/burstable/pod12ab34cd56ef12ab34cd56ef12ab34cd/" ID_A,
                   (struct expected){.manager = "kubernetes",
                                     .pod_uid = "12ab34cd56ef12ab34cd56ef12ab34cd",
                                     .container_id = ID_A,
                                     .qos = "burstable"});
    claim_workload("/docker/" ID_B "/system.slice/k3s.service/kubepods/besteffort/pod" UID "/" ID_A,
                   (struct expected){.manager = "kubernetes",
                                     .runtime = "docker",
                                     .pod_uid = UID,
                                     .container_id = ID_A,
                                     .qos = "besteffort"});
    claim_workload(
        "/user.slice/user-1000.slice/user@1000.service/user.slice/docker-" ID_A ".scope",
        (struct expected){.manager = "docker", .runtime = "docker", .container_id = ID_A});
    claim_workload("/machine.slice/machine-lxc\\x2d7042\\x2dweb.scope",
                   (struct expected){.manager = "libvirt", .name = "7042-web"});
    claim_workload("/machine.slice/machine-qemu\\x2d3\\x2dbuild.scope/libvirt/vcpu0",
                   (struct expected){.manager = "libvirt", .name = "3-build"});
    claim_workload("/lxc.payload.203/init.scope",
                   (struct expected){.manager = "lxc", .unit = "init.scope", .name = "203"});
}

static void test_a_unit_inside_a_container_is_named_the_one_around_it_is_not(void **state)
{
    (void)state;
    claim_workload("/system.slice/docker-" ID_A ".scope/system.slice/cron.service",
                   (struct expected){.manager = "docker",
                                     .runtime = "docker",
                                     .container_id = ID_A,
                                     .unit = "cron.service",
                                     .name = "cron"});
}

static void test_batch_systems_name_their_jobs(void **state)
{
    (void)state;
    claim_workload("/slurm/uid_1000/job_42/step_0/task_3",
                   (struct expected){.manager = "slurm", .job = "42", .name = "0"});
    claim_workload("/system.slice/slurmstepd.scope/job_42/step_batch/user/task_0",
                   (struct expected){.manager = "slurm", .job = "42", .name = "batch"});
    claim_workload("/nomad.slice/share.slice/6f1c9a52-0c1d-4f0e-9a53-6a1f3f7f9b11.web.scope",
                   (struct expected){.manager = "nomad",
                                     .job = "6f1c9a52-0c1d-4f0e-9a53-6a1f3f7f9b11",
                                     .name = "web"});
    claim_workload("/nomad/6f1c9a52-0c1d-4f0e-9a53-6a1f3f7f9b11.web",
                   (struct expected){.manager = "nomad",
                                     .job = "6f1c9a52-0c1d-4f0e-9a53-6a1f3f7f9b11",
                                     .name = "web"});
    claim_workload("/ecs/6f1c9a52-0c1d-4f0e-9a53-6a1f3f7f9b11/" ID_A,
                   (struct expected){.manager = "ecs",
                                     .container_id = ID_A,
                                     .job = "6f1c9a52-0c1d-4f0e-9a53-6a1f3f7f9b11"});
}

static void test_paths_that_say_nothing_say_nothing(void **state)
{
    (void)state;
    static const char *const paths[] = {"",           "/",        "//",    "/box",      "/docker",
                                        "/docker/x",  "/kubepod", "/pod1", "{id}",      "/lxc",
                                        "/ecs/a/b/c", "/deadbee", "/job_", "/libpod-x", "/a\\x"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        claim_workload(paths[i], (struct expected){0});
}

static void test_escapes_of_units_are_undone_once(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    static const char *const pairs[][2] = {{"a\\x2db", "a-b"},
                                           {"a\\x5cx2d", "a\\x2d"},
                                           {"a\\xzz", "a\\xzz"},
                                           {"a\\x2", "a\\x2"},
                                           {"plain", "plain"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        claim_word(pairs[i][0], "unescaped", unit_unescape(arena, slice_from_string(pairs[i][0])),
                   pairs[i][1]);
    arena_destroy(arena);
}

static void test_the_victims_cgroup_comes_before_the_limits(void **state)
{
    (void)state;
    struct incident *incident = create_incident("5.10.0");
    incident->memcg.path = SLICE("/kubepods/burstable/pod" UID);
    incident->memcg.victim_path = SLICE("/kubepods/burstable/pod" UID "/" ID_A);
    incident_analyze(incident);
    claim_text(incident, "workload.container_id", ID_A);
    incident_destroy(incident);
}

static void test_the_cpuset_names_the_container_of_a_cgroups_report_only(void **state)
{
    (void)state;
    struct incident *incident = create_incident("4.18.0");
    incident->trigger.cpuset = SLICE("docker-" ID_A ".scope");
    add_victim(incident, 9, "java", "Out of memory");
    incident_analyze(incident);
    claim_unknown(incident, "workload.container_id");
    incident->victims[0].message = SLICE("Memory cgroup out of memory");
    incident_analyze(incident);
    claim_text(incident, "workload.container_id", ID_A);
    incident_destroy(incident);
}

static void test_kubelets_adjustment_tells_the_class_where_the_path_does_not(void **state)
{
    (void)state;
    static const struct {
        int64_t adj;
        const char *qos;
    } classes[] = {{-997, "guaranteed"},
                   {-998, "guaranteed"},
                   {2, "burstable"},
                   {999, "burstable"},
                   {1000, "besteffort"}};
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        struct incident *incident = create_incident("5.10.0");
        add_victim(incident, 9, "app", "Out of memory")->oom_score_adj =
            amount_of(classes[i].adj, 3);
        incident->victims[0].cgroup = SLICE("/kubepods.slice");
        incident_analyze(incident);
        claim_text(incident, "workload.qos", classes[i].qos);
        incident->victims[0].cgroup = SLICE("/system.slice/sshd.service");
        incident_analyze(incident);
        claim_unknown(incident, "workload.qos");
        incident_destroy(incident);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_layout_is_recognised_in_its_own_sample),
        cmocka_unit_test(test_pods_of_both_drivers_read_alike),
        cmocka_unit_test(test_a_pod_below_no_class_is_guaranteed),
        cmocka_unit_test(test_a_pod_in_kind_is_the_inner_one),
        cmocka_unit_test(test_docker_in_lxc_keeps_the_name_of_the_lxc_container),
        cmocka_unit_test(test_docker_in_docker_is_the_inner_one),
        cmocka_unit_test(test_units_are_kept_as_systemctl_spells_them_and_named_readably),
        cmocka_unit_test(test_podman_below_a_service_or_in_a_pod_is_podman),
        cmocka_unit_test(test_paths_of_posted_reports_are_decoded),
        cmocka_unit_test(test_layers_that_are_less_usual),
        cmocka_unit_test(test_podman_of_a_user_is_podman),
        cmocka_unit_test(test_a_unit_inside_a_container_is_named_the_one_around_it_is_not),
        cmocka_unit_test(test_batch_systems_name_their_jobs),
        cmocka_unit_test(test_paths_that_say_nothing_say_nothing),
        cmocka_unit_test(test_escapes_of_units_are_undone_once),
        cmocka_unit_test(test_the_victims_cgroup_comes_before_the_limits),
        cmocka_unit_test(test_the_cpuset_names_the_container_of_a_cgroups_report_only),
        cmocka_unit_test(test_kubelets_adjustment_tells_the_class_where_the_path_does_not),
    };
    return cmocka_run_group_tests_name("workload", tests, NULL, NULL);
}
