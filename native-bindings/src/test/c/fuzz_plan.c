/*
 * The plan parser. A plan that is right is made from the input, then some of its bytes are changed: wholly random bytes would
 * never get past the header. Whatever the parser lets through must be safe to carry out.
 */
#include "../../main/c/plan.h"
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROOM = 1 << 16 };

struct draft {
    struct plan_header header;
    struct step steps[64];
    struct relocation relocations[16];
    u8 data[4096];
    u32 step_count;
};

static struct step any_step(struct source *in, int phase, u32 flags, u32 following) {
    struct step step = {.op = (u16)take(in, OPS), .out = NO_REGISTER};
    bool skips = take(in, 2);
    if (step.op == OP_SENDFD && (phase != PROCESS || !(flags & TTY))) {
        step.op = OP_SYSCALL;
    }
    switch (step.op) {
    case OP_SYSCALL:
        step.number = take(in, 450);
        step.out = take(in, 2) ? (u16)take(in, REGISTERS) : NO_REGISTER;
        step.flags = skips ? SKIP_ON_TOLERATED : 0;
        step.skip = skips ? (u16)take(in, following + 1) : 0;
        for (int i = 0; i < ARGS; i++) {
            step.kind[i] = (u8)take(in, ARG_KINDS);
            step.arg[i] = take(in, REGISTERS);
        }
        break;
    case OP_EXPECT:
        step.arg[0] = take(in, 4088);
        step.arg[1] = 1U << take(in, 4);
        step.arg[2] = take(in, ~0U);
        step.flags = skips ? SKIP_IF_EQUAL : 0;
        step.skip = skips ? (u16)take(in, following + 1) : 0;
        step.arg[4] = skips ? 0 : 1 + take(in, MAX_ERRNO);
        break;
    case OP_STORE:
        step.kind[0] = (u8)take(in, ARG_KINDS);
        step.arg[0] = take(in, REGISTERS);
        step.arg[1] = take(in, 4088);
        step.arg[2] = 1U << take(in, 4);
        break;
    case OP_LOAD:
        step.arg[0] = take(in, 4088);
        step.arg[1] = 1U << take(in, 4);
        step.out = (u16)take(in, REGISTERS);
        break;
    case OP_JUMP:
        step.skip = (u16)take(in, following + 1);
        break;
    case OP_FAIL:
        step.arg[0] = 1 + take(in, MAX_ERRNO);
        break;
    default:
        step.kind[0] = REGISTER;
        step.arg[0] = take(in, REGISTERS);
        break;
    }
    return step;
}

static void draft_steps(struct source *in, struct draft *draft) {
    u32 position = sizeof(struct plan_header);
    for (int phase = 0; phase < PHASES; phase++) {
        u32 count = phase == CHILD ? (draft->header.flags & (EXEC | INIT) ? 1 + take(in, 8) : 0) : 1 + take(in, 8);
        for (u32 i = 0; i < count; i++) {
            draft->steps[draft->step_count++] = any_step(in, phase, draft->header.flags, count - i - 1);
        }
        draft->header.phases[phase] = (struct plan_section){position, count};
        position += count * (u32)sizeof(struct step);
    }
}

static u16 some_register(struct source *in, bool wanted) { return wanted ? (u16)take(in, REGISTERS) : NO_REGISTER; }

static void draft_header(struct source *in, struct draft *draft) {
    struct plan_header *header = &draft->header;
    u32 personality = take(in, 3);
    bool terminal = take(in, 2);
    bool open_stdin = take(in, 2);
    *header = (struct plan_header){.magic = PLAN_MAGIC, .version = PLAN_VERSION};
    header->flags = (terminal ? TTY : 0) | (open_stdin ? OPEN_STDIN : 0) | (personality == 1 ? EXEC : 0)
        | (personality == 2 ? INIT : 0);
    header->clone_flags = personality == 1 ? 0 : 0x20000000;
    header->stdin_register = some_register(in, open_stdin && !terminal);
    header->stdout_register = some_register(in, !terminal);
    header->stderr_register = some_register(in, !terminal);
    header->listener_register = some_register(in, take(in, 2));
    header->cgroup_register = some_register(in, take(in, 2));
    header->exit_path = (struct plan_range){8, 4};
    memcpy(draft->data + 8, "exit", 5);
    if (take(in, 2)) {
        header->log_mode = LOG_JSON;
        header->log_max_files = 1 + take(in, 5);
        header->log_path = (struct plan_range){16, 9};
        memcpy(draft->data + 16, "/log/json", 10);
        header->log_attrs = (struct plan_range){32, 2};
        memcpy(draft->data + 32, "{}", 3);
    }
}

