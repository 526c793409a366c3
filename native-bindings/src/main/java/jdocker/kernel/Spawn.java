package jdocker.kernel;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** posix_spawn(3) and the functions that prepare its arguments. They answer with the error number itself. */
final class Spawn {
    private static final int SETSIGDEF = 0x04;
    private static final int SETSIGMASK = 0x08;
    private static final int SETSID = 0x80;
    /** More than posix_spawn_file_actions_t (80 bytes) and posix_spawnattr_t (336) of glibc take, or musl's. */
    private static final int OBJECT = 512;

    private static final int SIGNAL_SET = 128;
    private static final byte ALL = (byte) 0xff;

    private final Calls calls;
    private final Prototypes libc = JnrLibc.load(Prototypes.class, "libc.so.6");

    Spawn(Calls calls) {
        this.calls = calls;
    }

    /** spawn.h; every function answers 0 or an error number. */
    public interface Prototypes {
        int posix_spawn(long pid, long path, long actions, long attributes, long arguments, long environment);

        int posix_spawn_file_actions_init(long actions);

        int posix_spawn_file_actions_destroy(long actions);

        int posix_spawn_file_actions_adddup2(long actions, int source, int target);

        int posix_spawn_file_actions_addclosefrom_np(long actions, int first);

        int posix_spawnattr_init(long attributes);

        int posix_spawnattr_destroy(long attributes);

        int posix_spawnattr_setflags(long attributes, short flags);

        int posix_spawnattr_setsigdefault(long attributes, long signals);

        int posix_spawnattr_setsigmask(long attributes, long signals);
    }

    long spawn(SpawnRequest request) {
        List<Fd> moved = new ArrayList<>();
        try (Scratch s = calls.scratch(size(request))) {
            Map<Integer, Fd> descriptors = outOfTheWay(request.descriptors(), moved);
            long actions = s.address(s.struct(OBJECT));
            long attributes = s.address(s.struct(OBJECT));
            check(request, libc.posix_spawn_file_actions_init(actions));
            try {
                check(request, libc.posix_spawnattr_init(attributes));
                try {
                    describe(request, s, actions, attributes, descriptors);
                    return start(request, s, actions, attributes);
                } finally {
                    libc.posix_spawnattr_destroy(attributes);
                }
            } finally {
                libc.posix_spawn_file_actions_destroy(actions);
            }
        } finally {
            moved.forEach(Fd::close);
        }
    }

    /** A source below the highest target could be overwritten before its turn: such ones are copied above first. */
    private static Map<Integer, Fd> outOfTheWay(Map<Integer, Fd> wanted, List<Fd> moved) {
        int above = wanted.keySet().stream().mapToInt(Integer::intValue).max().orElse(2) + 1;
        Map<Integer, Fd> result = new TreeMap<>();
        wanted.forEach((target, source) -> {
            Fd from = source;
            if (source.number() < above) {
                from = source.duplicate(above);
                moved.add(from);
            }
            result.put(target, from);
        });
        return result;
    }

    private void describe(
            SpawnRequest request, Scratch s, long actions, long attributes, Map<Integer, Fd> descriptors) {
        descriptors.forEach((target, source) ->
                check(request, libc.posix_spawn_file_actions_adddup2(actions, source.number(), target)));
        // The JVM's own files are mostly not close-on-exec.
        int next =
                descriptors.keySet().stream().mapToInt(Integer::intValue).max().orElse(-1) + 1;
        check(request, libc.posix_spawn_file_actions_addclosefrom_np(actions, next));
        int none = s.struct(SIGNAL_SET);
        int all = s.struct(SIGNAL_SET);
        for (int i = 0; i < SIGNAL_SET; i++) {
            s.putByte(all + i, ALL); // sigfillset(3) would leave out 32 and 33, which glibc ignores in children
        }
        check(request, libc.posix_spawnattr_setsigdefault(attributes, s.address(all)));
        check(request, libc.posix_spawnattr_setsigmask(attributes, s.address(none)));
        int flags = SETSIGDEF | SETSIGMASK | (request.newSession() ? SETSID : 0);
        check(request, libc.posix_spawnattr_setflags(attributes, (short) flags));
    }

    private long start(SpawnRequest request, Scratch s, long actions, long attributes) {
        int pid = s.struct(8);
        long path = s.string(request.path());
        long arguments = strings(s, request.arguments());
        long environment = strings(s, request.environment());
        int error = libc.posix_spawn(s.address(pid), path, actions, attributes, arguments, environment);
        check(request, error);
        return s.getInt(pid);
    }

    /** A NULL-terminated array of C strings. */
    private static long strings(Scratch s, Collection<String> strings) {
        int array = s.struct((strings.size() + 1) * Long.BYTES);
        int at = array;
        for (String string : strings) {
            s.putLong(at, s.string(string));
            at += Long.BYTES;
        }
        return s.address(array);
    }

    private static long size(SpawnRequest request) {
        long size = 16L * 1024 + Names.bytes(request.path()).length;
        for (String string : request.arguments()) {
            size += Names.bytes(string).length + 24L;
        }
        for (String string : request.environment()) {
            size += Names.bytes(string).length + 24L;
        }
        return size;
    }

    private static void check(SpawnRequest request, int error) {
        if (error != 0) {
            throw SyscallException.of("posix_spawn", -error, request.path());
        }
    }
}
