package jdocker.runtime;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import jdocker.kernel.Errno;

/** Turns steps and their data into the bytes that the shim replays; the format is {@code docs/shim-protocol.md}. */
final class PlanWriter {
    static final long MAGIC = 0x314e_414c_5044_4a00L; // "\0JDPLAN1" in the file
    static final int VERSION = 1;
    static final int MAX_SIZE = 4 << 20;
    static final int HEADER_SIZE = 160;
    static final int STEP_SIZE = 80;
    private static final int STEP_NUMBER_AT = 16;
    private static final int STEP_KINDS_AT = 24;
    private static final int STEP_ARGS_AT = 32;
    private static final int RELOCATION_SIZE = 8;
    private static final int NO_REGISTER = 0xffff;
    private static final int POINTER_SIZE = 8;

    private final PlanData data = new PlanData();
    private final List<int[]> relocations = new ArrayList<>();
    private final Map<Phase, List<Step>> steps = new EnumMap<>(Phase.class);
    private final Map<String, DataRef> strings = new HashMap<>();
    private final Set<PlanFlag> flags = EnumSet.noneOf(PlanFlag.class);
    private int registers = 1;
    private long cloneFlags;
    private long keptRegisters;
    private Optional<Register> stdin = Optional.empty();
    private Optional<Register> stdout = Optional.empty();
    private Optional<Register> stderr = Optional.empty();
    private Optional<Register> listener = Optional.empty();
    private Optional<Register> cgroup = Optional.empty();
    private Optional<LogSettings> log = Optional.empty();
    private String exitFile = "exit";
    private Optional<OomCounter> oom = Optional.empty();

    /** Where the kernel counts processes killed for want of memory: the line {@code key N} of a file. */
    private record OomCounter(String path, String key) {}

    PlanWriter() {
        for (Phase phase : Phase.values()) {
            steps.put(phase, new ArrayList<>());
        }
    }

    void flag(PlanFlag flag) {
        flags.add(flag);
    }

    /** {@code CLONE_NEW*} of the new process; none for an exec. */
    void cloneFlags(long bits) {
        cloneFlags = bits;
    }

    /** The write end of the pipe that is the process's standard input. */
    void stdin(Register writeEnd) {
        stdin = Optional.of(writeEnd);
    }

    /** The read end of the pipe that is the process's standard output. */
    void stdout(Register readEnd) {
        stdout = Optional.of(readEnd);
    }

    /** The read end of the pipe that is the process's standard error. */
    void stderr(Register readEnd) {
        stderr = Optional.of(readEnd);
    }

    /** The listening socket on which the next daemon connects. */
    void listener(Register socket) {
        listener = Optional.of(socket);
    }

    /** A directory of the unified cgroup tree, in which the process is born. */
    void cgroup(Register directory) {
        cgroup = Optional.of(directory);
    }

    /** A descriptor that the shim holds until it ends, for the next daemon to fetch. */
    void keep(Register descriptor) {
        keptRegisters |= 1L << descriptor.number();
    }

    void log(LogSettings settings) {
        log = Optional.of(settings);
    }

    /** The exit file, relative to the directory in which {@link Phase#PREPARE} left the shim; {@code exit} if not set. */
    void exitFile(String path) {
        exitFile = path;
    }

    /** Where to read whether the memory limit killed something: the line {@code key N} of {@code path}. */
    void oomCounter(String path, String key) {
        oom = Optional.of(new OomCounter(path, key));
    }

    /** A register that no other step uses. */
    Register register() {
        return new Register(registers++);
    }

    Label label() {
        return new Label();
    }

    /** Puts a label in front of the phase's next step. */
    void place(Label label, Phase phase) {
        label.placeAt(stepsOf(phase).size());
    }

    void add(Phase phase, Step step) {
        stepsOf(phase).add(step);
    }