/* The finished bytes in a block of exactly their size, so that a read behind them is seen. */
static u8 *assemble(struct source *in, u32 *size) {
    struct draft *draft = calloc(1, sizeof *draft);
    draft_header(in, draft);
    draft_steps(in, draft);
    u32 relocations = take(in, 16);
    for (u32 i = 0; i < relocations; i++) {
        draft->relocations[i] = (struct relocation){8 * take(in, 500), take(in, 4096)};
    }
    u32 steps_size = draft->step_count * (u32)sizeof(struct step);
    u32 relocations_size = relocations * (u32)sizeof(struct relocation);
    draft->header.relocations = (struct plan_section){(u32)sizeof draft->header + steps_size, relocations};
    draft->header.data = (struct plan_section){draft->header.relocations.offset + relocations_size, sizeof draft->data};
    *size = draft->header.total_length = draft->header.data.offset + draft->header.data.count;
    u8 *bytes = malloc(*size);
    memcpy(bytes, &draft->header, sizeof draft->header);
    memcpy(bytes + sizeof draft->header, draft->steps, steps_size);
    memcpy(bytes + draft->header.relocations.offset, draft->relocations, relocations_size);
    memcpy(bytes + draft->header.data.offset, draft->data, sizeof draft->data);
    free(draft);
    return bytes;
}

static void disturb(struct source *in, u8 *bytes, u32 size) {
    static const u64 odd[] = {0, 1, 7, 63, 64, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff, ~0ULL, 1ULL << 63};
    u32 times = take(in, 4);
    for (u32 i = 0; i < times; i++) {
        /* Mostly in the header and the first steps, where a change means something. */
        u32 at = take(in, take(in, 4) ? 640 : size);
        u32 width = 1U << take(in, 4);
        if (at + width <= size) {
            u64 value = take(in, 2) ? odd[take(in, sizeof odd / sizeof odd[0])] : take(in, ~0U);
            memcpy(bytes + at, &value, width);
        }
    }
}

/* What the shim relies on after a plan was found good. */
static void walk(struct plan_header *plan, u32 size) {
    require(plan->total_length == size && plan->data.offset + plan->data.count == size);
    for (int phase = 0; phase < PHASES; phase++) {
        const struct step *steps = plan_steps(plan, phase);
        for (u32 i = 0; i < plan->phases[phase].count; i++) {
            require(steps[i].op < OPS && i + steps[i].skip < plan->phases[phase].count);
            require(steps[i].out < REGISTERS || steps[i].out == NO_REGISTER);
            for (int arg = 0; arg < ARGS; arg++) {
                require(steps[i].kind[arg] != REGISTER || steps[i].arg[arg] < REGISTERS);
                require(steps[i].kind[arg] != ADDRESS || steps[i].arg[arg] <= plan->data.count);
            }
        }
    }
    require(plan_string(plan, plan->exit_path)[plan->exit_path.length] == 0);
    plan_relocate(plan);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct source in = {bytes, bytes + size};
    u32 plan_size;
    u8 *plan = assemble(&in, &plan_size);
    require(plan_check(plan, plan_size) == PLAN_GOOD);
    disturb(&in, plan, plan_size);
    u32 seen = take(&in, 8) ? plan_size : take(&in, plan_size + 1);
    u8 *copy = malloc(seen ? seen : 1);
    memcpy(copy, plan, seen);
    if (plan_check(copy, seen) == PLAN_GOOD) {
        walk((struct plan_header *)copy, seen);
    }
    free(copy);
    free(plan);
    return 0;
}
