package jdocker.kernel;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.OptionalLong;

/** {@link FileData} by the running kernel. */
final class LinuxFileData implements FileData {
    private static final long HERE = -1;
    private static final int SEEK_SET = 0;
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;
    private static final int LOCK_SH = 1;
    private static final int LOCK_EX = 2;
    private static final int LOCK_NB = 4;
    private static final int LOCK_UN = 8;
    private static final int F_SETFD = 2;
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int F_ADD_SEALS = 1033;

    private final Calls calls;

    LinuxFileData(Calls calls) {
        this.calls = calls;
    }

    @Override
    public int read(Fd file, ByteBuffer target) {
        return readAt(file, target, HERE);
    }

    @Override
    public int read(Fd file, ByteBuffer target, long position) {
        return readAt(file, target, notNegative(position));
    }

    private int readAt(Fd file, ByteBuffer target, long position) {
        if (!target.hasRemaining()) {
            return 0;
        }
        if (target.isDirect()) {
            long address = calls.address(target) + target.position();
            int length = transfer(file, address, target.remaining(), position, false);
            target.position(target.position() + length);
            return length == 0 ? -1 : length;
        }
        try (Scratch s = calls.scratch()) {
            int size = Math.min(target.remaining(), s.available());
            int at = s.room(size);
            int length = transfer(file, s.address(at), size, position, false);
            s.copyTo(at, target, length);
            return length == 0 ? -1 : length;
        }
    }

    @Override
    public byte[] readAll(Fd file, int limit) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        ByteBuffer part = ByteBuffer.allocate(8192);
        while (read(file, part.clear()) != -1) {
            content.write(part.array(), 0, part.position());
            if (content.size() > limit) {
                throw new SyscallException("read", "fd " + file + ", at most " + limit + " bytes", Errno.EFBIG);
            }
        }
        return content.toByteArray();
    }

    @Override
    public void write(Fd file, ByteBuffer source) {
        writeAt(file, source, HERE);
    }

    @Override
    public void write(Fd file, ByteBuffer source, long position) {
        writeAt(file, source, notNegative(position));
    }

    private void writeAt(Fd file, ByteBuffer source, long position) {
        long place = position;
        while (source.hasRemaining()) {
            int length = writeSome(file, source, place);
            source.position(source.position() + length);
            place = place == HERE ? HERE : place + length;
        }
    }

    private int writeSome(Fd file, ByteBuffer source, long position) {
        if (source.isDirect()) {
            return transfer(file, calls.address(source) + source.position(), source.remaining(), position, true);
        }
        try (Scratch s = calls.scratch()) {
            int size = Math.min(source.remaining(), s.available());
            int at = s.room(size);
            s.copyFrom(source, at, size);
            return transfer(file, s.address(at), size, position, true);
        }
    }

    private int transfer(Fd file, long address, int length, long position, boolean write) {
        SyscallNumber call = write ? SyscallNumber.WRITE : SyscallNumber.READ;
        if (position != HERE) {
            call = write ? SyscallNumber.PWRITE64 : SyscallNumber.PREAD64;
        }
        return (int) check(call, calls.call(call, file.number(), address, length, position), file);
    }

    @Override
    public void seek(Fd file, long position) {
        check(SyscallNumber.LSEEK, calls.call(SyscallNumber.LSEEK, file.number(), position, SEEK_SET), file);
    }

    @Override
    public OptionalLong nextData(Fd file, long position) {
        return next(file, position, SEEK_DATA);
    }

    @Override
    public OptionalLong nextHole(Fd file, long position) {
        return next(file, position, SEEK_HOLE);
    }

    private OptionalLong next(Fd file, long position, int whence) {
        long place = calls.call(SyscallNumber.LSEEK, file.number(), position, whence);
        return place == -Errno.ENXIO.number()
                ? OptionalLong.empty()
                : OptionalLong.of(check(SyscallNumber.LSEEK, place, file));
    }

    @Override
    public void truncate(Fd file, long length) {
        check(SyscallNumber.FTRUNCATE, calls.call(SyscallNumber.FTRUNCATE, file.number(), length), file);
    }

    @Override
    public void allocate(Fd file, long position, long length) {
        long rc = calls.call(SyscallNumber.FALLOCATE, file.number(), 0, position, length);
        check(SyscallNumber.FALLOCATE, rc, file);
    }

    @Override
    public void sync(Fd file) {
        check(SyscallNumber.FSYNC, calls.call(SyscallNumber.FSYNC, file.number()), file);
    }

    @Override
    public void syncFileSystem(Fd file) {
        check(SyscallNumber.SYNCFS, calls.call(SyscallNumber.SYNCFS, file.number()), file);
    }

    @Override
    public void lock(Fd file, boolean exclusive) {
        check(SyscallNumber.FLOCK, flock(file, exclusive ? LOCK_EX : LOCK_SH), file);
    }

    @Override
    public boolean tryLock(Fd file, boolean exclusive) {
        long rc = flock(file, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB);
        if (rc == -Errno.EAGAIN.number()) {
            return false;
        }
        check(SyscallNumber.FLOCK, rc, file);
        return true;
    }

    @Override
    public void unlock(Fd file) {
        check(SyscallNumber.FLOCK, flock(file, LOCK_UN), file);
    }

    private long flock(Fd file, int operation) {
        return calls.call(SyscallNumber.FLOCK, file.number(), operation);
    }

    @Override
    public Fd memfd(String name, MemfdFlag... flags) {
        try (Scratch s = calls.scratch()) {
            long fd = calls.call(SyscallNumber.MEMFD_CREATE, s.string(name), MemfdFlag.of(flags));
            if (fd < 0) {
                throw SyscallException.of(SyscallNumber.MEMFD_CREATE, fd, name);
            }
            return new Fd((int) fd);
        }
    }

    @Override
    public void seal(Fd memfd, Seal... seals) {
        fcntl(memfd, F_ADD_SEALS, Seal.of(seals));
    }

    @Override
    public void closeOnExec(Fd file, boolean close) {
        fcntl(file, F_SETFD, close ? 1 : 0);
    }

    @Override
    public void nonBlocking(Fd file, boolean nonBlocking) {
        long flags = fcntl(file, F_GETFL, 0);
        int bit = OpenFlag.NON_BLOCK.bits();
        fcntl(file, F_SETFL, nonBlocking ? flags | bit : flags & ~bit);
    }

    private long fcntl(Fd file, int command, long argument) {
        long rc = calls.call(SyscallNumber.FCNTL, file.number(), command, argument);
        return check(SyscallNumber.FCNTL, rc, file);
    }

    @Override
    public Pipe pipe() {
        try (Scratch s = calls.scratch()) {
            int at = s.room(8);
            long rc = calls.call(SyscallNumber.PIPE2, s.address(at), OpenFlag.CLOSE_ON_EXEC.bits());
            if (rc < 0) {
                throw SyscallException.of(SyscallNumber.PIPE2, rc, "");
            }
            return new Pipe(new Fd(s.getInt(at)), new Fd(s.getInt(at + 4)));
        }
    }

    private static long notNegative(long position) {
        if (position < 0) {
            throw new IllegalArgumentException("negative position " + position);
        }
        return position;
    }

    private static long check(SyscallNumber call, long result, Fd file) {
        if (result < 0) {
            throw SyscallException.of(call, result, "fd " + file);
        }
        return result;
    }
}
