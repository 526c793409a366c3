package jdocker.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/** The signals of this JVM's process. */
@SuppressWarnings("sunapi")
final class ProcessSignals implements Signals {
    // Not KILL and STOP, which nobody catches; not CHLD, PIPE and WINCH, which concern us alone.
    private static final List<String> NAMES = List.of(
            "HUP", "INT", "QUIT", "USR1", "USR2", "ALRM", "TERM", "CONT", "TSTP", "TTIN", "TTOU", "VTALRM", "PROF",
            "IO", "PWR", "TRAP", "XCPU", "XFSZ");

    @Override
    public Subscription catchAll(Consumer<String> listener) {
        List<Subscription> subscriptions = new ArrayList<>();
        for (String name : NAMES) {
            subscriptions.add(handle(name, signal -> listener.accept(signal.getName())));
        }
        return () -> subscriptions.forEach(Subscription::close);
    }

    @Override
    public Subscription onWindowChange(Runnable listener) {
        return handle("WINCH", _ -> listener.run());
    }

    private static Subscription handle(String name, SignalHandler handler) {
        try {
            Signal signal = new Signal(name);
            SignalHandler before = Signal.handle(signal, handler);
            return () -> Signal.handle(signal, before);
        } catch (IllegalArgumentException _) {
            // The JVM keeps it for itself.
            return () -> {};
        }
    }
}
