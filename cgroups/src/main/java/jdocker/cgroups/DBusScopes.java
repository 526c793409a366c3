package jdocker.cgroups;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.freedesktop.dbus.DBusPath;
import org.freedesktop.dbus.Struct;
import org.freedesktop.dbus.annotations.DBusInterfaceName;
import org.freedesktop.dbus.annotations.Position;
import org.freedesktop.dbus.connections.impl.DBusConnection;
import org.freedesktop.dbus.connections.impl.DBusConnectionBuilder;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.exceptions.DBusExecutionException;
import org.freedesktop.dbus.interfaces.DBusInterface;
import org.freedesktop.dbus.types.UInt32;
import org.freedesktop.dbus.types.UInt64;
import org.freedesktop.dbus.types.Variant;
import org.jspecify.annotations.Nullable;

/** {@link ScopeManager} over the system's D-Bus, connected at the first use and again when the connection is lost. */
final class DBusScopes implements ScopeManager {
    private static final String SYSTEMD = "org.freedesktop.systemd1";
    private static final String OBJECT = "/org/freedesktop/systemd1";
    private static final String REPLACE = "replace";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private @Nullable DBusConnection connection;

    /** What we call of it. Public, as the library's proxies need it. */
    @DBusInterfaceName("org.freedesktop.systemd1.Manager")
    @SuppressWarnings("checkstyle:MethodName") // D-Bus's names
    public interface Manager extends DBusInterface {
        DBusPath StartTransientUnit(String name, String mode, List<Property> properties, List<Auxiliary> units);

        void SetUnitProperties(String name, boolean runtime, List<Property> properties);

        DBusPath GetUnit(String name);

        DBusPath StopUnit(String name, String mode);

        void ResetFailedUnit(String name);
    }

    /** {@code (sv)}. */
    public static final class Property extends Struct {
        @Position(0)
        public final String name;

        @Position(1)
        public final Variant<?> value;

        public Property(String name, Variant<?> value) {
            this.name = name;
            this.value = value;
        }
    }

    /** {@code (sa(sv))}; there never is one. */
    public static final class Auxiliary extends Struct {
        @Position(0)
        public final String name;

        @Position(1)
        public final List<Property> properties;

        public Auxiliary(String name, List<Property> properties) {
            this.name = name;
            this.properties = properties;
        }
    }

    @Override
    public void connect() {
        connected();
    }

    @Override
    public void start(String unit, String slice, String description, long pid) {
        List<Property> properties = List.of(
                new Property("Description", new Variant<>(description)),
                new Property("Slice", new Variant<>(slice)),
                new Property("PIDs", new Variant<>(new UInt32[] {new UInt32(pid)}, "au")),
                new Property("Delegate", new Variant<>(true)),
                new Property("CPUAccounting", new Variant<>(true)),
                new Property("MemoryAccounting", new Variant<>(true)),
                new Property("IOAccounting", new Variant<>(true)),
                new Property("TasksAccounting", new Variant<>(true)),
                // A container ends when its engine says so, not when the machine's services are stopped before us.
                new Property("DefaultDependencies", new Variant<>(false)),
                new Property("CollectMode", new Variant<>("inactive-or-failed")));
        call("start the unit " + unit, manager -> {
            try {
                manager.StartTransientUnit(unit, REPLACE, properties, List.of());
            } catch (DBusExecutionException e) {
                awaitGone(manager, unit);
                manager.StartTransientUnit(unit, REPLACE, properties, List.of()); // says it again if that was not why
            }
        });
    }

    /** A scope stays loaded for a moment after its last process, and longer when it has failed. */
    private static void awaitGone(Manager manager, String unit) {
        Waiting waiting = new Waiting(PATIENCE);
        do {
            try {
                manager.GetUnit(unit);
                manager.StopUnit(unit, REPLACE);
                manager.ResetFailedUnit(unit);
            } catch (DBusExecutionException e) {
                return; // there is none
            }
        } while (waiting.again());
    }

    @Override
    public void stop(String unit) {
        call("stop the unit " + unit, manager -> {
            try {
                manager.StopUnit(unit, REPLACE);
            } catch (DBusExecutionException e) {
                awaitGone(manager, unit); // most often it was gone already
            }
        });
    }

    @Override
    public void set(String unit, Map<String, Object> properties) {
        List<Property> typed = properties.entrySet().stream()
                .map(e -> new Property(e.getKey(), variant(e.getValue())))
                .toList();
        call(
                "set " + properties.keySet() + " of the unit " + unit,
                manager -> manager.SetUnitProperties(unit, true, typed));
    }

    private static Variant<?> variant(Object value) {
        return switch (value) {
            case Long number -> new Variant<>(new UInt64(Long.toUnsignedString(number)));
            case byte[] bytes -> new Variant<>(bytes, "ay");
            default -> throw new IllegalArgumentException("no value of a property: " + value);
        };
    }

    private interface Action {
        void on(Manager manager) throws DBusException;
    }

    private void call(String what, Action action) {
        try {
            action.on(connected().getRemoteObject(SYSTEMD, OBJECT, Manager.class));
        } catch (DBusException | DBusExecutionException e) {
            throw new CgroupException("systemd does not " + what + ": " + e.getMessage());
        }
    }

    private synchronized DBusConnection connected() {
        DBusConnection open = connection;
        if (open == null || !open.isConnected()) {
            try {
                open = DBusConnectionBuilder.forSystemBus().withShared(false).build();
            } catch (DBusException e) {
                throw new CgroupException("cannot reach systemd over D-Bus: " + e.getMessage()
                        + "; see that dbus.service runs, or do without systemd: exec-opt native.cgroupdriver=cgroupfs");
            }
            connection = open;
        }
        return open;
    }
}