    /** NUL-terminated UTF-8, shared with equal strings, hence not to be written by a step. */
    DataRef string(String text) {
        return strings.computeIfAbsent(text, _ -> string(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** NUL-terminated bytes of a path that may not be UTF-8. */
    DataRef string(byte[] bytes) {
        for (byte b : bytes) {
            if (b == 0) {
                throw new IllegalArgumentException("a string for the kernel holds a NUL");
            }
        }
        DataRef whole = data.add(Arrays.copyOf(bytes, bytes.length + 1), 1);
        return whole.part(0, bytes.length);
    }

    /** A structure, aligned to 8 bytes. */
    DataRef bytes(byte[] bytes) {
        return data.add(bytes, 8);
    }

    /** Zeroed room for a structure that the kernel or a step fills, aligned to 8 bytes. */
    DataRef reserve(int size) {
        return data.add(new byte[size], 8);
    }

    /** An array of addresses with a closing null, such as argv. */
    DataRef pointers(Collection<DataRef> targets) {
        DataRef array = reserve((targets.size() + 1) * POINTER_SIZE);
        int at = 0;
        for (DataRef target : targets) {
            point(array.part(at, POINTER_SIZE), target);
            at += POINTER_SIZE;
        }
        return array;
    }

    /** An array of addresses of strings with a closing null. */
    DataRef strings(Collection<String> texts) {
        return pointers(texts.stream().map(this::string).toList());
    }

    /** Makes the 8 bytes of {@code field} the address of {@code target}. */
    void point(DataRef field, DataRef target) {
        if (field.length() != POINTER_SIZE || field.offset() % POINTER_SIZE != 0) {
            throw new IllegalArgumentException("an address needs 8 aligned bytes");
        }
        relocations.add(new int[] {field.offset(), target.offset()});
    }

    /**
     * The finished plan.
     *
     * @throws IllegalArgumentException if it is larger than {@link #MAX_SIZE}
     */
    Plan encode() {
        DataRef[] references = stringReferences();
        int count = steps.values().stream().mapToInt(List::size).sum();
        long size = (long) HEADER_SIZE
                + (long) count * STEP_SIZE
                + (long) relocations.size() * RELOCATION_SIZE
                + data.size();
        if (size > MAX_SIZE) {
            throw new IllegalArgumentException("plan of " + size + " bytes, at most " + MAX_SIZE + " are possible");
        }
        ByteBuffer out = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
        putHeader(out, (int) size, references);
        steps.values().forEach(list -> putSteps(out, list));
        relocations.forEach(pair -> out.putInt(pair[0]).putInt(pair[1]));
        data.copyTo(out);
        return new Plan(out.array(), steps);
    }

    private List<Step> stepsOf(Phase phase) {
        return steps.computeIfAbsent(phase, _ -> new ArrayList<>());
    }

    private DataRef[] stringReferences() {
        return new DataRef[] {
            log.map(settings -> string(settings.path())).orElse(DataRef.NONE),
            log.flatMap(LogSettings::attributes).map(this::string).orElse(DataRef.NONE),
            string(exitFile),
            oom.map(counter -> string(counter.path())).orElse(DataRef.NONE),
            oom.map(counter -> string(counter.key())).orElse(DataRef.NONE)
        };
    }

    private void putHeader(ByteBuffer out, int size, DataRef[] references) {
        out.putLong(MAGIC).putInt(VERSION).putInt(size);
        out.putInt(flags.stream().mapToInt(PlanFlag::bit).sum());
        out.putInt(log.isPresent() ? 1 : 0);
        out.putLong(cloneFlags).putLong(keptRegisters);
        out.putLong(log.map(LogSettings::maxSize).orElse(0L));
        out.putInt(log.map(LogSettings::maxFiles).orElse(0));
        for (var register : List.of(stdin, stdout, stderr, listener, cgroup)) {
            putRegister(out, register);
        }
        out.putShort((short) 0);
        for (DataRef reference : references) {
            out.putInt(reference.offset()).putInt(reference.length());
        }
        putSections(out);
    }

    private void putSections(ByteBuffer out) {
        int offset = HEADER_SIZE;
        for (List<Step> list : steps.values()) {
            out.putInt(offset).putInt(list.size());
            offset += list.size() * STEP_SIZE;
        }
        out.putInt(offset).putInt(relocations.size());
        offset += relocations.size() * RELOCATION_SIZE;
        out.putInt(offset).putInt(data.size());
        out.putLong(0); // reserved
    }

    private static void putSteps(ByteBuffer out, List<Step> list) {
        for (int index = 0; index < list.size(); index++) {
            putStep(out, list.get(index), index);
        }
    }

    /** Plain loops and what is zero skipped: hundreds of these are a good part of the time of a start. */
    private static void putStep(ByteBuffer out, Step step, int index) {
        int start = out.position();
        int flags = 0;
        for (StepFlag flag : step.flags()) {
            flags |= flag.bit();
        }
        out.putShort((short) step.op().number());
        out.putShort((short) flags);
        out.putShort(step.target().isPresent() ? (short) step.target().get().distanceFrom(index) : 0);
        putRegister(out, step.out());
        for (Errno errno : step.tolerated()) {
            out.putShort((short) errno.number());
        }
        out.putInt(start + STEP_NUMBER_AT, step.number());
        List<Arg> args = step.args();
        for (int i = 0; i < args.size(); i++) {
            Arg arg = args.get(i);
            out.put(start + STEP_KINDS_AT + i, (byte) arg.kind());
            out.putLong(start + STEP_ARGS_AT + i * Long.BYTES, arg.operand());
        }
        out.position(start + STEP_SIZE);
    }

    private static void putRegister(ByteBuffer out, Optional<Register> register) {
        out.putShort((short) (register.isPresent() ? register.get().number() : NO_REGISTER));
    }
}
