#include "tests/unit/builtin_fixture.h"

/* Traces as the format reference (section 5) and the samples have them, the machinery shortened.
 * '?' before a frame: a stale word on the stack. */
static const struct {
    const char *expected;
    const char *frames;
} traces[] = {
    /* el8 4.18, the three first samples */
    {"file-fault", "mem_cgroup_out_of_memory try_charge mem_cgroup_try_charge "
                   "__add_to_page_cache_locked add_to_page_cache_lru filemap_fault ?alloc_set_pte "
                   "ext4_filemap_fault __do_fault do_fault __handle_mm_fault handle_mm_fault "
                   "__do_page_fault do_page_fault page_fault"},
    {"shmem-write",
     "try_charge mem_cgroup_try_charge mem_cgroup_try_charge_delay shmem_getpage_gfp "
     "?_cond_resched shmem_write_begin generic_perform_write "
     "__generic_file_write_iter generic_file_write_iter new_sync_write vfs_write"},
    {"anon-fault", "try_charge ?__alloc_pages_nodemask mem_cgroup_try_charge "
                   "mem_cgroup_try_charge_delay do_anonymous_page ?do_numa_page __handle_mm_fault "
                   "handle_mm_fault __do_page_fault do_page_fault page_fault"},
    /* anonymous memory: inlined into the handler on 5.10 and 6.1, copy on write, THP, populate */
    {"anon-fault", "charge_memcg __mem_cgroup_charge __handle_mm_fault handle_mm_fault "
                   "do_user_addr_fault exc_page_fault asm_exc_page_fault"},
    {"anon-fault", "charge_memcg do_user_addr_fault exc_page_fault asm_exc_page_fault"},
    {"anon-fault", "try_charge wp_page_copy __handle_mm_fault handle_mm_fault"},
    {"anon-fault", "__do_huge_pmd_anonymous_page do_huge_pmd_anonymous_page __handle_mm_fault"},
    {"anon-fault", "__alloc_pages vma_alloc_folio __handle_mm_fault handle_mm_fault "
                   "__get_user_pages populate_vma_page_range __mm_populate do_mlock"},
    {"anon-fault", "mem_cgroup_newpage_charge handle_pte_fault handle_mm_fault"},
    {"anon-fault", "copy_pte_range copy_page_range dup_mmap dup_mm copy_process"},
    {"anon-fault", "khugepaged_alloc_page khugepaged_scan_mm_slot khugepaged kthread"},
    /* the buffer of a write that nobody touched yet, on kernels that inline do_anonymous_page */
    {"anon-fault", "__mem_cgroup_charge handle_mm_fault do_user_addr_fault exc_page_fault "
                   "asm_exc_page_fault fault_in_readable generic_perform_write vfs_write"},
    {"anon-fault", "handle_mm_fault exc_page_fault copy_page_from_iter pipe_write vfs_write"},
    /* from swap */
    {"swap-in", "mem_cgroup_swapin_charge_folio __read_swap_cache_async swap_cluster_readahead "
                "swapin_readahead do_swap_page __handle_mm_fault handle_mm_fault"},
    {"swap-in", "swap_cache_alloc_folio swap_cache_read_folio swapin_readahead do_swap_page"},
    {"swap-in", "__read_swap_cache_async read_swap_cache_async try_to_unuse __do_sys_swapoff"},
    {"swap-in", "unuse_pte unuse_mm try_to_unuse swapoff"},
    {"swap-in", "mem_cgroup_swapin_charge_page __read_swap_cache_async swap_cluster_readahead "
                "shmem_swapin shmem_getpage_gfp shmem_fault __do_fault handle_mm_fault"},
    /* page cache */
    {"file-fault", "try_charge __add_to_page_cache_locked add_to_page_cache_lru pagecache_get_page "
                   "filemap_fault __do_fault handle_mm_fault exc_page_fault"},
    {"file-fault",
     "__alloc_pages folio_alloc page_cache_ra_unbounded filemap_fault __xfs_filemap_fault "
     "__do_fault do_fault __handle_mm_fault"},
    {"file-fault", "mem_cgroup_cache_charge add_to_page_cache_locked __do_page_cache_readahead "
                   "ra_submit filemap_fault __do_fault"},
    {"file-read", "charge_memcg __filemap_add_folio filemap_add_folio filemap_get_pages "
                  "filemap_read vfs_read ksys_read"},
    {"file-read", "add_to_page_cache_lru generic_file_buffered_read new_sync_read vfs_read"},
    {"file-read", "__alloc_pages_nodemask __do_page_cache_readahead ondemand_readahead "
                  "do_generic_file_read generic_file_aio_read do_sync_read"},
    {"file-read", "page_cache_ra_unbounded madvise_willneed do_madvise do_syscall_64"},
    {"file-write", "filemap_add_folio __filemap_get_folio pagecache_get_page ext4_da_write_begin "
                   "generic_perform_write ext4_buffered_write_iter ext4_file_write_iter vfs_write"},
    {"file-write", "add_to_page_cache_lru pagecache_get_page grab_cache_page_write_begin "
                   "xfs_vm_write_begin generic_perform_write"},
    {"file-write", "__filemap_get_folio iomap_get_folio iomap_write_begin "
                   "iomap_file_buffered_write xfs_file_buffered_write"},
    /* shared memory: mapped, SysV, written, memfd */
    {"shmem-fault", "shmem_alloc_and_add_folio shmem_get_folio_gfp shmem_fault __do_fault "
                    "do_read_fault do_pte_missing __handle_mm_fault handle_mm_fault"},
    {"shmem-write", "shmem_alloc_and_add_folio shmem_get_folio_gfp shmem_write_begin "
                    "generic_perform_write shmem_file_write_iter vfs_write"},
    {"shmem-write", "shmem_get_folio_gfp shmem_fallocate vfs_fallocate"},
    /* kernel memory: the innermost frame, not the reason */
    {"page-table", "obj_cgroup_charge_pages __memcg_kmem_charge_page __alloc_pages pte_alloc_one "
                   "__pte_alloc do_anonymous_page __handle_mm_fault handle_mm_fault"},
    {"page-table", "__alloc_pages __pmd_alloc copy_page_range dup_mmap dup_mm copy_process"},
    {"page-table", "__alloc_pages_nodemask __get_free_pages pgd_alloc mm_init copy_process"},
    {"slab", "obj_cgroup_charge kmem_cache_alloc_lru __d_alloc d_alloc d_alloc_parallel"},
    {"slab", "obj_cgroup_charge_pages __memcg_slab_post_alloc_hook kmem_cache_alloc_lru "
             "shmem_alloc_inode alloc_inode"},
    {"slab", "__memcg_kmem_charge obj_cgroup_charge slab_pre_alloc_hook kmem_cache_alloc"},
    {"slab", "__kmalloc_node_track_caller kmalloc_reserve __alloc_skb alloc_skb_with_frags "
             "sock_alloc_send_pskb unix_dgram_sendmsg sock_sendmsg"},
    {"slab", "obj_cgroup_charge kmem_cache_alloc_node copy_process kernel_clone"}, /* task_struct */
    {"slab", "new_slab ___slab_alloc __slab_alloc kmem_cache_alloc vm_area_dup dup_mmap"},
    {"kernel-stack", "obj_cgroup_charge_pages __memcg_kmem_charge_page memcg_charge_kernel_stack "
                     "copy_process kernel_clone __do_sys_clone3"},
    {"kernel-stack", "__alloc_pages_nodemask copy_process _do_fork"},
    {"kernel-stack", "__alloc_pages_bulk __vmalloc_node_range copy_process kernel_clone"},
    {"kernel-stack", "vm_area_alloc_pages __vmalloc_area_node __vmalloc_node_range "
                     "alloc_thread_stack_node dup_task_struct copy_process"},
    {"vmalloc", "__alloc_pages_bulk __vmalloc_node_range kvmalloc_node alloc_fdtable dup_fd "
                "copy_process kernel_clone"},
    {"vmalloc", "__alloc_pages_bulk __vmalloc_node_range __kvmalloc_node "
                "xt_alloc_table_info do_replace"},
    {"percpu", "obj_cgroup_charge pcpu_alloc __percpu_counter_init_many mm_init copy_process"},
    {"percpu", "pcpu_populate_chunk pcpu_alloc css_rstat_init cgroup_mkdir"},
    {"socket",
     "try_charge_memcg mem_cgroup_charge_skmem __sk_mem_raise_allocated __sk_mem_schedule "
     "tcp_wmem_schedule tcp_sendmsg_locked tcp_sendmsg"},
    {"socket", "try_charge_memcg mem_cgroup_sk_charge __sk_mem_raise_allocated"},
    {"socket", "__alloc_pages skb_page_frag_refill sk_page_frag_refill tcp_sendmsg_locked"},
    {"pipe", "__memcg_kmem_charge_page __alloc_pages pipe_write vfs_write ksys_write"},
    {"pipe", "__memcg_kmem_charge_page __alloc_frozen_pages alloc_pages_mpol "
             "alloc_pages anon_pipe_write vfs_write"},
    {"hugetlb", "alloc_fresh_huge_page alloc_surplus_huge_page alloc_huge_page hugetlb_no_page "
                "hugetlb_fault handle_mm_fault exc_page_fault"},
    /* argument pages are touched through the new program's address space */
    {"exec", "__mem_cgroup_charge __handle_mm_fault handle_mm_fault __get_user_pages "
             "__get_user_pages_remote get_user_pages_remote get_arg_page copy_strings do_execve"},
    {"anon-fault", "__mem_cgroup_charge handle_mm_fault do_user_addr_fault exc_page_fault "
                   "asm_exc_page_fault strnlen_user copy_strings do_execveat_common"},
    /* drivers */
    {"driver",
     "shmem_get_folio_gfp shmem_read_folio_gfp drm_gem_get_pages drm_gem_shmem_get_pages"},
    {"driver", "__alloc_pages ttm_pool_alloc ttm_tt_populate ttm_bo_handle_move_mem"},
    {"driver", "handle_mm_fault __get_user_pages get_user_pages_unlocked hva_to_pfn "
               "kvm_faultin_pfn kvm_tdp_page_fault kvm_mmu_page_fault vmx_handle_exit"},
    {"driver", "__alloc_pages io_mem_alloc io_allocate_scq_urings io_uring_setup"},
    {"driver", "arena_vm_fault __do_fault do_fault __handle_mm_fault handle_mm_fault"},
    /* nothing was being allocated */
    {"none", "mem_cgroup_out_of_memory memory_max_write cgroup_file_write kernfs_fop_write_iter "
             "vfs_write"},
    /* nothing tells */
    {"unknown", "mem_cgroup_out_of_memory mem_cgroup_oom_synchronize pagefault_out_of_memory "
                "mm_fault_error __do_page_fault do_page_fault page_fault"},
    {"unknown", "try_charge add_to_page_cache_lru"},
    {"unknown", "?filemap_fault ?do_anonymous_page try_charge"},
    {"unknown", ""},
};

