package jdocker.kernel;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@link Xattrs} by the running kernel. There are no *at forms (before Linux 6.13), and the f* forms refuse a descriptor
 * opened with O_PATH, so all go by /proc/self/fd: the magic link leads to the very file, the l* forms stop at the name.
 */
final class LinuxXattrs implements Xattrs {
    /** XATTR_SIZE_MAX and XATTR_LIST_MAX of linux/limits.h. */
    private static final int LARGEST = 65536;

    private static final int FIRST_TRY = 4096;

    private final Calls calls;

    LinuxXattrs(Calls calls) {
        this.calls = calls;
    }

    @Override
    public Optional<byte[]> get(Fd file, String attribute) {
        return get(SyscallNumber.GETXATTR, Names.of(file), attribute);
    }

    @Override
    public Optional<byte[]> get(Fd directory, byte[] name, String attribute) {
        return get(SyscallNumber.LGETXATTR, Names.beneath(directory, name), attribute);
    }

    private Optional<byte[]> get(SyscallNumber call, byte[] path, String attribute) {
        for (int size = FIRST_TRY; ; size = LARGEST) {
            try (Scratch s = calls.scratch(size + 8192L)) {
                int value = s.room(size);
                long length = calls.call(call, s.path(path), s.string(attribute), s.address(value), size);
                if (length >= 0) {
                    return Optional.of(s.copy(value, (int) length));
                }
                if (length == -Errno.ENODATA.number() || length == -Errno.EOPNOTSUPP.number()) {
                    return Optional.empty();
                }
                if (length != -Errno.ERANGE.number() || size == LARGEST) {
                    throw failure(call, length, path, attribute);
                }
            }
        }
    }

    @Override
    public void set(Fd file, String attribute, byte[] value) {
        set(SyscallNumber.SETXATTR, Names.of(file), attribute, value);
    }

    @Override
    public void set(Fd directory, byte[] name, String attribute, byte[] value) {
        set(SyscallNumber.LSETXATTR, Names.beneath(directory, name), attribute, value);
    }

    private void set(SyscallNumber call, byte[] path, String attribute, byte[] value) {
        try (Scratch s = calls.scratch(value.length + 8192L)) {
            long content = s.address(s.bytes(value));
            long rc = calls.call(call, s.path(path), s.string(attribute), content, value.length, 0);
            if (rc < 0) {
                throw failure(call, rc, path, attribute);
            }
        }
    }

    @Override
    public List<String> list(Fd file) {
        return list(SyscallNumber.LISTXATTR, Names.of(file));
    }

    @Override
    public List<String> list(Fd directory, byte[] name) {
        return list(SyscallNumber.LLISTXATTR, Names.beneath(directory, name));
    }

    private List<String> list(SyscallNumber call, byte[] path) {
        for (int size = FIRST_TRY; ; size = LARGEST) {
            try (Scratch s = calls.scratch(size + 8192L)) {
                int names = s.room(size);
                long length = calls.call(call, s.path(path), s.address(names), size);
                if (length >= 0) {
                    return split(s.copy(names, (int) length));
                }
                if (length == -Errno.EOPNOTSUPP.number()) {
                    return List.of();
                }
                if (length != -Errno.ERANGE.number() || size == LARGEST) {
                    throw failure(call, length, path, "");
                }
            }
        }
    }

    private static List<String> split(byte[] names) {
        List<String> list = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < names.length; i++) {
            if (names[i] == 0) {
                list.add(new String(names, start, i - start, StandardCharsets.UTF_8));
                start = i + 1;
            }
        }
        return list;
    }

    @Override
    public boolean remove(Fd file, String attribute) {
        return remove(SyscallNumber.REMOVEXATTR, Names.of(file), attribute);
    }

    @Override
    public boolean remove(Fd directory, byte[] name, String attribute) {
        return remove(SyscallNumber.LREMOVEXATTR, Names.beneath(directory, name), attribute);
    }

    private boolean remove(SyscallNumber call, byte[] path, String attribute) {
        try (Scratch s = calls.scratch()) {
            long rc = calls.call(call, s.path(path), s.string(attribute));
            if (rc < 0 && rc != -Errno.ENODATA.number()) {
                throw failure(call, rc, path, attribute);
            }
            return rc == 0;
        }
    }

    private static SyscallException failure(SyscallNumber call, long result, byte[] path, String attribute) {
        String name = Names.printable(path);
        return SyscallException.of(call, result, attribute.isEmpty() ? name : attribute + " of " + name);
    }
}
