package jdocker.api;

/** One resource limit of processes; -1 is unlimited. */
@WireRecord
public record Ulimit(String name, long hard, long soft) {
    public Ulimit {
        name = Wire.text(name);
    }
}
