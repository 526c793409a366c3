package jdocker.runtime;

/** Where a launch failed. */
public enum LaunchStage {
    PREPARE(0),
    PROCESS(1),
    CHILD(2),
    END(3),
    /** The shim refused the plan. */
    PARSE(4),
    /** The shim's own calls around the plan: log, exit file, clone. */
    START(5),
    /** The shim ended or said nothing. */
    SHIM(-1);

    private final int number;

    LaunchStage(int number) {
        this.number = number;
    }

    static LaunchStage of(int number) {
        for (LaunchStage stage : values()) {
            if (stage.number == number) {
                return stage;
            }
        }
        return SHIM;
    }
}
