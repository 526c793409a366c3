package jdocker.daemon;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import jdocker.daemon.config.ConfigException;
import jdocker.daemon.config.ConfigReader;
import jdocker.daemon.config.LiveConfig;
import jdocker.daemon.system.EngineVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code jdockerd}: from arguments and signals to an {@link Engine}. */
public final class EngineMain {
    /** Field 22 of proc(5)'s stat, counted after the name; in USER_HZ, which is 100 on every architecture of ours. */
    private static final int START_TIME = 19;

    private static final int TICKS_PER_SECOND = 100;

    private EngineMain() {}

    public static void main(String[] arguments) {
        int status = run(List.of(arguments), System.out, System.err);
        Runtime.getRuntime().halt(status); // everything is closed; what threads are left may not hold us up
    }

    private static int run(List<String> arguments, PrintStream out, PrintStream err) {
        ConfigReader reader =
                new ConfigReader(arguments, Path.of(System.getProperty("jdocker.cwd", System.getProperty("user.dir"))));
        if (reader.wantsHelp()) {
            out.print(ConfigReader.help());
            return 0;
        }
        if (reader.wantsVersion()) {
            out.println("jdocker version " + EngineVersion.own() + ", build " + EngineVersion.revision());
            return 0;
        }
        try {
            LiveConfig config = new LiveConfig(reader);
            if (reader.onlyValidates()) {
                err.println("configuration OK");
                return 0;
            }
            return serve(config);
        } catch (ConfigException e) {
            e.problems().forEach(problem -> err.println("jdockerd: " + problem));
            return 1;
        }
    }

    private static int serve(LiveConfig config) {
        DaemonLog.begin();
        DaemonLog.configure(config.get().log());
        Logger log = LoggerFactory.getLogger(EngineMain.class); // before other threads want one
        Warmup warmup = new Warmup();
        config.get().notes().forEach(note -> log.info("{}", note));
        Systemd systemd = new Systemd(System.getenv());
        var stop = new CountDownLatch(1);
        try (Engine engine = Engine.start(config, systemd, warmup)) {
            Signals.handle("TERM", () -> stop.countDown());
            Signals.handle("INT", () -> stop.countDown());
            Signals.handle("HUP", () -> engine.reload());
            Signals.handle("USR1", () -> engine.dump());
            systemd.tell("READY=1");
            log.info("jdockerd {} serves after {} ms", EngineVersion.own(), sinceStart());
            stop.await();
            log.info("stopping");
            systemd.tell("STOPPING=1");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (StartFailure e) {
            log.error("cannot start: {}", e.getMessage());
            return 1;
        } catch (RuntimeException e) {
            log.error("cannot start", e);
            return 1;
        }
        return 0;
    }

    /** Milliseconds since this process began, to the hundredth of a second; -1 where the kernel does not tell. */
    private static long sinceStart() {
        try {
            String uptime = Files.readString(Path.of("/proc/uptime"));
            String stat = Files.readString(Path.of("/proc/self/stat"));
            String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            long begun = Long.parseLong(afterName[START_TIME]) * (1000 / TICKS_PER_SECOND);
            return Math.round(Double.parseDouble(uptime.split(" ")[0]) * 1000) - begun;
        } catch (IOException e) {
            return -1;
        }
    }
}
