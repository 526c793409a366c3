package jdocker.daemon.container;

import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Instant;
import jdocker.api.WireTime;

/** A time in a stored document: RFC 3339, to the nanosecond. */
@JacksonAnnotationsInside
@JsonSerialize(using = StoredTime.Writer.class)
@JsonDeserialize(using = StoredTime.Reader.class)
@Retention(RetentionPolicy.RUNTIME)
@interface StoredTime {

    /** Writes what {@link Reader} reads. */
    final class Writer extends StdScalarSerializer<Instant> {
        Writer() {
            super(Instant.class);
        }

        @Override
        public void serialize(Instant time, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeString(WireTime.format(time));
        }
    }

    /** Reads what {@link Writer} wrote. */
    final class Reader extends StdScalarDeserializer<Instant> {
        Reader() {
            super(Instant.class);
        }

        @Override
        public Instant deserialize(JsonParser in, DeserializationContext context) throws IOException {
            return WireTime.parse(in.getText());
        }
    }
}
