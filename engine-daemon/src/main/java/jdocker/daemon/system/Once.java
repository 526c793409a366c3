package jdocker.daemon.system;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A value made when it is first asked for. */
final class Once<T> implements Supplier<T> {
    private final Supplier<T> maker;
    private volatile @Nullable T value;

    private Once(Supplier<T> maker) {
        this.maker = maker;
    }

    static <T> Supplier<T> of(Supplier<T> maker) {
        return new Once<>(maker);
    }

    @Override
    public T get() {
        T made = value;
        if (made == null) {
            made = maker.get(); // twice at worst
            value = made;
        }
        return made;
    }
}
