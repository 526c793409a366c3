package jdocker.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RequestBodyTest {
    private final RequestBody body = new RequestBody(new RequestBody.Source() {
        @Override
        public void wanted() {}

        @Override
        public void resume() {}
    });

    @Test
    void aReaderWithoutPatienceGivesUpOnAClientThatStalls() throws IOException {
        body.patience(Duration.ofMillis(20));
        body.offer(Unpooled.copiedBuffer(new byte[] {'{'}));
        assertThat(body.read()).isEqualTo('{');
        assertThatThrownBy(body::read)
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessageStartingWith("nothing came for");
    }

    @Test
    void whatHasComeIsReadWhateverThePatience() throws IOException {
        body.patience(Duration.ZERO);
        body.offer(Unpooled.copiedBuffer(new byte[] {1, 2, 3}));
        body.end();
        assertThat(body.readAllBytes()).containsExactly(1, 2, 3);
    }
}
