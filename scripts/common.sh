# Sourced by the scripts beside it: where things are, a JDK, packages, root.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
DIST=$ROOT/dist
SOCKET=/run/jdocker.sock
cd "$ROOT"

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
warn() { printf 'warning: %s\n' "$*" >&2; }
die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# as_root SCRIPT ARGS...: goes on as root, by sudo where one is not root yet.
as_root() {
  [ "$(id -u)" -ne 0 ] || return 0
  command -v sudo >/dev/null || die "this needs root: there is no sudo, so call it as root"
  exec sudo --preserve-env=JAVA_HOME,JDOCKER_JAVA_HOME,MAVEN_OPTS,CI -- "$@"
}

# need COMMAND[=PACKAGE]...: installs the packages whose commands are missing, where there is apt.
need() {
  local wanted packages=()
  for wanted in "$@"; do
    has "${wanted%%=*}" || packages+=("${wanted#*=}")
  done
  [ ${#packages[@]} -gt 0 ] || return 0
  if ! command -v apt-get >/dev/null || [ "$(id -u)" -ne 0 ]; then
    die "missing: ${packages[*]} (names of Debian's packages); install them and call this again"
  fi
  say "installing ${packages[*]}"
  apt_install "${packages[@]}" || die "could not install ${packages[*]}"
}

# Starts no service that a package brings: an engine beside ours may be installed for its client alone.
apt_install() (
  export DEBIAN_FRONTEND=noninteractive
  if [ ! -e /usr/sbin/policy-rc.d ]; then
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
    chmod 755 /usr/sbin/policy-rc.d
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
  fi
  apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1 ||
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }
)

# has NAME: a command; a path; a library, NAME.so.N; or a busybox that runs where there is no libc.
has() {
  case $1 in
    /*) [ -e "$1" ] ;;
    *.so.*) [[ $(PATH=$PATH:/usr/sbin:/sbin ldconfig -p) == *"$1"* ]] ;;
    static-busybox) [[ $(LC_ALL=C ldd "$(command -v busybox)" 2>&1) == *@("not a dynamic"|"statically linked")* ]] ;;
    *) command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ] || [ -x "/sbin/$1" ] ;;
  esac
}

need_build_tools() {
  need mvn=maven gcc /usr/include/stdio.h=libc6-dev make
  find_jdk
}

# What a running engine and its tests ask of the host.
need_run_tools() {
  need iptables libseccomp.so.2=libseccomp2 static-busybox=busybox-static curl
}

# The clients that the it-tests drive the engine with.
need_test_tools() {
  need ip=iproute2 docker=docker.io python3 /usr/lib/python3/dist-packages/docker=python3-docker
}

# Sets JAVA_HOME to a JDK 25: JDOCKER_JAVA_HOME, JAVA_HOME, /usr/lib/jvm, or a package where there is one.
find_jdk() {
  . "$ROOT/packaging/libexec/launch.sh"
  local java
  if ! java=$(find_java build 2>/dev/null && printf %s "$java") || [ ! -x "${java%java}javac" ]; then
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null && apt_install openjdk-25-jdk-headless 2>/dev/null; then
      java=$(find_java build && printf %s "$java")
    else
      die "needs a JDK 25 in JDOCKER_JAVA_HOME, JAVA_HOME or /usr/lib/jvm"
    fi
  fi
  export JAVA_HOME=${java%/bin/java}
}

# Maven without progress bars, and without the JVM's remarks on Maven's own libraries.
maven() {
  MAVEN_OPTS="--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow ${MAVEN_OPTS:-}" \
    mvn --batch-mode --no-transfer-progress "$@"
}

version() { sed -n 's:^  <version>\(.*\)</version>$:\1:p' "$ROOT/pom.xml" | head -n 1; }

# One line that changes when anything changes that dist/ is made of.
fingerprint() {
  {
    printf '%s\n' "${JAVA_HOME:-}"
    find pom.xml .mvn ./*/pom.xml ./*/src/main packaging scripts -path scripts/vm -prune -o -type f -printf '%p %T@ %s\n' | LC_ALL=C sort
  } | sha256sum | cut -d' ' -f1
}

answers() { curl -fsS --max-time 5 --unix-socket "$SOCKET" http://localhost/_ping >/dev/null 2>&1; }