static void test_charge_path__is_told_by_the_innermost_frame(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof traces / sizeof *traces; i++) {
        struct incident *incident = incident_create();
        incident->kind = KIND_OOM_KILL;
        incident->has_header = true;
        set_stack(incident, traces[i].frames);
        incident_analyze(incident);
        rule_set_judge(rules, incident, false);
        const char *found = term_name(VOCABULARY_CHARGE_PATH, (int)incident->charge_path);
        if (strcmp(found, traces[i].expected) != 0)
            fail_msg("%s, not %s: %s", traces[i].expected, found, traces[i].frames);
        incident_destroy(incident);
    }
}

static void test_charge_path__names_the_frame_that_told(void **state)
{
    (void)state;
    struct incident *incident = incident_create();
    incident->kind = KIND_OOM_KILL;
    set_stack(incident, "try_charge ?shmem_fault add_to_page_cache_lru filemap_fault __do_fault");
    rule_set_judge(rules, incident, true);
    assert_int_equal(incident->charge_line, 4);
    assert_true(rule_fired(incident, SLICE("charge-file-fault")));
    bool is_traced = false;
    for (size_t i = 0; i < incident->trace_count; i++)
        is_traced |= slice_equal(incident->trace[i].values, SLICE("filemap_fault")) &&
                     incident->trace[i].outcome == OUTCOME_YES && incident->trace[i].line == 4;
    assert_true(is_traced);
    incident_destroy(incident);
}

