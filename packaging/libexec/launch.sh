# Sourced by the launchers; POSIX sh, no forks.

# A JDK tells its version in the file "release": reading it costs nothing, asking java costs 40 ms.
is_java_25() {
    [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 1
    while IFS= read -r line; do
        case $line in
            'JAVA_VERSION="25"'* | 'JAVA_VERSION="25.'*) return 0 ;;
            JAVA_VERSION=*) return 1 ;;
        esac
    done <"$1/release"
    return 1
}

# find_java NAME: sets $java, or says in NAME's voice what is missing.
find_java() {
    if [ -n "${JDOCKER_JAVA_HOME:-}" ]; then
        if is_java_25 "$JDOCKER_JAVA_HOME"; then
            java=$JDOCKER_JAVA_HOME/bin/java
            return
        fi
        echo "$1: JDOCKER_JAVA_HOME=$JDOCKER_JAVA_HOME is not a Java 25 runtime" >&2
        exit 1
    fi
    for java_home in "${JAVA_HOME:-}" /usr/lib/jvm/*25*; do
        if [ -n "$java_home" ] && is_java_25 "$java_home"; then
            java=$java_home/bin/java
            return
        fi
    done
    echo "$1: needs Java 25 and found none in JDOCKER_JAVA_HOME, JAVA_HOME or /usr/lib/jvm;" \
        "install one (such as openjdk-25-jre-headless) or set JDOCKER_JAVA_HOME" >&2
    exit 1
}

# What would change the JVM behind our back, or print to the user's terminal.
clear_environment() {
    unset JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS CLASSPATH LD_PRELOAD LD_LIBRARY_PATH
}
