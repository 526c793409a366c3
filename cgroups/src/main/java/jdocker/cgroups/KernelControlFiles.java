package jdocker.cgroups;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import jdocker.kernel.DirEntry;
import jdocker.kernel.Errno;
import jdocker.kernel.Fd;
import jdocker.kernel.FileCalls;
import jdocker.kernel.FileData;
import jdocker.kernel.FileType;
import jdocker.kernel.Kernel;
import jdocker.kernel.OpenFlag;
import jdocker.kernel.SyscallException;

/** {@link ControlFiles} by system calls: a start makes a dozen directories and can't spare what java.nio adds. */
final class KernelControlFiles implements ControlFiles {
    /** The largest is memory.numa_stat or a long list of processes. */
    private static final int LARGEST = 16 << 20;

    private final FileCalls files;
    private final FileData data;

    KernelControlFiles(Kernel kernel) {
        this.files = kernel.files();
        this.data = kernel.data();
    }

    @Override
    public boolean makeDirectory(Path directory) {
        try {
            return files.mkdirIfAbsent(null, directory.toString(), 0755);
        } catch (SyscallException e) {
            throw new CgroupException("cannot make the cgroup " + directory, e);
        }
    }

    @Override
    public boolean removeDirectory(Path directory) {
        try {
            return files.rmdirIfPresent(null, directory.toString().getBytes(StandardCharsets.UTF_8));
        } catch (SyscallException e) {
            throw new CgroupException("cannot remove the cgroup " + directory, e);
        }
    }

    @Override
    public void write(Path file, String value) {
        writeEach(file, List.of(value));
    }

    @Override
    public void writeEach(Path file, List<String> values) {
        String current = "";
        try (Fd fd = files.open(file.toString(), OpenFlag.WRITE_ONLY)) {
            for (String value : values) {
                current = value;
                data.write(fd, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
            }
        } catch (SyscallException e) {
            throw new CgroupException("cannot write '" + current + "' to " + file, e);
        }
    }

    @Override
    public Optional<String> read(Path file) {
        try (Fd fd = files.open(file.toString(), OpenFlag.READ_ONLY)) {
            return Optional.of(new String(data.readAll(fd, LARGEST), StandardCharsets.UTF_8).strip());
        } catch (SyscallException e) {
            // ENODEV: the cgroup went while its file was open. EOPNOTSUPP: pressure is not measured.
            if (e.is(Errno.ENOENT) || e.is(Errno.ENODEV) || e.is(Errno.EOPNOTSUPP)) {
                return Optional.empty();
            }
            throw new CgroupException("cannot read " + file, e);
        }
    }

    @Override
    public boolean exists(Path file) {
        return files.statusIfPresent(null, file.toString()).isPresent();
    }

    @Override
    public List<String> directories(Path directory) {
        try (Fd fd = files.open(directory.toString(), OpenFlag.READ_ONLY, OpenFlag.DIRECTORY)) {
            return files.list(fd).stream()
                    .filter(entry -> entry.type() == FileType.DIRECTORY)
                    .map(DirEntry::text)
                    .toList();
        } catch (SyscallException e) {
            if (e.is(Errno.ENOENT)) {
                return List.of();
            }
            throw new CgroupException("cannot list " + directory, e);
        }
    }
}
