# AppArmor: the default profile and others.
begin() { engine; }
end() { remove_all; }

profiles=/sys/kernel/security/apparmor
label='cat /proc/self/attr/current'

test_the_engine_says_that_it_has_it() {
  docker info --format '{{.SecurityOptions}}' | grep -q name=apparmor
}

test_a_container_is_confined_by_the_default_profile() {
  is "$(docker run --name confined busybox sh -c "$label")" "docker-default (enforce)"
  is "$(field confined '{{.AppArmorProfile}}')" docker-default
}

test_an_exec_and_what_runs_under_init_are_too() {
  docker run -d --init --name long busybox sleep 1000
  is "$(docker exec long sh -c "$label")" "docker-default (enforce)"
  is "$(docker run --rm --init busybox sh -c "$label")" "docker-default (enforce)"
}

test_privileged_and_unconfined_ones_are_not() {
  is "$(docker run --rm --privileged busybox sh -c "$label")" unconfined
  is "$(docker run --rm --security-opt apparmor=unconfined busybox sh -c "$label")" unconfined
}

test_it_denies_mounts_that_a_capability_would_allow() {
  local mount='mount -t tmpfs none /tmp'
  ! docker run --rm --cap-add SYS_ADMIN --security-opt seccomp=unconfined busybox sh -c "$mount"
  docker run --rm --cap-add SYS_ADMIN --security-opt seccomp=unconfined --security-opt apparmor=unconfined busybox sh -c "$mount"
}

test_a_profile_of_ones_own_is_applied() {
  echo 'profile own flags=(attach_disconnected) { file, capability, network, deny /etc/secret r, }' | apparmor_parser -Kr
  docker run --rm --security-opt apparmor=own busybox sh -c "$label; echo x >/etc/secret; ! cat /etc/secret" | grep -q '^own (enforce)'
}

test_a_profile_that_is_not_there_is_an_error_that_says_so() {
  { docker run --rm --security-opt apparmor=nobody busybox true 2>&1 || :; } | grep "'nobody' is not loaded"
}

test_the_default_profile_comes_back_when_it_was_unloaded() {
  docker rm -f long
  printf docker-default >$profiles/.remove
  ! grep -q '^docker-default ' $profiles/profiles
  is "$(docker run --rm busybox sh -c "$label")" "docker-default (enforce)"
}

test_signals_reach_a_confined_container() {
  docker run -d --name signalled busybox sh -c 'trap "exit 5" TERM; while :; do sleep 0.1; done'
  docker stop -t 30 signalled
  is "$(field signalled '{{.State.ExitCode}}')" 5
}
