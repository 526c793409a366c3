package jdocker.kernel;

import java.util.List;
import java.util.Optional;

/**
 * Extended attributes, of an open file (also one opened with {@link OpenFlag#PATH}, also a symbolic link itself) or of a
 * name in a directory, never following a link. Names have their prefix ({@code user.}, {@code security.}); values are bytes.
 */
public interface Xattrs {
    /** Empty where the file has no such attribute (ENODATA) or its file system has none at all (EOPNOTSUPP). */
    Optional<byte[]> get(Fd file, String attribute);

    Optional<byte[]> get(Fd directory, byte[] name, String attribute);

    void set(Fd file, String attribute, byte[] value);

    void set(Fd directory, byte[] name, String attribute, byte[] value);

    /** Names only; empty where the file system has no attributes. */
    List<String> list(Fd file);

    List<String> list(Fd directory, byte[] name);

    /** False where the file has no such attribute. */
    boolean remove(Fd file, String attribute);

    boolean remove(Fd directory, byte[] name, String attribute);
}
