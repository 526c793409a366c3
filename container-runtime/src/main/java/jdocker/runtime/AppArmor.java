package jdocker.runtime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import jdocker.kernel.Kernel;

/**
 * The host's AppArmor: which profile a container runs under, and Docker's default one, which is loaded when it is missing.
 * Thread safe.
 */
public final class AppArmor {
    /** Docker's name, so that what administrators wrote about it holds here. */
    public static final String DEFAULT = "docker-default";

    public static final String UNCONFINED = "unconfined";
    private static final List<String> PARSERS = List.of("sbin/apparmor_parser", "usr/sbin/apparmor_parser");
    private static final int LONGEST_NAME = 4096;

    private final Path root;
    private final ProfileLoader loader;
    private final boolean enabled;

    /** Hands a profile's text to the kernel. */
    interface ProfileLoader {
        /**
         * @throws IllegalStateException with the compiler's words if it is not taken
         */
        void load(Path parser, String profile);
    }

    AppArmor(Path root, ProfileLoader loader) {
        this.root = root;
        this.loader = loader;
        this.enabled = text("sys/module/apparmor/parameters/enabled").startsWith("Y")
                && Files.isDirectory(root.resolve("sys/kernel/security/apparmor"))
                && parser().isPresent();
    }

    /** This host's, as it is now. */
    public static AppArmor of(Kernel kernel) {
        return new AppArmor(Path.of("/"), new ProfileCompiler(kernel));
    }

    /** A host's that has none. */
    public static AppArmor none() {
        return new AppArmor(Path.of("/nonexistent"), (_, _) -> {});
    }

    /** Whether the kernel enforces profiles, and there is what it takes to load one. */
    public boolean enabled() {
        return enabled;
    }

    private Optional<Path> parser() {
        return PARSERS.stream().map(root::resolve).filter(Files::isExecutable).findFirst();
    }

    /**
     * What inspect says: the profile that a container has or would have; empty on a host without AppArmor.
     *
     * @param asked by {@code --security-opt apparmor=}
     */
    public String name(Optional<String> asked, boolean privileged) {
        if (!enabled) {
            return "";
        }
        return asked.filter(name -> !name.isEmpty()).orElse(privileged ? UNCONFINED : DEFAULT);
    }

    /**
     * The profile for a start, loaded; empty for none.
     *
     * @throws IllegalArgumentException if one is asked for that cannot be had
     */
    public Optional<String> profile(Optional<String> asked, boolean privileged) {
        check(asked);
        String name = name(asked, privileged);
        if (name.isEmpty() || name.equals(UNCONFINED)) {
            return Optional.empty();
        }
        if (!isLoaded(name)) {
            if (!name.equals(DEFAULT)) {
                throw new IllegalArgumentException("AppArmor profile '" + name
                        + "' is not loaded on this host: load it with apparmor_parser -r FILE, or use unconfined");
            }
            loadDefault();
        }
        return Optional.of(name);
    }

    /**
     * Refuses what could not be applied.
     *
     * @throws IllegalArgumentException if a profile is asked for on a host without AppArmor, or the name cannot be one
     */
    public void check(Optional<String> asked) {
        String name = asked.orElse("");
        if (name.chars().anyMatch(c -> c < ' ' || c == 0x7f) || name.length() > LONGEST_NAME) {
            throw new IllegalArgumentException("not the name of an AppArmor profile: control characters or too long");
        }
        if (!name.isEmpty() && !name.equals(UNCONFINED) && !enabled) {
            throw new IllegalArgumentException("AppArmor profile '" + name
                    + "' was asked for, but AppArmor is not enabled on this host or apparmor_parser is not installed");
        }
    }

    /** Loads the default profile unless it is there: something may have unloaded it. */
    public void ensureDefault() {
        if (enabled && !isLoaded(DEFAULT)) {
            loadDefault();
        }
    }

    private void loadDefault() {
        try {
            loader.load(parser().orElseThrow(), defaultProfile());
        } catch (IllegalStateException e) {
            throw new IllegalArgumentException(
                    "cannot load the AppArmor profile " + DEFAULT + ": " + e.getMessage()
                            + "; --security-opt apparmor=unconfined does without",
                    e);
        }
    }

    /** From lines of {@code NAME (enforce)}. */
    private boolean isLoaded(String name) {
        return text("sys/kernel/security/apparmor/profiles")
                .lines()
                .anyMatch(line -> line.startsWith(name + " (") && line.indexOf(" (", name.length()) == name.length());
    }

    String defaultProfile() {
        String own = text("proc/self/attr/current").strip().replaceFirst(" \\([a-z]+\\)$", "");
        return DefaultProfile.of(
                own.isEmpty() ? UNCONFINED : own,
                Files.exists(root.resolve("etc/apparmor.d/tunables/global")),
                Files.exists(root.resolve("etc/apparmor.d/abstractions/base")));
    }

    private String text(String file) {
        try {
            return new String(Files.readAllBytes(root.resolve(file)), StandardCharsets.UTF_8).replace("\0", "");
        } catch (IOException e) {
            return "";
        }
    }
}
