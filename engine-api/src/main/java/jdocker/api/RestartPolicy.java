package jdocker.api;

/** When a container that has ended starts again. */
@WireRecord
public record RestartPolicy(String name, int maximumRetryCount) {
    public RestartPolicy {
        name = Wire.text(name);
    }

    static final RestartPolicy NONE = new RestartPolicy("", 0);
}
