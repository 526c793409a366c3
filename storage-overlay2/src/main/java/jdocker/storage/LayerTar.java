package jdocker.storage;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import jdocker.kernel.Fd;
import jdocker.kernel.FileCalls;
import jdocker.kernel.FileData;
import jdocker.kernel.Kernel;
import jdocker.kernel.OpenFlag;
import jdocker.kernel.Resolve;
import jdocker.kernel.SyscallException;
import jdocker.oci.Digest;
import org.jspecify.annotations.Nullable;

/**
 * A layer as the tar that it came in, byte for byte, put together from its files and the record made when it was unpacked.
 * It can be written any number of times.
 */
public final class LayerTar {
    private static final int READ = OpenFlag.of(OpenFlag.READ_ONLY, OpenFlag.NO_FOLLOW);
    private static final int DIRECTORY = OpenFlag.of(OpenFlag.READ_ONLY, OpenFlag.DIRECTORY, OpenFlag.NO_FOLLOW);
    private static final int IN_ROOT = Resolve.of(Resolve.IN_ROOT, Resolve.NO_MAGICLINKS);
    private static final int CHUNK = 256 * 1024;
    private static final int MOST_MOVED = 1_000_000;

    private final FileCalls files;
    private final FileData data;
    private final Fd overlay;
    private final Layer layer;

    LayerTar(Kernel kernel, Fd overlay, Layer layer) {
        this.files = kernel.files();
        this.data = kernel.data();
        this.overlay = overlay;
        this.layer = layer;
    }

    /** What was replaced while the layer was unpacked: from which record on, where it stood, its name aside. */
    private record Moved(long at, byte[] path, int number) {}

    /** Bytes of the tar. */
    public long size() {
        return layer.tarSize();
    }

    /** Its digest. */
    public Digest diffId() {
        return layer.diffId();
    }

    /**
     * Writes the tar.
     *
     * @throws IOException from the stream
     * @throws IllegalStateException at the end, when the layer's files have been changed or damaged since
     */
    public void writeTo(OutputStream out) throws IOException {
        try (Fd folder = files.open(overlay, layer.chainId().digest().hex(), DIRECTORY, 0);
                Fd diff = files.open(folder, "diff", DIRECTORY, 0)) {
            List<Moved> moved = layer.replaced() ? readMoved(folder) : List.of();
            MessageDigest hash = Digest.Algorithm.SHA256.hash();
            try (var writing = new Writing(folder, diff, moved, new Hashed(out, hash))) {
                writing.run();
            }
            Digest found = Digest.ofSha256(hash.digest());
            if (!found.equals(layer.diffId())) {
                throw damaged("its tar has the digest " + found + " now");
            }
        }
    }

    private IllegalStateException damaged(String why) {
        return new IllegalStateException("layer " + layer.diffId() + " is damaged on disk: " + why);
    }

    private DataInputStream openRecord(Fd folder) throws IOException {
        Fd file;
        try {
            file = files.open(folder, TarRecord.FILE, READ, 0);
        } catch (SyscallException e) {
            throw damaged("the record of its tar cannot be read: " + e.getMessage());
        }
        var record = new DataInputStream(
                new BufferedInputStream(new ZstdInputStreamNoFinalizer(new FdInput(data, file)), CHUNK));
        boolean known = false;
        try {
            known = Arrays.equals(record.readNBytes(TarRecord.MAGIC.length), TarRecord.MAGIC);
        } catch (IOException e) {
            throw damaged("the record of its tar cannot be read: " + e.getMessage());
        } finally {
            if (!known) {
                record.close();
            }
        }
        if (!known) {
            throw damaged("the record of its tar is not in a form known here");
        }
        return record;
    }

    private List<Moved> readMoved(Fd folder) throws IOException {
        var moved = new ArrayList<Moved>();
        try (DataInputStream record = openRecord(folder)) {
            for (long at = 0; ; at++) {
                switch (record.readUnsignedByte()) {
                    case TarRecord.END -> {
                        return moved;
                    }
                    case TarRecord.RAW -> record.skipNBytes(record.readInt());
                    case TarRecord.CONTENT -> {
                        record.skipNBytes(record.readUnsignedShort());
                        record.skipNBytes(2L * Long.BYTES);
                    }
                    case TarRecord.MOVED -> moved.add(new Moved(at, name(record), record.readInt()));
                    default -> throw damaged("the record of its tar is malformed");
                }
                if (moved.size() > MOST_MOVED) {
                    throw damaged("the record of its tar is malformed");
                }
            }
        }
    }