/* Without its head the trace may have lost the frame that tells. */
static void test_charge_path__trusts_a_fault_entry_only_below_a_head(void **state)
{
    (void)state;
    struct incident *incident = incident_create();
    set_stack(incident, "handle_mm_fault exc_page_fault asm_exc_page_fault");
    rule_set_judge(rules, incident, false);
    assert_int_equal(incident->charge_path, CHARGE_UNKNOWN);
    incident->has_header = true;
    rule_set_judge(rules, incident, false);
    assert_int_equal(incident->charge_path, CHARGE_ANON_FAULT);
    incident_destroy(incident);
}

static void test_charge_path__is_none_on_request(void **state)
{
    (void)state;
    struct incident *incident = incident_create();
    incident->kind = KIND_OOM_KILL;
    incident->is_sysrq = true;
    incident->trigger.order = amount_of(-1, 1);
    set_stack(incident, "out_of_memory moom_callback process_one_work worker_thread kthread");
    rule_set_judge(rules, incident, false);
    assert_int_equal(incident->charge_path, CHARGE_NONE);
    assert_int_equal(incident->scope, SCOPE_SYSRQ);
    assert_int_equal(incident->limit, LIMIT_NONE);
    assert_int_equal(incident->class_, CLASS_MANUAL);
    incident_destroy(incident);
}

static void test_charge_path__prefers_the_earlier_of_two_rules_at_one_frame(void **state)
{
    (void)state;
    struct rule_set *own = load_rules("rule zz-late\n  decides charge_path pipe\n  order 9002\n"
                                      "  frames zz_*\n  source s\n"
                                      "rule zz-early\n  decides charge_path percpu\n  order 9001\n"
                                      "  frames zz_alloc\n  source s\n"
                                      "rule zz-first\n  decides charge_path socket\n  order 9000\n"
                                      "  frames zz_alloc\n  when is_panic is yes\n  source s\n");
    struct incident *incident = incident_create();
    set_stack(incident, "zz_alloc zz_other");
    rule_set_judge(own, incident, false);
    assert_int_equal(incident->charge_path, CHARGE_PERCPU); /* zz-first does not hold */
    set_stack(incident, "zz_other zz_alloc");
    rule_set_judge(own, incident, false);
    assert_int_equal(incident->charge_path, CHARGE_PIPE);
    incident_destroy(incident);
    rule_set_destroy(own);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_charge_path__is_told_by_the_innermost_frame),
        cmocka_unit_test(test_charge_path__names_the_frame_that_told),
        cmocka_unit_test(test_charge_path__trusts_a_fault_entry_only_below_a_head),
        cmocka_unit_test(test_charge_path__is_none_on_request),
        cmocka_unit_test(test_charge_path__prefers_the_earlier_of_two_rules_at_one_frame),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
