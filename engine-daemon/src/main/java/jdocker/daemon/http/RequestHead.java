package jdocker.daemon.http;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A request up to its body, checked against everything that could make two readers see two different requests.
 *
 * @param method as sent; may be none of ours
 * @param path percent-encoded, begins with a slash (or is {@code *})
 * @param query what stands behind the question mark, encoded
 * @param bodyLength in bytes; 0 for none, -1 for chunked
 */
record RequestHead(
        String method,
        String path,
        String query,
        boolean http10,
        List<Map.Entry<String, String>> headers,
        long bodyLength,
        boolean keepAlive,
        boolean expectsContinue) {

    /** A head that cannot be served; the connection is closed behind the answer. */
    static final class Malformed extends Exception {
        private final int status;

        Malformed(int status, String message) {
            super(message, null, false, false);
            this.status = status;
        }

        int status() {
            return status;
        }

        String text() {
            return String.valueOf(getMessage());
        }
    }

    private static final int MAX_HEADERS = 256;

    Optional<String> header(String name) {
        for (Map.Entry<String, String> header : headers) {
            if (header.getKey().equalsIgnoreCase(name)) {
                return Optional.of(header.getValue());
            }
        }
        return Optional.empty();
    }

    /**
     * Reads a head.
     *
     * @param text the bytes as ISO 8859-1, every line ended by CR LF, the empty line included
     */
    static RequestHead parse(String text) throws Malformed {
        int end = text.indexOf('\r');
        int first = text.indexOf(' ');
        int last = text.lastIndexOf(' ', end);
        if (first <= 0 || last <= first || last > end) {
            throw new Malformed(400, "malformed request line");
        }
        String method = text.substring(0, first);
        requireToken(method, "malformed method");
        String protocol = text.substring(last + 1, end);
        boolean http10 = protocol.equals("HTTP/1.0");
        if (!http10 && !protocol.equals("HTTP/1.1")) {
            throw protocol.startsWith("HTTP/")
                    ? new Malformed(505, "HTTP version not supported")
                    : new Malformed(400, "malformed request line");
        }
        String target = originForm(text.substring(first + 1, last));
        int question = target.indexOf('?');
        return of(
                method,
                question < 0 ? target : target.substring(0, question),
                question < 0 ? "" : target.substring(question + 1),
                http10,
                new Headers(text, end + 2));
    }

    private static RequestHead of(String method, String path, String query, boolean http10, Headers headers)
            throws Malformed {
        headers.read();
        if (!http10 && headers.hosts != 1) {
            throw new Malformed(400, headers.hosts == 0 ? "missing required Host header" : "too many Host headers");
        }
        boolean close = false;
        boolean keep = false;
        for (String token : headers.connection.toLowerCase(Locale.ROOT).split(",")) {
            close |= token.strip().equals("close");
            keep |= token.strip().equals("keep-alive");
        }
        return new RequestHead(
                method,
                path,
                query,
                http10,
                List.copyOf(headers.all),
                headers.bodyLength(http10),
                !close && (!http10 || keep),
                headers.expectsContinue);
    }

    private static String originForm(String target) throws Malformed {
        for (int i = 0; i < target.length(); i++) {
            if (target.charAt(i) <= ' ' || target.charAt(i) == 127) {
                throw new Malformed(400, "malformed request target");
            }
        }
        if (target.startsWith("/") || target.equals("*")) {
            return target;
        }
        int scheme = target.indexOf("://");
        if (scheme > 0) {
            int slash = target.indexOf('/', scheme + 3);
            return slash < 0 ? "/" : target.substring(slash);
        }
        throw new Malformed(400, "malformed request target");
    }

    static void requireToken(String text, String complaint) throws Malformed {
        if (text.isEmpty()) {
            throw new Malformed(400, complaint);
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean token = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
            if (!token) {
                throw new Malformed(400, complaint);
            }
        }
    }

    /** The header lines, and those of them that say how the message is framed. */
    private static final class Headers {
        private final String text;
        private int at;
        private final java.util.ArrayList<Map.Entry<String, String>> all = new java.util.ArrayList<>();
        private int hosts;
        private String connection = "";
        private boolean expectsContinue;
        private boolean chunked;
        private long length = -1;

        Headers(String text, int at) {
            this.text = text;
            this.at = at;
        }

        void read() throws Malformed {
            while (text.charAt(at) != '\r') {
                int end = text.indexOf('\r', at);
                if (text.charAt(end + 1) != '\n') {
                    throw new Malformed(400, "malformed header: carriage return");
                }
                int colon = text.indexOf(':', at);
                if (colon < 0 || colon > end) {
                    throw new Malformed(400, "malformed header line");
                }
                String name = text.substring(at, colon); // a blank in it (also in front: folding) is no token
                requireToken(name, "malformed header name");
                add(name, value(colon + 1, end));
                at = end + 2;
            }
        }

        private String value(int from, int to) throws Malformed {
            for (int i = from; i < to; i++) {
                char c = text.charAt(i);
                if ((c < ' ' && c != '\t') || c == 127) {
                    throw new Malformed(400, "malformed header value");
                }
            }
            return text.substring(from, to).strip();
        }

        private void add(String name, String value) throws Malformed {
            if (all.size() == MAX_HEADERS) {
                throw new Malformed(431, "too many request headers");
            }
            all.add(Map.entry(name, value));
            switch (name.length()) { // most headers are none of these: do not compare them all
                case 4 -> hosts += name.equalsIgnoreCase("Host") ? 1 : 0;
                case 6 -> expect(name, value);
                case 10 -> connection = name.equalsIgnoreCase("Connection") ? connection + "," + value : connection;
                case 14 -> contentLength(name, value);
                case 17 -> transferEncoding(name, value);
                default -> {}
            }
        }

        private void expect(String name, String value) throws Malformed {
            if (name.equalsIgnoreCase("Expect")) {
                if (!value.equalsIgnoreCase("100-continue")) {
                    throw new Malformed(417, "unknown expectation");
                }
                expectsContinue = true;
            }
        }

        private void contentLength(String name, String value) throws Malformed {
            if (!name.equalsIgnoreCase("Content-Length")) {
                return;
            }
            if (length >= 0) {
                throw new Malformed(400, "more than one Content-Length");
            }
            if (value.isEmpty() || value.length() > 18 || !value.chars().allMatch(c -> c >= '0' && c <= '9')) {
                throw new Malformed(400, "malformed Content-Length");
            }
            length = Long.parseLong(value);
        }

        private void transferEncoding(String name, String value) throws Malformed {
            if (!name.equalsIgnoreCase("Transfer-Encoding")) {
                return;
            }
            if (chunked || !value.equalsIgnoreCase("chunked")) {
                throw new Malformed(501, "unsupported transfer encoding");
            }
            chunked = true;
        }

        long bodyLength(boolean http10) throws Malformed {
            if (!chunked) {
                return Math.max(length, 0);
            }
            if (length >= 0) {
                throw new Malformed(400, "both Content-Length and Transfer-Encoding");
            }
            if (http10) {
                throw new Malformed(400, "Transfer-Encoding in HTTP/1.0");
            }
            return -1;
        }
    }
}
