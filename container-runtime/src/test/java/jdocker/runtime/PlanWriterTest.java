package jdocker.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import jdocker.kernel.Errno;
import jdocker.kernel.SyscallNumber;
import org.junit.jupiter.api.Test;

class PlanWriterTest {
    private static final int PHASE_TABLE = 104;
    private static final int DATA_SECTION = 144;

    private final PlanWriter plan = new PlanWriter();

    @Test
    void sectionsFollowEachOtherWithoutGaps() {
        plan.add(Phase.PREPARE, Step.call("getpid", SyscallNumber.GETPID));
        plan.add(Phase.PROCESS, Step.fail("no command", Errno.ENOENT));
        plan.add(Phase.PROCESS, Step.fail("no command", Errno.ENOENT));
        plan.point(plan.reserve(8), plan.string("x"));

        ByteBuffer bytes = encoded();

        assertThat(bytes.getInt(12)).isEqualTo(bytes.capacity());
        assertThat(sections(bytes, PHASE_TABLE, 4)).containsExactly(160, 1, 240, 2, 400, 0, 400, 0);
        assertThat(sections(bytes, DATA_SECTION - 8, 1)).containsExactly(400, 1);
        assertThat(bytes.getInt(DATA_SECTION)).isEqualTo(408);
        assertThat(bytes.getInt(DATA_SECTION) + bytes.getInt(DATA_SECTION + 4)).isEqualTo(bytes.capacity());
    }

    @Test
    void aStepCarriesItsArgumentsByKind() {
        DataRef path = plan.string("/proc");
        Register fd = plan.register();
        plan.add(
                Phase.PREPARE,
                Step.call("openat", SyscallNumber.OPENAT, Arg.of(-100), Arg.data(path), Arg.register(Register.STATUS))
                        .into(fd)
                        .tolerating(Errno.ENOENT, Errno.ENOTDIR));

        ByteBuffer step = encoded().position(160).slice().order(ByteOrder.LITTLE_ENDIAN);

        assertThat(step.getShort(0)).isZero();
        assertThat(step.getShort(6)).isEqualTo((short) fd.number());
        assertThat(List.of(step.getShort(8), step.getShort(10), step.getShort(12)))
                .containsExactly((short) 2, (short) 20, (short) 0);
        assertThat(step.getInt(16)).isEqualTo(SyscallNumber.OPENAT.number());
        assertThat(List.of(step.get(24), step.get(25), step.get(26), step.get(27)))
                .containsExactly((byte) 0, (byte) 1, (byte) 2, (byte) 0);
        assertThat(step.getLong(32)).isEqualTo(-100);
        assertThat(step.getLong(40)).isEqualTo(path.offset());
    }

    @Test
    void skippingLeadsToTheLabel() {
        Label end = plan.label();
        plan.add(Phase.PROCESS, Step.call("execve", SyscallNumber.EXECVE).tolerating(end, Errno.ENOENT));
        plan.add(Phase.PROCESS, Step.call("getpid", SyscallNumber.GETPID));
        plan.add(Phase.PROCESS, Step.jump(end));
        plan.place(end, Phase.PROCESS);

        ByteBuffer bytes = encoded();

        assertThat(bytes.getShort(160 + 4)).isEqualTo((short) 2);
        assertThat(bytes.getShort(320 + 4)).isZero();
    }

    @Test
    void equalStringsAreStoredOnceAndEndWithNul() {
        DataRef first = plan.string("mé");
        DataRef second = plan.string("mé");

        ByteBuffer bytes = encoded();

        assertThat(second).isEqualTo(first);
        byte[] stored = new byte[4];
        bytes.get(bytes.getInt(DATA_SECTION) + first.offset(), stored);
        assertThat(stored).isEqualTo("mé\0".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void refusesWhatTheShimWouldRefuse() {
        assertThatIllegalArgumentException().isThrownBy(() -> plan.string("a\0b"));
        assertThatIllegalArgumentException().isThrownBy(() -> plan.point(new DataRef(4, 8), DataRef.NONE));
        assertThatIllegalArgumentException().isThrownBy(() -> Step.store(Arg.of(1), new DataRef(8, 3)));
        assertThatIllegalArgumentException().isThrownBy(() -> new LogSettings("rel", 0, 1, Optional.empty()));
        Label backwards = plan.label();
        plan.place(backwards, Phase.END);
        plan.add(Phase.END, Step.jump(backwards));
        assertThatIllegalStateException().isThrownBy(plan::encode);
    }

    @Test
    void refusesMoreThanFourMebibytes() {
        plan.reserve(PlanWriter.MAX_SIZE);

        assertThatIllegalArgumentException().isThrownBy(plan::encode);
    }

    @Test
    void refusesMoreRegistersThanTheShimHas() {
        for (int i = 1; i < Register.COUNT; i++) {
            plan.register();
        }

        assertThatIllegalArgumentException().isThrownBy(plan::register);
    }

    private ByteBuffer encoded() {
        return ByteBuffer.wrap(plan.encode().bytes()).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static List<Integer> sections(ByteBuffer bytes, int at, int count) {
        return IntStream.range(0, 2 * count)
                .mapToObj(i -> bytes.getInt(at + 4 * i))
                .toList();
    }
}
