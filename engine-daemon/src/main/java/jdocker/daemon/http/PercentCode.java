package jdocker.daemon.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import jdocker.daemon.error.EngineException.InvalidRequest;

/** Percent-encoding, decoded strictly and once. */
final class PercentCode {
    private PercentCode() {}

    static String decodePath(String text) {
        return decode(text, false);
    }

    static String decodeQuery(String text) {
        return decode(text, true);
    }

    private static String decode(String text, boolean plusIsSpace) {
        if (text.indexOf('%') < 0 && !(plusIsSpace && text.indexOf('+') >= 0) && isAscii(text)) {
            return text;
        }
        byte[] raw = text.getBytes(StandardCharsets.ISO_8859_1); // the head of a request is read byte by byte
        byte[] decoded = new byte[raw.length];
        int length = 0;
        for (int i = 0; i < raw.length; i++) {
            byte b = raw[i];
            if (b == '%') {
                if (i + 2 >= raw.length) {
                    throw malformed(text);
                }
                b = (byte) (hex(raw[i + 1], text) << 4 | hex(raw[i + 2], text));
                i += 2;
            } else if (b == '+' && plusIsSpace) {
                b = ' ';
            }
            if (b == 0) {
                throw new InvalidRequest("invalid URL: NUL is not allowed");
            }
            decoded[length++] = b;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(decoded, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new InvalidRequest("invalid URL: not UTF-8");
        }
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 128) {
                return false;
            }
        }
        return true;
    }

    private static int hex(byte b, String text) {
        if (b >= '0' && b <= '9') {
            return b - '0';
        }
        int lower = b | 0x20;
        if (lower >= 'a' && lower <= 'f') {
            return lower - 'a' + 10;
        }
        throw malformed(text);
    }

    private static InvalidRequest malformed(String text) {
        String shown = text.length() > 60 ? text.substring(0, 60) + "…" : text;
        return new InvalidRequest("invalid URL escape in \"" + shown + "\"");
    }
}
