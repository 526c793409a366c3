package jdocker.cli;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Shows what the daemon tells of a long work: lines that change in place on a terminal, plain ones elsewhere. */
final class ProgressStream {
    private static final long FIRST_MILLIS = 500;

    private final Output out;
    private final boolean terminal;
    private final boolean quiet;
    private final Map<String, Integer> rows = new LinkedHashMap<>();
    private final Map<String, Start> starts = new HashMap<>();
    private final Clock clock = Clock.systemUTC();
    /** Whether the line that the cursor is on shows a bar without a name, which the next line replaces. */
    private boolean barAlone;

    /** When a bar began, and where. */
    private record Start(long millis, long current) {}

    ProgressStream(Output out, boolean terminal, boolean quiet) {
        this.out = out;
        this.terminal = terminal;
        this.quiet = quiet;
    }

    /** Shows everything up to the end; a failure that the daemon reports in the stream is thrown. */
    void copy(InputStream stream) {
        Json.Values values = Json.values(stream);
        try {
            JsonObject message;
            while ((message = values.next()) != null) {
                String error = message.object("errorDetail").text("message");
                error = error.isEmpty() ? message.text("error") : error;
                if (!error.isEmpty()) {
                    out.flush();
                    throw new CliError(error);
                }
                if (!quiet) {
                    show(message);
                    out.flush();
                }
            }
        } catch (IOException e) {
            throw new CliError(String.valueOf(e.getMessage()));
        }
    }

    private void show(JsonObject message) {
        String stream = message.text("stream");
        if (!stream.isEmpty()) {
            out.print(stream);
            return;
        }
        if (message.has("aux")) {
            return;
        }
        String id = message.text("id");
        String bar = bar(message);
        if (terminal && !id.isEmpty()) {
            showInPlace(id, message.text("status"), bar);
        } else if (terminal && !bar.isEmpty()) {
            out.print("\u001b[2K\r" + message.text("status") + " " + bar + "\r");
            barAlone = true;
        } else if (bar.isEmpty()) {
            out.print(barAlone ? "\u001b[2K" : "");
            barAlone = false;
            out.line((id.isEmpty() ? "" : id + ": ") + message.text("status"));
        }
    }

    private void showInPlace(String id, String status, String bar) {
        Integer row = rows.get(id);
        if (row == null) {
            row = rows.size();
            rows.put(id, row);
            out.print("\n");
        }
        int up = rows.size() - row;
        out.print("\u001b[" + up + "A\u001b[2K\r" + id + ": " + status + (bar.isEmpty() ? "" : " " + bar) + "\u001b["
                + up + "B\r");
    }

    private String bar(JsonObject message) {
        JsonObject detail = message.object("progressDetail");
        long current = detail.number("current");
        long total = detail.number("total");
        if (current <= 0 && total <= 0) {
            return message.text("progress");
        }
        if (total <= 0) {
            return Units.size(current);
        }
        int percent = (int) Math.min(50, current * 50 / total);
        String arrow = "=".repeat(percent) + ">" + " ".repeat(50 - percent);
        return "[" + arrow + "]  " + Units.size(current) + "/" + Units.size(total) + pace(message, current, total);
    }

    /** How fast it goes and how long it will take, once that can be told. */
    private String pace(JsonObject message, long current, long total) {
        String key = message.text("id") + " " + message.text("status");
        long now = clock.millis();
        Start start = starts.computeIfAbsent(key, _ -> new Start(now, current));
        long millis = now - start.millis;
        long done = current - start.current;
        if (millis < FIRST_MILLIS || done <= 0 || current >= total) {
            return "";
        }
        long left = (total - current) * millis / done / 1000;
        String time = left < 60 ? left + "s" : left < 3600 ? left / 60 + "m" + left % 60 + "s" : left / 3600 + "h";
        return "  " + Units.size(done * 1000 / millis) + "/s  ETA " + time;
    }
}
