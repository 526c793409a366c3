package jdocker.cgroups;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The directories and small files through which the kernel controls cgroups. Failures are {@link CgroupException}s. */
interface ControlFiles {
    /** False where it is there already. */
    boolean makeDirectory(Path directory);

    /** False where there is none. Threads inside are an error (EBUSY), also for a moment after they have ended. */
    boolean removeDirectory(Path directory);

    /** One write(2) of the whole value: the kernel takes or refuses it as one. */
    void write(Path file, String value);

    /** The same for several, one write each, with the file opened once. */
    void writeEach(Path file, List<String> values);

    /** Empty where there is no such file. */
    Optional<String> read(Path file);

    boolean exists(Path file);

    /** Names of the directories within; none where there is no such directory. */
    List<String> directories(Path directory);
}
