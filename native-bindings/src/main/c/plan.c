/*
 * Reading a plan. The daemon is trusted, its plan is not: a length that overflows or an offset that leaves the file would
 * make the shim, which is root on the host, do something nobody planned (CVE-2021-43784 was one). So whatever is odd is refused.
 */
#include "plan.h"

/* CLONE_NEWTIME and the CLONE_NEW* from NEWNS to NEWNET; nothing else may reach clone3. */
#define CLONE_NEW_MASK 0x7e020080ULL

static bool within(u64 offset, u64 length, u64 size) { return offset <= size && length <= size - offset; }

static bool is_register(u16 number, bool optional) {
    return number < REGISTERS || (optional && number == NO_REGISTER);
}

static bool header_is_good(const struct plan_header *plan, u64 size) {
    return plan->magic == PLAN_MAGIC && plan->version == PLAN_VERSION && plan->total_length == size
        && (plan->flags & ~(u32)PLAN_FLAGS) == 0 && plan->log_mode < LOG_MODES
        && (plan->clone_flags & ~CLONE_NEW_MASK) == 0 && plan->padding == 0 && plan->reserved == 0;
}

/* Sections follow each other in one order without gaps, so none can overlap and no byte goes unseen. */
static bool take_section(struct plan_section section, u32 width, u64 size, u64 *position) {
    if (section.offset != *position || !within(section.offset, (u64)section.count * width, size)) {
        return false;
    }
    *position += (u64)section.count * width;
    return true;
}

static bool sections_are_good(const struct plan_header *plan, u64 size) {
    u64 position = sizeof *plan;
    for (int phase = 0; phase < PHASES; phase++) {
        if (!take_section(plan->phases[phase], sizeof(struct step), size, &position)) {
            return false;
        }
    }
    return take_section(plan->relocations, sizeof(struct relocation), size, &position)
        && take_section(plan->data, 1, size, &position) && position == size;
}

/* A string ends with its NUL within the data and holds no other. */
static bool string_is_good(const struct plan_header *plan, struct plan_range range, bool required) {
    if (range.length == 0) {
        return !required && range.offset == 0;
    }
    if (!within(range.offset, (u64)range.length + 1, plan->data.count)) {
        return false;
    }
    const char *text = plan_string(plan, range);
    return memchr(text, 0, (u64)range.length + 1) == text + range.length;
}

static bool strings_are_good(const struct plan_header *plan) {
    bool logs = plan->log_mode != LOG_NONE;
    return string_is_good(plan, plan->exit_path, true) && string_is_good(plan, plan->log_path, logs)
        && string_is_good(plan, plan->log_attrs, false) && string_is_good(plan, plan->oom_path, false)
        && string_is_good(plan, plan->oom_key, plan->oom_path.length > 0);
}

static u32 base_length(const char *path, u32 length) {
    u32 base = 0;
    while (base < length && path[length - 1 - base] != '/') {
        base++;
    }
    return base;
}

static bool log_is_good(const struct plan_header *plan) {
    if (plan->log_mode == LOG_NONE) {
        return plan->log_max_size == 0 && plan->log_max_files == 0 && plan->log_path.length == 0
            && plan->log_attrs.length == 0;
    }
    const char *path = plan_string(plan, plan->log_path);
    u32 base = base_length(path, plan->log_path.length);
    if (path[0] != '/' || base == 0 || base > PLAN_MAX_LOG_NAME || plan->log_max_files == 0
        || plan->log_max_files > PLAN_MAX_LOG_FILES || plan->log_attrs.length > PLAN_MAX_LOG_ATTRS) {
        return false;
    }
    /* A line break within the attributes would cut records in two. */
    const u8 *attrs = (const u8 *)plan_string(plan, plan->log_attrs);
    for (u32 i = 0; i < plan->log_attrs.length; i++) {
        if (attrs[i] < ' ') {
            return false;
        }
    }
    return true;
}

static bool registers_are_good(const struct plan_header *plan) {
    bool terminal = plan->flags & TTY;
    bool stdin_pipe = (plan->flags & OPEN_STDIN) && !terminal;
    return is_register(plan->stdin_register, !stdin_pipe) && is_register(plan->stdout_register, true)
        && is_register(plan->stderr_register, true) && is_register(plan->listener_register, true)
        && is_register(plan->cgroup_register, true) && (plan->kept_registers & 1) == 0
        && (stdin_pipe || plan->stdin_register == NO_REGISTER)
        && (!terminal || (plan->stdout_register == NO_REGISTER && plan->stderr_register == NO_REGISTER));
}

/* A child exists behind a joiner or a reaper and nowhere else, and its execve is then in its own phase. */
static bool phases_are_good(const struct plan_header *plan) {
    u32 has_child = plan->flags & (EXEC | INIT);
    return has_child != (EXEC | INIT) && (plan->phases[CHILD].count > 0) == (has_child != 0)
        && (has_child || plan->phases[PROCESS].count > 0) && (!(plan->flags & EXEC) || plan->clone_flags == 0);
}

static bool field_is_good(const struct plan_header *plan, u64 offset, u64 width) {
    return (width == 1 || width == 2 || width == 4 || width == 8) && within(offset, width, plan->data.count);
}

static bool args_are_good(const struct plan_header *plan, const struct step *step) {
    for (int i = 0; i < ARGS; i++) {
        if (step->kind[i] >= ARG_KINDS || (step->kind[i] == ADDRESS && step->arg[i] > plan->data.count)
            || (step->kind[i] == REGISTER && step->arg[i] >= REGISTERS)) {
            return false;
        }
    }
    return step->kind[6] == 0 && step->kind[7] == 0;
}

