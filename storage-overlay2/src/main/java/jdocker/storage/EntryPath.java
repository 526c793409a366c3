package jdocker.storage;

import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * Where an entry goes beneath the layer's root: a cleaned, relative, local path, split into folder and last component;
 * both empty for the root itself.
 */
record EntryPath(byte[] parent, byte[] base) {
    static final int MAX_PATH = 4096;
    static final int MAX_COMPONENT = 255;
    private static final byte[] NONE = {};

    /**
     * Cleans as Go's {@code path.Clean} does, after leading slashes are gone, and refuses what then leaves the root: such
     * a name is an attack, and making it harmless would only hide that.
     */
    static EntryPath of(byte[] name) {
        if (name.length > MAX_PATH) {
            throw new RefusedArchive("'" + TarText.printable(name) + "' is a name of " + name.length + " bytes");
        }
        var components = new ArrayDeque<byte[]>();
        int start = 0;
        for (int i = 0; i <= name.length; i++) {
            if (i < name.length && name[i] != '/') {
                if (name[i] == 0) {
                    throw new RefusedArchive("'" + TarText.printable(name) + "' holds a NUL");
                }
                continue;
            }
            add(components, name, start, i);
            start = i + 1;
        }
        if (components.isEmpty()) {
            return new EntryPath(NONE, NONE);
        }
        byte[] base = components.removeLast();
        return new EntryPath(join(components), base);
    }

    private static void add(ArrayDeque<byte[]> components, byte[] name, int start, int end) {
        int length = end - start;
        if (length == 0 || length == 1 && name[start] == '.') {
            return;
        }
        if (length == 2 && name[start] == '.' && name[start + 1] == '.') {
            if (components.pollLast() == null) {
                throw new RefusedArchive("'" + TarText.printable(name) + "' leaves the layer");
            }
            return;
        }
        if (length > MAX_COMPONENT) {
            throw new RefusedArchive("'" + TarText.printable(name) + "' has a component of " + length + " bytes");
        }
        components.addLast(Arrays.copyOfRange(name, start, end));
    }

    private static byte[] join(Iterable<byte[]> components) {
        var path = new ByteArrayOutputStream();
        for (byte[] component : components) {
            if (path.size() > 0) {
                path.write('/');
            }
            path.writeBytes(component);
        }
        return path.toByteArray();
    }

    boolean isRoot() {
        return base.length == 0;
    }

    byte[] whole() {
        return parent.length == 0 ? base : child(parent, base);
    }

    static byte[] child(byte[] folder, byte[] name) {
        if (folder.length == 0) {
            return name;
        }
        byte[] path = Arrays.copyOf(folder, folder.length + 1 + name.length);
        path[folder.length] = '/';
        System.arraycopy(name, 0, path, folder.length + 1, name.length);
        return path;
    }

    String label() {
        return isRoot() ? "." : TarText.printable(whole());
    }
}
