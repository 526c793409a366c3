package jdocker.daemon;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Handlers for signals; they run on a thread of their own. The JDK's only way to them is {@code sun.misc.Signal}, which
 * javac warns of beyond suppression: hence by handles.
 */
final class Signals {
    private Signals() {}

    /** @param name without SIG, such as {@code TERM} */
    static void handle(String name, Runnable action) {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            MethodHandle run = lookup.findVirtual(Runnable.class, "run", MethodType.methodType(void.class))
                    .bindTo(action);
            Object adapter =
                    MethodHandleProxies.asInterfaceInstance(handler, MethodHandles.dropArguments(run, 0, signal));
            Object named = lookup.findConstructor(signal, MethodType.methodType(void.class, String.class))
                    .invoke(name);
            lookup.findStatic(signal, "handle", MethodType.methodType(handler, signal, handler))
                    .invoke(named, adapter);
        } catch (Throwable e) {
            throw new IllegalStateException("cannot handle SIG" + name, e);
        }
    }
}