/* The arguments from the given one on are unused; all before it are plain values but those in the mask. */
static bool args_are_shaped(const struct step *step, int used, u32 any_kind) {
    for (int i = 0; i < ARGS; i++) {
        if (i < used ? step->kind[i] != VALUE && !(any_kind >> i & 1) : step->kind[i] != VALUE || step->arg[i] != 0) {
            return false;
        }
    }
    return true;
}

static bool is_errno(u64 number) { return number > 0 && number <= MAX_ERRNO; }

static bool nothing_tolerated(const struct step *step) {
    for (int i = 0; i < TOLERATED; i++) {
        if (step->tolerated[i] != 0) {
            return false;
        }
    }
    return true;
}

static bool call_is_good(const struct step *step) {
    return (step->flags & ~(SKIP_ON_TOLERATED | RETRY_BUSY)) == 0 && is_register(step->out, true)
        && (step->skip == 0 || (step->flags & SKIP_ON_TOLERATED));
}

static bool expect_is_good(const struct plan_header *plan, const struct step *step) {
    u16 skips = step->flags & (SKIP_IF_EQUAL | SKIP_IF_NOT_EQUAL);
    return step->flags == skips && skips != (SKIP_IF_EQUAL | SKIP_IF_NOT_EQUAL) && args_are_shaped(step, 5, 1 << 3)
        && field_is_good(plan, step->arg[0], step->arg[1]) && (skips ? step->arg[4] == 0 : is_errno(step->arg[4]))
        && (skips || step->skip == 0) && step->out == NO_REGISTER;
}

/* What every operation but a system call has in common: it needs no more than its arguments. */
static bool simple_is_good(const struct step *step, int used, u32 any_kind) {
    return step->flags == 0 && (step->skip == 0 || step->op == OP_JUMP) && args_are_shaped(step, used, any_kind)
        && (step->op == OP_LOAD ? is_register(step->out, false) : step->out == NO_REGISTER);
}

static bool operation_is_good(const struct plan_header *plan, const struct step *step, int phase) {
    switch (step->op) {
    case OP_EXPECT:
        return expect_is_good(plan, step);
    case OP_STORE:
        return simple_is_good(step, 3, 1 << 0) && field_is_good(plan, step->arg[1], step->arg[2]);
    case OP_LOAD:
        return simple_is_good(step, 2, 0) && field_is_good(plan, step->arg[0], step->arg[1]);
    case OP_JUMP:
        return simple_is_good(step, 0, 0);
    case OP_FAIL:
        return simple_is_good(step, 1, 0) && is_errno(step->arg[0]);
    case OP_SENDFD:
        return simple_is_good(step, 1, 1 << 0) && step->kind[0] == REGISTER && phase == PROCESS
            && (plan->flags & TTY);
    default:
        return false;
    }
}

static bool step_is_good(const struct plan_header *plan, const struct step *step, int phase, u32 following) {
    if (step->spare != 0 || step->skip > following || !args_are_good(plan, step)) {
        return false;
    }
    if (step->op == OP_SYSCALL) {
        return call_is_good(step);
    }
    return step->number == 0 && nothing_tolerated(step) && operation_is_good(plan, step, phase);
}

static bool steps_are_good(const struct plan_header *plan) {
    for (int phase = 0; phase < PHASES; phase++) {
        const struct step *steps = plan_steps(plan, phase);
        u32 count = plan->phases[phase].count;
        for (u32 i = 0; i < count; i++) {
            if (!step_is_good(plan, &steps[i], phase, count - i - 1)) {
                return false;
            }
        }
    }
    return true;
}

static const struct relocation *relocations_of(const struct plan_header *plan) {
    return (const struct relocation *)((const u8 *)plan + plan->relocations.offset);
}

static bool relocations_are_good(const struct plan_header *plan) {
    const struct relocation *relocations = relocations_of(plan);
    for (u32 i = 0; i < plan->relocations.count; i++) {
        if (relocations[i].where % 8 != 0 || !within(relocations[i].where, 8, plan->data.count)
            || relocations[i].target > plan->data.count) {
            return false;
        }
    }
    return true;
}

enum plan_fault plan_check(const void *bytes, u64 size) {
    const struct plan_header *plan = bytes;
    if (size < sizeof *plan || size > PLAN_MAX_SIZE || !header_is_good(plan, size)) {
        return PLAN_BAD_HEADER;
    }
    if (!sections_are_good(plan, size)) {
        return PLAN_BAD_SECTION;
    }
    if (!strings_are_good(plan)) {
        return PLAN_BAD_STRING;
    }
    if (!log_is_good(plan)) {
        return PLAN_BAD_LOG;
    }
    if (!registers_are_good(plan)) {
        return PLAN_BAD_REGISTER;
    }
    if (!phases_are_good(plan)) {
        return PLAN_BAD_PHASES;
    }
    if (!steps_are_good(plan)) {
        return PLAN_BAD_STEP;
    }
    return relocations_are_good(plan) ? PLAN_GOOD : PLAN_BAD_RELOCATION;
}

void plan_relocate(struct plan_header *plan) {
    const struct relocation *relocations = relocations_of(plan);
    u8 *data = plan_data(plan);
    for (u32 i = 0; i < plan->relocations.count; i++) {
        u64 address = (u64)(data + relocations[i].target);
        memcpy(data + relocations[i].where, &address, sizeof address);
    }
}
