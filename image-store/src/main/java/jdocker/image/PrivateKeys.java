package jdocker.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** Private keys from PEM files: PKCS#8, and the older form for RSA (PKCS#1) that is put into the newer one. */
final class PrivateKeys {
    private static final byte[] RSA_ALGORITHM = HexFormat.of().parseHex("300d06092a864886f70d0101010500");
    private static final byte[] VERSION = {2, 1, 0};

    private PrivateKeys() {}

    static PrivateKey read(Path file) throws GeneralSecurityException, IOException {
        String pem = Files.readString(file);
        if (pem.contains("-----BEGIN RSA PRIVATE KEY-----")) {
            byte[] key = element(4, body(pem, "RSA PRIVATE KEY"));
            return parse(element(0x30, join(VERSION, RSA_ALGORITHM, key)));
        }
        if (!pem.contains("-----BEGIN PRIVATE KEY-----")) {
            throw new IOException(file + " holds no unencrypted private key in PKCS#8 or RSA form: convert it with"
                    + " 'openssl pkcs8 -topk8 -nocrypt'");
        }
        return parse(body(pem, "PRIVATE KEY"));
    }

    private static PrivateKey parse(byte[] pkcs8) throws GeneralSecurityException {
        for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (InvalidKeySpecException _) {
                // another kind of key
            }
        }
        throw new GeneralSecurityException("a private key of an unknown kind");
    }

    private static byte[] body(String pem, String label) throws IOException {
        String begin = "-----BEGIN " + label + "-----";
        int start = pem.indexOf(begin) + begin.length();
        int end = pem.indexOf("-----END " + label + "-----", start);
        if (end < 0) {
            throw new IOException("a PEM block without its end");
        }
        try {
            return Base64.getMimeDecoder().decode(pem.substring(start, end));
        } catch (IllegalArgumentException e) {
            throw new IOException("a PEM block that is not base64", e);
        }
    }

    /** DER: tag, length, content. */
    private static byte[] element(int tag, byte[] content) {
        var out = new ByteArrayOutputStream();
        out.write(tag);
        int length = content.length;
        if (length < 0x80) {
            out.write(length);
        } else {
            int bytes = length > 0xffff ? 3 : length > 0xff ? 2 : 1;
            out.write(0x80 | bytes);
            for (int i = bytes - 1; i >= 0; i--) {
                out.write(length >> 8 * i);
            }
        }
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] join(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
