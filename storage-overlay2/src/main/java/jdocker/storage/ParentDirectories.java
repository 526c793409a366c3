package jdocker.storage;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdocker.kernel.Fd;
import jdocker.kernel.FileCalls;
import jdocker.kernel.OpenFlag;
import jdocker.kernel.Resolve;
import org.jspecify.annotations.Nullable;

/**
 * The directories that entries go into, resolved beneath the layer's root, links staying inside. Those of the last
 * entries stay open, since archives come folder by folder. Whoever removes a directory or link must call {@link #forget}.
 */
final class ParentDirectories implements AutoCloseable {
    private static final int DIRECTORY = OpenFlag.of(OpenFlag.PATH, OpenFlag.DIRECTORY);
    private static final int IN_ROOT = Resolve.of(Resolve.IN_ROOT, Resolve.NO_MAGICLINKS);
    private static final int KEPT = 64;
    private static final int MOST_IMPLIED = 32 * 1024 * 1024; // bytes of memory

    private final FileCalls files;
    private final Fd root;
    private final Whiteouts whiteouts;
    private final Map<String, byte[]> implied = new LinkedHashMap<>();
    private int impliedBytes;
    private final LinkedHashMap<String, Fd> open = new LinkedHashMap<>(2 * KEPT, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Fd> eldest) {
            if (size() <= KEPT) {
                return false;
            }
            eldest.getValue().close();
            return true;
        }
    };
    private byte @Nullable [] lastPath;
    private @Nullable Fd last;

    ParentDirectories(FileCalls files, Fd root, Whiteouts whiteouts) {
        this.files = files;
        this.root = root;
        this.whiteouts = whiteouts;
    }

    /** The directory of this path, made if missing: archives need not list them. */
    Fd make(byte[] path) {
        Optional<Fd> present = find(path);
        return present.isPresent() ? present.get() : makeImplied(path);
    }

    /** The directory of this path, if there is one. */
    Optional<Fd> find(byte[] path) {
        if (path.length == 0) {
            return Optional.of(root);
        }
        if (last != null && Arrays.equals(path, lastPath)) {
            return Optional.of(last);
        }
        String key = key(path);
        Fd kept = open.get(key);
        if (kept == null) {
            Optional<Fd> opened = files.openInIfPresent(root, path, DIRECTORY, 0, IN_ROOT);
            if (opened.isEmpty()) {
                return opened;
            }
            kept = opened.get();
            open.put(key, kept);
        }
        lastPath = path;
        last = kept;
        return Optional.of(kept);
    }

    /** Keeps a directory that was just made or met; takes the descriptor over. */
    void remember(byte[] path, Fd directory) {
        Fd before = open.put(key(path), directory);
        lastPath = path;
        last = directory;
        if (before != null) {
            before.close();
        }
    }

    /** What was resolved may lead elsewhere now, but for the one directory in use. */
    void forget(byte[] path, Fd inUse) {
        open.values().stream().filter(fd -> fd != inUse).forEach(Fd::close);
        open.clear();
        lastPath = null;
        last = null;
        if (inUse != root) {
            remember(path, inUse);
        }
    }

    /** Directories that no entry named; their attributes are to come from the layers beneath. */
    List<byte[]> implied() {
        return List.copyOf(implied.values());
    }

    /** An entry named it after all. */
    void explicit(byte[] path) {
        if (!implied.isEmpty()) {
            implied.remove(key(path));
        }
    }

    private Fd makeImplied(byte[] path) {
        Fd directory = root;
        for (int end = nextSlash(path, 0); end <= path.length; end = nextSlash(path, end + 1)) {
            byte[] prefix = Arrays.copyOf(path, end);
            Optional<Fd> present = find(prefix);
            if (present.isEmpty()) {
                byte[] name = Arrays.copyOfRange(path, lastSlash(prefix) + 1, end);
                if (!whiteouts.makeDirectory(directory, name, 0755)) {
                    throw new RefusedArchive("'" + TarText.printable(prefix) + "' holds entries but is no directory");
                }
                files.chmod(directory, name, 0755); // whatever the umask
                imply(prefix);
                present = find(prefix);
            }
            directory = present.orElseThrow(
                    () -> new RefusedArchive("'" + TarText.printable(prefix) + "' cannot be made a directory"));
        }
        return directory;
    }

    private void imply(byte[] path) {
        impliedBytes += path.length + 128;
        if (impliedBytes > MOST_IMPLIED) {
            throw new RefusedArchive("too many directories that have no entry of their own");
        }
        implied.put(key(path), path);
    }

    private static int nextSlash(byte[] path, int from) {
        if (from > path.length) {
            return Integer.MAX_VALUE;
        }
        int at = from;
        while (at < path.length && path[at] != '/') {
            at++;
        }
        return at;
    }

    private static int lastSlash(byte[] path) {
        int at = path.length - 1;
        while (at >= 0 && path[at] != '/') {
            at--;
        }
        return at;
    }

    private static String key(byte[] path) {
        return new String(path, StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        open.values().forEach(Fd::close);
        open.clear();
    }
}
