package jdocker.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Files here as a tar and back. What comes from a container may be hostile: nothing of it is put outside the target. */
final class LocalArchive {
    private static final LinkOption NO_FOLLOW = LinkOption.NOFOLLOW_LINKS;
    private static final int PERMISSIONS = 07777;

    private record Dated(Path directory, FileTime time) {}

    private long size;

    /** Bytes of the tar so far, as docker counts them. */
    long size() {
        return size;
    }

    /** Writes a file or tree under a name. */
    void write(Path source, String name, OutputStream out) throws IOException {
        try (var tar = new TarArchiveOutputStream(out, "UTF-8")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            tar.setAddPaxHeadersForNonAsciiNames(true);
            add(tar, source, name);
            tar.finish();
            size = tar.getBytesWritten();
        }
    }

    private static void add(TarArchiveOutputStream tar, Path source, String name) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(source, "unix:mode,uid,gid", NO_FOLLOW);
        boolean directory = Files.isDirectory(source, NO_FOLLOW);
        if (!directory && !Files.isRegularFile(source, NO_FOLLOW) && !Files.isSymbolicLink(source)) {
            return; // sockets, devices and pipes of this machine stay here
        }
        TarArchiveEntry entry;
        if (Files.isSymbolicLink(source)) {
            entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
            entry.setLinkName(Files.readSymbolicLink(source).toString());
        } else {
            entry = new TarArchiveEntry(directory ? name + "/" : name);
            entry.setSize(directory ? 0 : Files.size(source));
        }
        entry.setMode(number(attributes, "mode") & PERMISSIONS);
        entry.setIds(number(attributes, "uid"), number(attributes, "gid"));
        entry.setModTime(Files.getLastModifiedTime(source, NO_FOLLOW));
        tar.putArchiveEntry(entry);
        if (Files.isRegularFile(source, NO_FOLLOW)) {
            Files.copy(source, tar);
        }
        tar.closeArchiveEntry();
        if (directory) {
            List<Path> children;
            try (Stream<Path> list = Files.list(source)) {
                children = list.sorted().toList();
            }
            for (Path child : children) {
                add(tar, child, name + "/" + child.getFileName());
            }
        }
    }

    private static int number(Map<String, Object> attributes, String name) {
        return attributes.get(name) instanceof Integer number ? number : 0;
    }

    /** Unpacks; returns the bytes read. */
    long extract(InputStream in, LocalTarget target) throws IOException {
        Deque<Dated> directories = new ArrayDeque<>();
        var tar = new TarArchiveInputStream(in, "UTF-8");
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            String name = target.rename(trimmed(entry.getName()));
            Path place = inside(target.folder(), name);
            if (!place.equals(target.folder())) {
                make(tar, entry, place, target);
            }
            if (entry.isDirectory() && !place.equals(target.folder())) {
                directories.push(new Dated(place, entry.getLastModifiedTime()));
            }
        }
        for (Dated one : directories) {
            setTime(one.directory, one.time);
        }
        in.transferTo(OutputStream.nullOutputStream());
        return tar.getBytesRead();
    }

    private static String trimmed(String name) {
        return name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
    }

    /** The place of a name below the folder, which no link on the way may leave. */
    private static Path inside(Path folder, String name) throws IOException {
        Path at = folder;
        String[] parts = name.split("/");
        for (int i = 0; i < parts.length; i++) {
            if (parts[i].isEmpty() || parts[i].equals(".")) {
                continue;
            }
            if (parts[i].equals("..")) {
                throw new IOException("the archive's entry \"" + name + "\" leads out of the target");
            }
            if (Files.isSymbolicLink(at) && !at.equals(folder)) {
                throw new IOException("the archive's entry \"" + name + "\" leads over a symbolic link");
            }
            at = at.resolve(parts[i]);
        }
        return at;
    }

    private static void make(TarArchiveInputStream tar, TarArchiveEntry entry, Path place, LocalTarget target)
            throws IOException {
        if (entry.isDirectory()) {
            if (!Files.isDirectory(place, NO_FOLLOW)) {
                refuseIfPresent(place, "cannot overwrite non-directory \"" + place + "\" with directory");
                Files.createDirectory(place);
            }
        } else {
            if (Files.isDirectory(place, NO_FOLLOW)) {
                throw new IOException("cannot overwrite directory \"" + place + "\" with non-directory");
            }
            Files.createDirectories(parent(place));
            Files.deleteIfExists(place);
            if (entry.isSymbolicLink()) {
                Files.createSymbolicLink(place, Path.of(entry.getLinkName()));
                return;
            }
            if (entry.isLink()) {
                Path first = inside(target.folder(), target.rename(entry.getLinkName()));
                Files.createLink(place, first);
                return;
            }
            if (!entry.isFile()) {
                return; // devices and pipes of a container are of no use here
            }
            Files.copy(tar, place);
        }
        Files.setPosixFilePermissions(place, permissions(entry.getMode()));
        if (!entry.isDirectory()) {
            setTime(place, entry.getLastModifiedTime());
        }
    }

    private static Path parent(Path place) throws IOException {
        Path parent = place.getParent();
        if (parent == null) {
            throw new IOException("\"" + place + "\" has no directory");
        }
        return parent;
    }

    private static void refuseIfPresent(Path place, String why) throws IOException {
        if (Files.exists(place, NO_FOLLOW)) {
            throw new IOException(why);
        }
    }

    private static void setTime(Path place, FileTime time) throws IOException {
        Files.getFileAttributeView(place, BasicFileAttributeView.class, NO_FOLLOW)
                .setTimes(time, null, null);
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> all = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] inOrder = PosixFilePermission.values(); // from the owner's reading down
        for (int i = 0; i < inOrder.length; i++) {
            if ((mode & (0400 >> i)) != 0) {
                all.add(inOrder[i]);
            }
        }
        return all;
    }
}
