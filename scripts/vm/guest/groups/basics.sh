# A container's life on this kernel and hierarchy.
begin() { engine; }
end() { remove_all; }

test_the_engine_says_which_cgroups_it_uses() {
  local version=2
  [ -e /sys/fs/cgroup/cgroup.controllers ] || version=1
  is "$(docker info --format '{{.CgroupVersion}}')" "$version"
}

test_a_container_runs_and_its_output_and_code_come_back() {
  is "$(docker run --rm busybox sh -c 'echo out; echo err >&2' 2>&1 | sort | tr '\n' ' ')" "err out "
  local code=0
  docker run --rm busybox sh -c 'exit 7' || code=$?
  is "$code" 7
}

test_exec_joins_a_running_container() {
  docker run -d --name basics busybox sleep 1000
  is "$(docker exec basics cat /proc/1/comm)" sleep
}

test_a_paused_container_stands_still() {
  docker run -d --name ticks busybox sh -c 'while sleep 0.2; do echo tick; done'
  docker pause ticks
  local before
  before=$(docker logs ticks | wc -l)
  sleep 3
  is "$(docker logs ticks | wc -l)" "$before"
  docker unpause ticks
  eventually 30 sh -c "[ \$(docker logs ticks | wc -l) -gt $before ]"
}

# Neither our own nor systemd's scopes.
no_cgroups() { [ -z "$(find /sys/fs/cgroup -type d \( -path '*jdocker/*' -o -name 'docker-*.scope' \) ! -path '*/jdocker.*')" ]; }

test_stop_ends_it_and_rm_leaves_nothing() {
  docker stop -t 1 ticks
  in_state ticks exited
  docker rm -f ticks basics
  eventually 20 no_cgroups
  is "$(mount | grep -c '/merged ' || :)" 0
}
