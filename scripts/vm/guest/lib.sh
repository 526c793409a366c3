# What the groups share: the engine under its units, clients, waiting.
export DOCKER_HOST=unix:///run/jdocker.sock DOCKER_CONFIG=/root/.docker
socket=/run/jdocker.sock

# eventually SECONDS COMMAND...: until the command succeeds.
eventually() {
  local until=$((SECONDS + $1))
  shift
  until "$@"; do
    [ $SECONDS -lt $until ] || { echo "not in time: $*" && return 1; }
    sleep 0.5
  done
}

skip() {
  echo "$*"
  exit 77
}

# In the hybrid hierarchy, where the controllers are those of cgroup v1.
v1() { [ ! -e /sys/fs/cgroup/cgroup.controllers ]; }

is() { [ "$1" = "$2" ] || { echo "expected '$2', got '$1'" && return 1; }; }

# api METHOD PATH [JSON]: the answer's body; fails on a status of 400 or more.
api() { curl -sS --fail-with-body --max-time 150 --unix-socket $socket -X "$1" -H 'Content-Type: application/json' ${3:+-d "$3"} "http://localhost$2"; }

answers() { curl -fsS --max-time 10 --unix-socket $socket http://localhost/_ping >/dev/null 2>&1; }

# field CONTAINER FORMAT: of inspect.
field() { docker inspect --format "$2" "$1"; }

in_state() { [ "$(field "$1" '{{.State.Status}}')" = "$2" ]; }

# dist/ and its units, put where they belong; nothing when they are there.
install_engine() {
  [ ! -e /etc/systemd/system/jdocker.service ] || return 0
  # Under an emulator the second compiler costs more than it gives.
  mkdir -p /etc/systemd/system/jdocker.service.d
  printf '[Service]\nEnvironment=JDOCKERD_JAVA_OPTS=-XX:TieredStopAtLevel=1\n' >/etc/systemd/system/jdocker.service.d/guest.conf
  (cd /mnt/job/jdocker && scripts/install --no-build)
}

# The engine, installed and started, now and at each boot, and the image busybox; nothing when all of it is there.
engine() {
  install_engine
  systemctl --no-reload enable jdocker.socket jdocker.service
  start_engine
}

start_engine() {
  systemctl start jdocker.socket jdocker.service
  eventually 300 answers
  docker image inspect busybox >/dev/null 2>&1 || image
}

image() {
  local root
  root=$(mktemp -d)
  mkdir -p "$root"/{bin,dev,etc,proc,root,sys,tmp,var}
  cp /bin/busybox "$root/bin/busybox"
  chroot "$root" /bin/busybox --install -s /bin
  tar -C "$root" -cf - . | docker import --change 'CMD ["sh"]' - busybox >/dev/null
  rm -rf "$root"
}

remove_all() {
  local ids
  ids=$(docker ps -aq)
  [ -z "$ids" ] || docker rm -f $ids >/dev/null
}
