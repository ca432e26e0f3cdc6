"""Logs of fleets that never were, for the page: reports of memory cgroups as Linux 6.1 prints them, in rsyslog's
ISO form, which carries host, year and zone."""

import datetime

MIB = 1024 * 1024
START = datetime.datetime(2026, 11, 2, tzinfo=datetime.timezone.utc)  # a Monday
FRAMES = ("dump_stack_lvl+0x44/0x5c", "out_of_memory+0x1fd/0x4c0", "mem_cgroup_out_of_memory+0x134/0x150",
          "try_charge_memcg+0x6d2/0x7c0", "charge_memcg+0x39/0xf0", "__handle_mm_fault+0x95c/0xfa0",
          "do_user_addr_fault+0x191/0x550", "asm_exc_page_fault+0x22/0x30")


def pod_path(number):
    return f"/kubepods.slice/kubepods-pod{number:08x}_0000_4000_8000_000000000000.slice"


def report(comm, path, pid, part="anon", size=64 * MIB):
    """The lines of one kill: `size` is the limit, and in use; 15/16 of it are `part`."""
    most, rest = size // 16 * 15, size // 16
    stat = {"anon": rest, "file": 0, "kernel": 0, "shmem": 0, "slab": 0}
    stat["anon" if part == "anon" else part] = most
    if part == "anon":
        stat["slab"] = rest
    stat["file"] += stat["shmem"]
    yield f"{comm} invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0"
    yield f"CPU: 0 PID: {pid} Comm: {comm} Not tainted 6.1.0-50-amd64 #1  Debian 6.1.176-1"
    yield "Call Trace:"
    yield " <TASK>"
    yield from (f" {frame}" for frame in FRAMES)
    yield " </TASK>"
    yield f"memory: usage {size // 1024}kB, limit {size // 1024}kB, failcnt 19"
    yield "swap: usage 0kB, limit 0kB, failcnt 0"
    yield f"Memory cgroup stats for {path}:"
    yield from (f"{name} {value}" for name, value in stat.items())
    yield "Tasks state (memory values in pages):"
    yield "[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name"
    yield f"[{pid:7d}]     0 {pid:5d} {size // 4096:8d} {most // 4096:8d}   172032        0             0 {comm}"
    yield (f"oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg={path},"
           f"task_memcg={path},task={comm},pid={pid},uid=0")
    yield (f"Memory cgroup out of memory: Killed process {pid} ({comm}) total-vm:{size // 1024}kB, "
           f"anon-rss:{most // 1024}kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:168kB oom_score_adj:0")


def dressed(lines, host, minutes):
    """As rsyslog writes them: one host's lines, `minutes` after START."""
    stamp = (START + datetime.timedelta(minutes=minutes)).isoformat(timespec="microseconds")
    for i, line in enumerate(lines):
        yield f"{stamp} {host} kernel: [{minutes * 60:8d}.{i:06d}] {line}\n"


def ordinary(path):
    """Five hosts in ten days: a pod that repeats every six hours and grows, and others."""
    kills = [(minutes, "web-1", "java", pod_path(1), "anon", (64 + minutes // 60) * MIB)
             for minutes in range(0, 10 * 1440, 360)]
    kills += [(17 + 97 * i, f"web-{i % 5}", ("node", "python3", "postgres")[i % 3], pod_path(100 + i % 40),
               ("anon", "shmem", "slab")[i % 3], 128 * MIB) for i in range(120)]
    with open(path, "w", encoding="utf-8") as file:
        for i, (minutes, host, comm, place, part, size) in enumerate(sorted(kills)):
            file.writelines(dressed(report(comm, place, 1000 + i, part, size), host, minutes))
    return path


def new_year(path):
    """Twelve kills from December to January, as syslog has always written them: without the year."""
    with open(path, "w", encoding="utf-8") as file:
        for i in range(12):
            time = datetime.datetime(2026, 12, 30) + datetime.timedelta(hours=8 * i)
            file.writelines(f"{time:%b %e %H:%M:%S} web-1 kernel: [{i * 28800:8d}.{j:06d}] {line}\n"
                            for j, line in enumerate(report("java", pod_path(1), 1000 + i)))
    return path


def mixed(path):
    """Thirty kills in ten days whose stamps are whole, and on another host three with doubled limits, a day and a half
    apart over the turn of the year, whose stamps say no year."""
    with open(path, "w", encoding="utf-8") as file:
        for i in range(30):
            file.writelines(dressed(report("java", pod_path(1), 1000 + i), "web-1", 480 * i))
        for i in range(3):
            time = datetime.datetime(2026, 12, 30, 20) + datetime.timedelta(hours=36 * i)
            lines = report("node", pod_path(2), 2000 + i, size=(64 << i) * MIB)
            file.writelines(f"{time:%b %e %H:%M:%S} old-1 kernel: [{i * 129600:8d}.{j:06d}] {line}\n"
                            for j, line in enumerate(lines))
    return path


def crowd(path, count):
    """As many cases as kills."""
    with open(path, "w", encoding="utf-8") as file:
        for i in range(count):
            file.writelines(dressed(report("java", pod_path(i), 1000 + i), f"web-{i % 50}", i))
    return path


def hostile(path, name):
    """Everything that a log names is called `name`, as far as its kind of name allows."""
    comm, host = name[:15], name.replace(" ", "_")[:60]
    with open(path, "w", encoding="utf-8") as file:
        for i in range(6):
            file.writelines(dressed(report(comm, f"/{name}/{i % 2}", 1000 + i), host, 60 * i))
    return path
