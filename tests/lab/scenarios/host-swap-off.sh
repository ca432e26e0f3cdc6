# question: swapoff must bring everything back into a memory that has no room
# class: host-zone
# scope: global
# limit: zone
# charge_path: swap-in
# dominant: anon
# victim: eater
# swap: 96M
# timeout: 150
# evidence: Out of memory: Killed process [0-9]+ \(eater\)
swap_disk
start eater - anon 230M
await 60
swapoff "/dev/$(option lab.swap)"
pause 1
killed eater
