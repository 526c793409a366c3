# Limits of cgroup v2 as containers feel them, statistics, devices.
begin() { engine; }
end() { remove_all; }

# of NAME FILE: a file of the container's cgroup.
of() { cat "$(find /sys/fs/cgroup -type d -name "*$(field "$1" '{{.Id}}')*" | head -n 1)/$2"; }

busy='while :; do :; done'

test_limits_reach_the_kernel() {
  docker run -d --name limited -m 64m --memory-swap 96m --memory-reservation 32m --cpus 0.5 --cpu-shares 512 \
    --pids-limit 50 --cpuset-cpus 0 busybox sleep 1000
  is "$(of limited memory.max)" 67108864
  is "$(of limited memory.swap.max)" 33554432
  is "$(of limited memory.low)" 33554432
  is "$(of limited cpu.max)" "50000 100000"
  is "$(of limited cpu.weight)" 59
  is "$(of limited pids.max)" 50
  is "$(of limited cpuset.cpus)" 0
}

test_update_changes_them_and_refuses_to_kill() {
  docker update -m 48m --memory-swap 48m --cpus 0.2 --pids-limit 60 limited
  is "$(of limited memory.max)" 50331648
  is "$(of limited memory.swap.max)" 0
  is "$(of limited cpu.max)" "20000 100000"
  is "$(of limited pids.max)" 60
  docker exec limited sh -c 'dd if=/dev/zero of=/dev/shm/f bs=1M count=20'
  ! docker update -m 8m --memory-swap 8m limited || return 1
  is "$(of limited memory.max)" 50331648
  in_state limited running
}

test_a_container_sees_its_own_cgroup_as_the_root() {
  is "$(docker run --rm busybox cat /proc/self/cgroup)" 0::/
  docker run --rm busybox sh -c 'test -e /sys/fs/cgroup/memory.max && ! mkdir /sys/fs/cgroup/x'
  docker run --rm --privileged busybox sh -c 'mkdir /sys/fs/cgroup/x'
  docker run --rm --cgroupns host busybox sh -c 'test -d /sys/fs/cgroup/system.slice'
  is "$(grep -c nsdelegate /proc/mounts)" 1
}

test_exec_joins_a_container_that_made_cgroups_of_its_own() {
  docker run -d --name nested --privileged busybox sh -c \
    'mkdir /sys/fs/cgroup/leaf && echo 1 >/sys/fs/cgroup/leaf/cgroup.procs &&
     echo +memory >/sys/fs/cgroup/cgroup.subtree_control && touch /ready; sleep 1000'
  eventually 30 docker exec nested test -e /ready
  is "$(docker exec nested sh -c 'cat /proc/self/cgroup')" 0::/leaf
}

test_memory_kill_is_told() {
  local code=0
  docker run --name oom -m 16m busybox tail /dev/zero || code=$?
  is "$code" 137
  is "$(field oom '{{.State.OOMKilled}}')" true
}

test_a_fork_bomb_ends_at_the_limit() {
  docker run -d --name bomb --pids-limit 20 busybox sh -c 'while :; do sleep 1000 & done'
  eventually 60 sh -c "grep -q '^max [1-9]' /sys/fs/cgroup/*/*$(field bomb '{{.Id}}')*/pids.events"
  [ "$(of bomb pids.current)" -le 20 ]
  docker rm -f bomb
}

test_a_quota_of_cpu_time_holds_within_15_percent() {
  docker run -d --name busy --cpus 0.4 busybox sh -c "$busy"
  local from to began ended
  sleep 2
  began=$(date +%s%N) from=$(of busy cpu.stat | sed -n 's/usage_usec //p')
  sleep 15
  ended=$(date +%s%N) to=$(of busy cpu.stat | sed -n 's/usage_usec //p')
  local percent=$(((to - from) * 100000 / (ended - began)))
  echo "$percent % of a processor"
  [ $percent -ge 34 ] && [ $percent -le 46 ]
}

test_stats_tell_it_in_dockers_shape() {
  local json
  json=$(api GET '/containers/busy/stats?stream=false')
  echo "$json"
  python3 - "$json" <<'END'
import json, sys
s = json.loads(sys.argv[1])
assert s['cpu_stats']['cpu_usage']['total_usage'] > s['precpu_stats']['cpu_usage']['total_usage'] > 0
assert s['cpu_stats']['throttling_data']['throttled_periods'] > 0
assert s['cpu_stats']['system_cpu_usage'] > 0 and s['cpu_stats']['online_cpus'] == 2
assert s['memory_stats']['usage'] > 0 and 'inactive_file' in s['memory_stats']['stats']
assert s['pids_stats']['current'] >= 1
END
  docker stats --no-stream busy
}

test_writing_is_slowed_to_the_limit() {
  mkdir -p /var/lib/jdocker/io
  local device
  device=$(findmnt -n -o SOURCE --target /var/lib/jdocker/io)
  local began=$SECONDS
  docker run --rm --device-write-bps "$device:1mb" -v /var/lib/jdocker/io:/io busybox \
    dd if=/dev/zero of=/io/f bs=1M count=8 conv=fsync oflag=direct
  [ $((SECONDS - began)) -ge 6 ]
}

test_a_paused_container_uses_no_time() {
  docker pause busy
  local before
  before=$(of busy cpu.stat | sed -n 's/usage_usec //p')
  sleep 3
  is "$(of busy cpu.stat | sed -n 's/usage_usec //p')" "$before"
  docker unpause busy
}

node='mknod /tmp/m c 1 1 && ! head -c 1 /tmp/m && head -c 1 /dev/zero >/dev/null'

test_devices_are_denied_and_allowed() {
  docker run --rm busybox sh -c "$node"
  docker run --rm --device-cgroup-rule 'c 1:1 r' busybox sh -c 'mknod /tmp/m c 1 1 && head -c 1 /tmp/m >/dev/null'
  docker run --rm --device /dev/vda:/dev/disk:r busybox sh -c 'head -c 1 /dev/disk >/dev/null && ! : >>/dev/disk'
  docker run --rm --privileged busybox sh -c 'head -c 1 /dev/vda >/dev/null'
}

test_the_device_program_outlives_the_daemon_and_an_update() {
  docker run -d --name kept busybox sleep 1000
  kill -KILL "$(systemctl show -p MainPID --value jdocker)"
  eventually 150 answers
  docker exec kept sh -c "$node"
  docker update --pids-limit 30 kept
  docker exec kept sh -c "$node"
}
