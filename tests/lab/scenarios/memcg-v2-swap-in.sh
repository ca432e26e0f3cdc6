# question: what was swapped out is touched again, and there is no room to bring it back
# class: memcg-limit
# scope: memcg
# limit: memory
# charge_path: swap-in
# dominant: anon
# victim: eater
# swap: 64M
# trace: do_swap_page|swapin
# evidence: Memory cgroup out of memory: Killed process [0-9]+ \(eater\)
v2
swap_disk
group /box memory.max=32M
start eater /box again 48M # 16 MB of it go to swap
await
echo 0 >/cg/box/memory.swap.max # from here on nothing more does
look
kill -CONT $!
pause 1
await
killed eater
