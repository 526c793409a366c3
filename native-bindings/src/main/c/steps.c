#include "steps.h"

#define STATUS_REGISTER 0
#define BUSY_LIMIT_MS 500

i64 registers[REGISTERS];

static u64 value_of(const struct plan_header *plan, const struct step *step, int arg) {
    switch (step->kind[arg]) {
    case ADDRESS:
        return (u64)(plan_data(plan) + step->arg[arg]);
    case REGISTER:
        return (u64)registers[step->arg[arg]];
    default:
        return step->arg[arg];
    }
}

static u64 width_mask(u64 width) { return width == 8 ? ~0ULL : (1ULL << 8 * width) - 1; }

static u64 field(const struct plan_header *plan, u64 offset, u64 width) {
    u64 value = 0;
    memcpy(&value, plan_data(plan) + offset, width);
    return value;
}

static i64 sign_extended(u64 value, u64 width) {
    int spare_bits = 64 - 8 * (int)width;
    return (i64)(value << spare_bits) >> spare_bits;
}

static bool is_tolerated(const struct step *step, long error) {
    for (int i = 0; i < TOLERATED; i++) {
        if (step->tolerated[i] != 0 && step->tolerated[i] == error) {
            return true;
        }
    }
    return false;
}

static long call_once(const struct plan_header *plan, const struct step *step) {
    return sys6(step->number, (long)value_of(plan, step, 0), (long)value_of(plan, step, 1),
                (long)value_of(plan, step, 2), (long)value_of(plan, step, 3), (long)value_of(plan, step, 4),
                (long)value_of(plan, step, 5));
}

/* A cgroup is busy for a moment after its last process was reaped, a mount while somebody looks into it. */
static long call(const struct plan_header *plan, const struct step *step) {
    long result = call_once(plan, step);
    u64 wait_ms = 1;
    for (u64 waited = 0; result == -EBUSY && (step->flags & RETRY_BUSY) && waited < BUSY_LIMIT_MS;) {
        sys_poll(NULL, 0, (i64)wait_ms);
        waited += wait_ms;
        wait_ms *= 2;
        result = call_once(plan, step);
    }
    return result;
}

static i32 run_call(const struct plan_header *plan, const struct step *step, u32 *skip) {
    long result = call(plan, step);
    /* Addresses such as brk's are no errors although they may be negative. */
    bool failed = result < 0 && result >= -MAX_ERRNO;
    if (step->out != NO_REGISTER) {
        registers[step->out] = result;
    }
    if (!failed) {
        return 0;
    }
    if (!is_tolerated(step, -result)) {
        return (i32)-result;
    }
    *skip = (step->flags & SKIP_ON_TOLERATED) ? step->skip : 0;
    return 0;
}

static i32 run_expect(const struct plan_header *plan, const struct step *step, u32 *skip) {
    u64 mask = step->arg[2] & width_mask(step->arg[1]);
    bool equal = (field(plan, step->arg[0], step->arg[1]) & mask) == (value_of(plan, step, 3) & width_mask(step->arg[1]));
    if (step->flags == 0) {
        return equal ? 0 : (i32)step->arg[4];
    }
    *skip = equal == (step->flags == SKIP_IF_EQUAL) ? step->skip : 0;
    return 0;
}

static i32 run_send(const struct step *step) {
    struct status status = {.kind = STATUS_TERMINAL};
    struct io_slice slice = {&status, sizeof status};
    struct one_fd control = {ONE_FD_LENGTH, SOCKET_LEVEL, SOCKET_RIGHTS, (int)registers[step->arg[0]], 0};
    struct message message = {.slices = &slice, .slice_count = 1, .control = &control, .control_length = sizeof control};
    long sent = sys_send((int)registers[STATUS_REGISTER], &message);
    return sent < 0 ? (i32)-sent : 0;
}

/* An error number, or 0 with the steps to skip. */
static i32 run_step(const struct plan_header *plan, const struct step *step, u32 *skip) {
    u64 value;
    switch (step->op) {
    case OP_SYSCALL:
        return run_call(plan, step, skip);
    case OP_EXPECT:
        return run_expect(plan, step, skip);
    case OP_STORE:
        value = value_of(plan, step, 0);
        memcpy(plan_data(plan) + step->arg[1], &value, step->arg[2]);
        return 0;
    case OP_LOAD:
        registers[step->out] = sign_extended(field(plan, step->arg[0], step->arg[1]), step->arg[1]);
        return 0;
    case OP_JUMP:
        *skip = step->skip;
        return 0;
    case OP_SENDFD:
        return run_send(step);
    default:
        return (i32)step->arg[0];
    }
}

bool run_phase(const struct plan_header *plan, enum phase phase, struct failure *failure) {
    const struct step *steps = plan_steps(plan, phase);
    u32 count = plan->phases[phase].count;
    for (u32 i = 0; i < count; i++) {
        u32 skip = 0;
        i32 error = run_step(plan, &steps[i], &skip);
        if (error != 0) {
            *failure = (struct failure){phase, i, error};
            return false;
        }
        i += skip;
    }
    return true;
}
