package jdocker.kernel;

import java.nio.ByteBuffer;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * libc through jnr-ffi.
 *
 * <p>Its native part, jffi, unpacks itself to the temporary directory unless {@code jffi.boot.library.path} names its
 * folder; the launchers always do.
 */
final class JnrLibc implements Libc {
    static {
        // jnr-ffi's machine code stubs crashed JDK 25 in the kernel tests; by libffi a call costs the same.
        System.setProperty("jnr.ffi.x86asm.enabled", "false");
    }

    static final Libc INSTANCE = new JnrLibc();

    private final Prototypes libc = load(Prototypes.class, "libc.so.6");
    private final Runtime runtime = Runtime.getRuntime(libc);

    private JnrLibc() {}

    /** Public because the implementation that jnr-ffi writes lives in a package of its own. */
    public interface Prototypes {
        long syscall(long number, long a, long b, long c, long d, long e);
    }

    /** Binds the functions of a shared library, named by its soname, to the methods of an interface. */
    static <T> T load(Class<T> prototypes, String library) {
        return LibraryLoader.create(prototypes).failImmediately().load(library);
    }

    @Override
    public long syscall(long number, long a, long b, long c, long d, long e) {
        return libc.syscall(number, a, b, c, d, e);
    }

    @Override
    public int errno() {
        return runtime.getLastError();
    }

    @Override
    public long address(ByteBuffer direct) {
        return Pointer.wrap(runtime, direct).address();
    }
}