    private static byte[] name(DataInputStream record) throws IOException {
        return record.readNBytes(record.readUnsignedShort());
    }

    private final class Writing implements AutoCloseable {
        private final Fd folder;
        private final Fd diff;
        private final List<Moved> moved;
        private final OutputStream out;
        private final DataInputStream record;
        private final byte[] chunk = new byte[CHUNK];
        private final ByteBuffer direct = ByteBuffer.allocateDirect(CHUNK);
        private byte[] parentPath = {};
        private @Nullable Fd parent;

        Writing(Fd folder, Fd diff, List<Moved> moved, OutputStream out) throws IOException {
            this.folder = folder;
            this.diff = diff;
            this.moved = moved;
            this.out = out;
            this.record = openRecord(folder);
        }

        void run() throws IOException {
            for (long at = 0; ; at++) {
                switch (record.readUnsignedByte()) {
                    case TarRecord.END -> {
                        out.flush();
                        return;
                    }
                    case TarRecord.RAW -> raw(record.readInt());
                    case TarRecord.CONTENT -> content(at);
                    case TarRecord.MOVED -> {
                        record.skipNBytes(record.readUnsignedShort());
                        record.skipNBytes(Integer.BYTES);
                    }
                    default -> throw damaged("the record of its tar is malformed");
                }
            }
        }

        private void raw(int length) throws IOException {
            if (length < 0 || length > TarRecord.PIECE) {
                throw damaged("the record of its tar is malformed");
            }
            record.readFully(chunk, 0, length);
            out.write(chunk, 0, length);
        }

        private void content(long at) throws IOException {
            byte[] path = name(record);
            long position = record.readLong();
            long length = record.readLong();
            try (Fd file = open(at, path)) {
                long left = length;
                long from = position;
                while (left > 0) {
                    int n = data.read(file, direct.clear().limit((int) Math.min(CHUNK, left)), from);
                    if (n <= 0) {
                        throw damaged("'" + TarText.printable(path) + "' is shorter than it was");
                    }
                    direct.flip().get(chunk, 0, n);
                    out.write(chunk, 0, n);
                    left -= n;
                    from += n;
                }
            } catch (SyscallException e) {
                throw damaged("'" + TarText.printable(path) + "' cannot be read: " + e.getMessage());
            }
        }

        private Fd open(long at, byte[] path) {
            for (Moved one : moved) {
                boolean within =
                        path.length == one.path.length || path.length > one.path.length && path[one.path.length] == '/';
                if (one.at > at && within && Arrays.equals(path, 0, one.path.length, one.path, 0, one.path.length)) {
                    byte[] rest = Arrays.copyOfRange(path, one.path.length, path.length);
                    String start = TarRecord.REPLACED + "/" + one.number;
                    byte[] aside = Arrays.copyOf(StoreFolders.bytes(start), start.length() + rest.length);
                    System.arraycopy(rest, 0, aside, start.length(), rest.length);
                    return files.openIn(folder, aside, READ, 0, IN_ROOT);
                }
            }
            EntryPath place = EntryPath.of(path);
            return files.open(directory(place.parent()), place.base(), READ, 0);
        }

        /** Archives come folder by folder, so that the last one serves many files. */
        private Fd directory(byte[] path) {
            if (path.length == 0) {
                return diff;
            }
            Fd last = parent;
            if (last != null && Arrays.equals(path, parentPath)) {
                return last;
            }
            Fd opened = files.openIn(diff, path, DIRECTORY & ~OpenFlag.of(OpenFlag.NO_FOLLOW), 0, IN_ROOT);
            if (last != null) {
                last.close();
            }
            parent = opened;
            parentPath = path;
            return opened;
        }

        @Override
        public void close() throws IOException {
            Optional.ofNullable(parent).ifPresent(Fd::close);
            record.close();
        }
    }

    private static final class Hashed extends OutputStream {
        private final OutputStream out;
        private final MessageDigest hash;

        Hashed(OutputStream out, MessageDigest hash) {
            this.out = out;
            this.hash = hash;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            hash.update(bytes, offset, length);
            out.write(bytes, offset, length);
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }
    }

    private static final class FdInput extends InputStream {
        private final FileData data;
        private final Fd file;

        FdInput(FileData data, Fd file) {
            this.data = data;
            this.file = file;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            return data.read(file, ByteBuffer.wrap(target, offset, length));
        }

        @Override
        public void close() {
            file.close();
        }
    }
}
