package jdocker.kernel;

import com.kenai.jffi.CallContext;
import com.kenai.jffi.CallContextCache;
import com.kenai.jffi.CallingConvention;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.LastError;
import com.kenai.jffi.Library;
import com.kenai.jffi.MemoryIO;
import com.kenai.jffi.Type;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * libc through jffi, the layer beneath jnr-ffi. jnr-ffi would write these few methods at run time, with ASM, at three
 * times the cost of a start (docs/adr/0005 has the figures); the call itself is the same.
 *
 * <p>jffi unpacks its library to the temporary directory unless {@code jffi.boot.library.path} names its folder; the
 * launchers always do.
 */
final class JffiLibc implements Libc {
    static final Libc INSTANCE = new JffiLibc();

    private static final CallContext SIX_LONGS = longs(6);

    private final Invoker invoker = Invoker.getInstance();
    private final LastError lastError = LastError.getInstance();
    private final MemoryIO memory = MemoryIO.getInstance();
    private final Library libc = open("libc.so.6");
    private final long syscall = address("syscall");

    private JffiLibc() {}

    @Override
    public long syscall(long number, long a, long b, long c, long d, long e) {
        return invoker.invokeN6(SIX_LONGS, syscall, number, a, b, c, d, e);
    }

    @Override
    public int errno() {
        return lastError.get();
    }

    @Override
    public long call(long function, long a, long b, long c, long d, long e, long f) {
        return invoker.invokeN6(SIX_LONGS, function, a, b, c, d, e, f);
    }

    @Override
    public long address(String function) {
        return symbol(libc, function);
    }

    @Override
    public long address(ByteBuffer direct) {
        return memory.getDirectBufferAddress(direct);
    }

    /** Loads a shared library by its soname. */
    static Library open(String name) {
        Library library = Library.getCachedInstance(name, Library.LAZY | Library.LOCAL);
        if (library == null) {
            throw new UnsatisfiedLinkError("cannot load " + name + ": " + Library.getLastError());
        }
        return library;
    }

    static long symbol(Library library, String function) {
        long address = library.getSymbolAddress(function);
        if (address == 0) {
            throw new UnsatisfiedLinkError("no function " + function + ": " + Library.getLastError());
        }
        return address;
    }

    private static CallContext longs(int count) {
        Type[] parameters = new Type[count];
        Arrays.fill(parameters, Type.SLONG_LONG);
        return CallContextCache.getInstance()
                .getCallContext(Type.SLONG_LONG, parameters, CallingConvention.DEFAULT, true);
    }
}
