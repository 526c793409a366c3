package jdocker.kernel;

import java.util.Set;

/**
 * One mount(2), as a value.
 *
 * @param source a device, directory or just a name, depending on the type
 * @param target a path of the host; for one beneath a container's root use {@link #onto(Fd)}
 * @param type of file system, empty for binds, remounts and changes of propagation
 * @param data options of the file system, at most a page
 */
public record Mount(String source, String target, String type, Set<MountFlag> flags, String data) {
    public Mount {
        flags = Set.copyOf(flags);
    }

    /** A bind of one place to another. */
    public static Mount bind(String source, String target) {
        return new Mount(source, target, "", Set.of(MountFlag.BIND), "");
    }

    public static Mount overlay(String target, String options) {
        return new Mount("overlay", target, "overlay", Set.of(), options);
    }

    /** A change of propagation, such as {@code PRIVATE, RECURSIVE}. */
    public static Mount propagation(String target, MountFlag... flags) {
        return new Mount("none", target, "", Set.of(flags), "");
    }

    /** The same mount on an open directory or file, whatever name it has by now. */
    public Mount onto(Fd directory) {
        return new Mount(source, "/proc/self/fd/" + directory.number(), type, flags, data);
    }

    @Override
    public String toString() {
        return (type.isEmpty() ? "" : type + " ") + source + " on " + target + (flags.isEmpty() ? "" : " " + flags);
    }
}
