package jdocker.kernel;

import java.util.Optional;

/** {@link Terminals} by the running kernel: ioctls of asm-generic/ioctls.h, {@code struct termios} of termbits.h. */
final class LinuxTerminals implements Terminals {
    private static final int TCGETS = 0x5401;
    private static final int TCSETS = 0x5402;
    private static final int TIOCGWINSZ = 0x5413;
    private static final int TIOCSWINSZ = 0x5414;
    private static final int TIOCGPTPEER = 0x5441;
    private static final long TIOCGPTN = 0x80045430L;
    private static final int TIOCSPTLCK = 0x40045431;

    /** Four words of flags, the line discipline, 19 control characters. */
    private static final int TERMIOS = 36;

    private static final int OUTPUT = 4;
    private static final int CONTROL = 8;
    private static final int LOCAL = 12;
    private static final int CHARACTERS = 17;
    private static final int VTIME = 5;
    private static final int VMIN = 6;

    /** IGNBRK BRKINT PARMRK ISTRIP INLCR IGNCR ICRNL IXON. */
    private static final int RAW_INPUT_OFF = 01 | 02 | 010 | 040 | 0100 | 0200 | 0400 | 02000;

    private static final int OPOST = 01;
    /** CSIZE PARENB. */
    private static final int RAW_CONTROL_OFF = 060 | 0400;

    private static final int CS8 = 060;
    /** ISIG ICANON ECHO ECHONL IEXTEN. */
    private static final int RAW_LOCAL_OFF = 01 | 02 | 010 | 0100 | 0100000;

    private final Calls calls;
    private final FileCalls files;

    LinuxTerminals(Calls calls) {
        this.calls = calls;
        this.files = new LinuxFiles(calls);
    }

    @Override
    public boolean isTerminal(Fd fd) {
        try (Scratch s = calls.scratch()) {
            return ioctl(fd, TCGETS, s.address(s.struct(TERMIOS))) == 0;
        }
    }

    @Override
    public Optional<WindowSize> size(Fd terminal) {
        try (Scratch s = calls.scratch()) {
            int size = s.struct(8);
            long rc = ioctl(terminal, TIOCGWINSZ, s.address(size));
            if (rc == -Errno.ENOTTY.number()) {
                return Optional.empty();
            }
            check(rc, "TIOCGWINSZ", terminal);
            return Optional.of(new WindowSize(s.getShort(size) & 0xffff, s.getShort(size + 2) & 0xffff));
        }
    }

    @Override
    public void resize(Fd terminal, WindowSize size) {
        try (Scratch s = calls.scratch()) {
            int at = s.struct(8);
            s.putShort(at, size.rows()).putShort(at + 2, size.columns());
            check(ioctl(terminal, TIOCSWINSZ, s.address(at)), "TIOCSWINSZ", terminal);
        }
    }

    @Override
    public RawMode raw(Fd terminal) {
        try (Scratch s = calls.scratch()) {
            int modes = s.struct(TERMIOS);
            check(ioctl(terminal, TCGETS, s.address(modes)), "TCGETS", terminal);
            byte[] before = s.copy(modes, TERMIOS);
            s.putInt(modes, s.getInt(modes) & ~RAW_INPUT_OFF);
            s.putInt(modes + OUTPUT, s.getInt(modes + OUTPUT) & ~OPOST);
            s.putInt(modes + CONTROL, s.getInt(modes + CONTROL) & ~RAW_CONTROL_OFF | CS8);
            s.putInt(modes + LOCAL, s.getInt(modes + LOCAL) & ~RAW_LOCAL_OFF);
            s.putByte(modes + CHARACTERS + VMIN, 1).putByte(modes + CHARACTERS + VTIME, 0);
            check(ioctl(terminal, TCSETS, s.address(modes)), "TCSETS", terminal);
            return () -> restore(terminal, before);
        }
    }

    private void restore(Fd terminal, byte[] modes) {
        try (Scratch s = calls.scratch()) {
            long rc = ioctl(terminal, TCSETS, s.address(s.bytes(modes)));
            if (rc != -Errno.EIO.number()) { // hung up: nothing to restore
                check(rc, "TCSETS", terminal);
            }
        }
    }

    @Override
    public Pty open() {
        Fd controller = files.open("/dev/ptmx", OpenFlag.READ_WRITE, OpenFlag.NO_CTTY);
        try (Scratch s = calls.scratch()) {
            int word = s.struct(8);
            check(ioctl(controller, TIOCSPTLCK, s.address(word)), "TIOCSPTLCK", controller);
            check(ioctl(controller, TIOCGPTN, s.address(word)), "TIOCGPTN", controller);
            // By the controller and not by name: /dev/pts/N may be another mount's.
            long flags = OpenFlag.of(OpenFlag.READ_WRITE, OpenFlag.NO_CTTY, OpenFlag.CLOSE_ON_EXEC);
            long terminal = ioctl(controller, TIOCGPTPEER, flags);
            check(terminal, "TIOCGPTPEER", controller);
            return new Pty(controller, new Fd((int) terminal), s.getInt(word));
        } catch (SyscallException e) {
            controller.close();
            throw e;
        }
    }

    private long ioctl(Fd fd, long request, long argument) {
        return calls.call(SyscallNumber.IOCTL, fd.number(), request, argument);
    }

    private static void check(long result, String request, Fd fd) {
        if (result < 0) {
            throw SyscallException.of(SyscallNumber.IOCTL, result, request + ", fd " + fd);
        }
    }
}
