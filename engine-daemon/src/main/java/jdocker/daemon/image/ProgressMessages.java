package jdocker.daemon.image;

import jdocker.api.ProgressMessage;
import jdocker.oci.Descriptor;

/** The lines of progress streams. */
final class ProgressMessages {
    private static final ProgressMessage.Progress NO_DETAIL = new ProgressMessage.Progress(0, 0, 0, false, "");
    private static final int BAR = 50;
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB"};

    private ProgressMessages() {}

    static ProgressMessage status(String text) {
        return new ProgressMessage(null, text, null, null, null, null, null, null);
    }

    static ProgressMessage error(String text) {
        return new ProgressMessage(null, null, null, null, null, text, new ProgressMessage.ErrorDetail(0, text), null);
    }

    static ProgressMessage aux(Object value) {
        return new ProgressMessage(null, null, NO_DETAIL, null, null, null, null, value);
    }

    static ProgressMessage of(String status, String id) {
        return new ProgressMessage(null, status, NO_DETAIL, null, id, null, null, null);
    }

    static ProgressMessage layer(String status, Descriptor layer) {
        return of(status, layer.digest().shortHex());
    }

    static ProgressMessage layer(String status, Descriptor layer, long current) {
        return layer(status, layer.digest().shortHex(), current, layer.size());
    }

    /** With how far it is, in bytes; also as the bar that old clients print as it is. */
    static ProgressMessage layer(String status, String id, long current, long total) {
        return new ProgressMessage(
                null,
                status,
                new ProgressMessage.Progress(current, total, 0, false, ""),
                bar(current, total),
                id,
                null,
                null,
                null);
    }

    private static String bar(long current, long total) {
        if (total <= 0) {
            return size(current);
        }
        int filled = (int) Math.min(BAR, current * BAR / total);
        String arrow = filled == BAR ? "=".repeat(BAR) : "=".repeat(filled) + ">" + " ".repeat(BAR - filled - 1);
        return "[" + arrow + "]  " + size(current) + "/" + size(total);
    }

    /** In Docker's form: four digits, units of a thousand. */
    private static String size(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 1000 && unit < UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        var rounded = new java.math.BigDecimal(value).round(new java.math.MathContext(4));
        return rounded.stripTrailingZeros().toPlainString() + UNITS[unit];
    }
}
