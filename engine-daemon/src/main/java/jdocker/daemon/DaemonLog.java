package jdocker.daemon;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;
import jdocker.daemon.config.DaemonConfig.LogSettings;

/** The daemon's own log: one line for each record, on standard error. */
final class DaemonLog {
    private static final Logger ROOT = Logger.getLogger("");

    private DaemonLog() {}

    /** Replaces the JDK's handler, whose two lines for each record nobody likes. */
    static void begin() {
        LogManager.getLogManager().reset();
        Handler handler = new StreamHandler(System.err, new Lines()) {
            @Override
            public synchronized void publish(LogRecord record) {
                super.publish(record);
                flush();
            }
        };
        handler.setLevel(Level.ALL);
        ROOT.addHandler(handler);
        ROOT.setLevel(Level.INFO);
        DBUS.setLevel(Level.WARNING);
    }

    static void configure(LogSettings settings) {
        Level level = switch (settings.level()) {
            case DEBUG -> Level.FINE;
            case INFO -> Level.INFO;
            case WARN -> Level.WARNING;
            case ERROR -> Level.SEVERE;
        };
        ROOT.setLevel(level.intValue() < Level.INFO.intValue() ? Level.INFO : level);
        OURS.setLevel(level);
        for (Handler handler : ROOT.getHandlers()) {
            handler.setFormatter(settings.json() ? new JsonLines() : new Lines());
        }
    }

    /** Details are wanted of our own classes, not of every library. */
    private static final Logger OURS = Logger.getLogger("jdocker");

    /** Tells of each connection. */
    private static final Logger DBUS = Logger.getLogger("org.freedesktop.dbus");

    private static String level(LogRecord record) {
        int level = record.getLevel().intValue();
        if (level >= Level.SEVERE.intValue()) {
            return "error";
        }
        return level >= Level.WARNING.intValue() ? "warning" : level >= Level.INFO.intValue() ? "info" : "debug";
    }

    private static String time(LogRecord record) {
        Instant time = record.getInstant().truncatedTo(ChronoUnit.MILLIS);
        return time.toString();
    }

    private static final class Lines extends Formatter {
        @Override
        public String format(LogRecord record) {
            String source = String.valueOf(record.getLoggerName());
            String line = time(record) + " " + level(record) + " " + source.substring(source.lastIndexOf('.') + 1)
                    + ": " + formatMessage(record) + "\n";
            return record.getThrown() == null ? line : line + stack(record.getThrown());
        }
    }

    private static final class JsonLines extends Formatter {
        @Override
        public String format(LogRecord record) {
            String message =
                    formatMessage(record) + (record.getThrown() == null ? "" : "\n" + stack(record.getThrown()));
            return "{\"level\":\"" + level(record) + "\",\"msg\":\"" + escaped(message) + "\",\"time\":\""
                    + time(record) + "\"}\n";
        }

        private static String escaped(String text) {
            var out = new StringBuilder(text.length() + 16);
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '"' || c == '\\') {
                    out.append('\\').append(c);
                } else if (c < ' ') {
                    out.append(String.format("\\u%04x", (int) c));
                } else {
                    out.append(c);
                }
            }
            return out.toString();
        }
    }

    private static String stack(Throwable thrown) {
        var text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
