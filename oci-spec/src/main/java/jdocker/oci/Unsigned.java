package jdocker.oci;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import java.io.IOException;
import java.math.BigInteger;

/** 64 bits without a sign, in a {@code long}: no limit is 18446744073709551615 in JSON and -1 here. */
final class Unsigned {
    private static final int BITS = 64;

    private Unsigned() {}

    static final class Reader extends JsonDeserializer<Long> {
        @Override
        public Long deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
                return (Long) context.handleUnexpectedToken(Long.class, parser);
            }
            BigInteger value = parser.getBigIntegerValue();
            if (value.signum() < 0 || value.bitLength() > BITS) {
                context.reportInputMismatch(Long.class, "%s is not a number of 64 bits without a sign", value);
            }
            return value.longValue();
        }
    }

    static final class Writer extends JsonSerializer<Long> {
        @Override
        public void serialize(Long value, JsonGenerator generator, SerializerProvider provider) throws IOException {
            if (value >= 0) {
                generator.writeNumber(value);
            } else {
                generator.writeNumber(new BigInteger(Long.toUnsignedString(value)));
            }
        }
    }
}
