/* Delivery to one destination: two members, two exports, one job. See README.md in this folder.
   One of PROVIDER_TAGS (as Mailchimp works) and PROVIDER_LIST (as Constant Contact works) is defined by the caller. */
#ifdef PROVIDER_LIST
#define LIST true
#define TAGS false
#else
#define LIST false
#define TAGS true
#endif
#include "rules.pml"
#include "state.pml"
#include "provider.pml"
#include "memory.pml"

#define in_batch(m) (phase == REMOVAL -> to_remove[m] : to_add[m])
#define batch_is_empty (!in_batch(0) && !in_batch(1))

inline end_run() {
    step = IDLE; resumes = false; phase = 0; current = 0;
    to_add[0] = false; to_add[1] = false; to_remove[0] = false; to_remove[1] = false;
    if :: TAGS -> answer[0] = 0; answer[1] = 0 :: else fi;
    fresh = false;              /* the next run looks first */
    edited = false; consent_row = false
}

/* However a run ends, with a crash or without. */
inline run_ends() {
    if
    :: ticket && !RULE_TICKET_OUTLIVES_RUN -> ticket = false; intent[0] = 0; intent[1] = 0
    :: !ticket && !RULE_INTENT_OUTLIVES_RUN -> intent[0] = 0; intent[1] = 0
    :: else
    fi;
    end_run()
}

inline next_phase() {
    if
    :: phase == UPSERT && TAGS -> phase = TAG
    :: phase == REMOVAL -> phase = OVER; to_remove[0] = false; to_remove[1] = false
    :: else -> phase = REMOVAL; to_add[0] = false; to_add[1] = false
    fi
}

inline look() {
    look_at(0); look_at(1);
    fresh = true;
    printf("look: memberships %d %d, opt-outs %d %d\n", membership[0], membership[1], opt_outs[0], opt_outs[1])
}

/* What the memory says now decides who of the plan is sent; the intent is stored before anything goes out. */
inline take_into_batch(m) {
    if
    :: phase == UPSERT ->
        to_add[m] = to_add[m] && !held_back(m);
        if :: to_add[m] -> intent_of = current :: else fi;
        intent[m] = (to_add[m] && RULE_INTENT_BEFORE_SEND -> ADD : 0);
        changed[m] = changed[m] && !to_add[m]
    :: phase == REMOVAL ->
        to_remove[m] = to_remove[m] && membership[m] == ON_OURS && !cannot_remove_now(m) && !others_hold(m, current);
        if :: to_remove[m] -> intent_of = current :: else fi;
        intent[m] = (to_remove[m] && RULE_LEAVER_CLEARED_BEFORE_REMOVAL -> REMOVE : 0)
    :: else
    fi
}

inline not_sent(m) {
    if
    :: in_batch(m) && !(phase == TAG) -> intent[m] = 0; changed[m] = changed[m] || phase == UPSERT
    :: else
    fi
}

/* Property 1, first half, and property 2: what is sent is sent on knowledge that is not older than the bound. */
inline may_be_sent(m) {
    assert(!(phase == UPSERT && to_add[m] && !renamed[m] && contact[m] == ACTIVE && !on[m] && ghost_left_age[m] == OLD));
    assert(!(phase == UPSERT && to_add[m] && !renamed[m] && contact[m] == GONE && ghost_gone_age[m] == OLD));
    assert(!(phase == UPSERT && to_add[m] && renamed[m] && ghost_renamed_age[m] == OLD));
    assert(!(phase == REMOVAL && to_remove[m] && on[m] && ghost_gave[m] == OTHERS && ghost_given[m] == OLD));
    assert(!(phase == REMOVAL && to_remove[m] && (hold[m] & ~current) != 0));
    if :: phase == UPSERT -> ghost_known_foreign[m] = ghost_gave[m] == OTHERS && ghost_given[m] == OLD :: else fi
}

inline takes_effect(m) {
    if
    :: in_batch(m) && phase == UPSERT -> upsert_takes_effect(m)
    :: in_batch(m) && phase == TAG -> tag_takes_effect(m)
    :: in_batch(m) && phase == REMOVAL -> removal_takes_effect(m)
    :: else
    fi
}

inline provider_takes_call() {
    if
    :: LIST -> job = QUEUED; job_phase = phase; job_of[0] = in_batch(0); job_of[1] = in_batch(1)
    :: TAGS -> takes_effect(0); takes_effect(1)
    fi
}

inline settle_batch(p) {
    if :: (LIST -> job_of[0] : in_batch(0)) -> settle_member(0, p) :: else fi;
    if :: (LIST -> job_of[1] : in_batch(1)) -> settle_member(1, p) :: else fi;
    ticket = false; job = 0; job_phase = 0; job_of[0] = false; job_of[1] = false; answer[0] = 0; answer[1] = 0;
    if :: intent[0] == 0 && intent[1] == 0 && !(TAGS && p == UPSERT) -> intent_of = 0 :: else fi
}

#define newcomers_only ((!in_batch(0) || membership[0] == UNKNOWN) && (!in_batch(1) || membership[1] == UNKNOWN))
#define look_is_due (!fresh && phase != TAG && RULE_LOOK_BEFORE_BATCH && \
                     (RULE_LOOK_BEFORE_NEWCOMERS || phase != UPSERT || !newcomers_only))
#define permitted (consent && !(RULE_REVISION_PER_BATCH && edited))
#define intents_open (intent[0] != 0 || intent[1] != 0)

/* Property 3: what is owed is done once nothing more happens and each export had a run. */
#define given_for_no_export(m) (on[m] && ghost_gave[m] == US && want[m] == 0 && !ghost_released[m])
#define held_back_without_reason(m) (want[m] != 0 && !on[m] && !renamed[m] && !ghost_left[m] && !ghost_taken[m] && \
    !spoiled[m] && (contact[m] == ACTIVE || contact[m] == ABSENT) && !(LIST && membership[m] == OFF_EXISTING))
inline nothing_owed(m) {
    assert(intent[m] == 0);
    assert(!given_for_no_export(m) || (contact[m] == GONE && hold[m] != 0 && membership[m] == ON_OURS));
    assert(!held_back_without_reason(m))
}

proctype daemon() {
    do
    :: atomic { step == IDLE && consent && (!quiet || last_runs < 2) ->
        if
        :: quiet -> last_runs++; current = last_runs
        :: !quiet -> current = 1
        :: !quiet -> current = 2
        fi;
        d_step {
        consent_row = consent && !RULE_NARROW_UPDATES;
        if  /* a call whose ticket was lost is found among the provider's jobs */
        :: LIST && !ticket && intents_open && job != 0 && RULE_LOST_JOB_LOOKED_FOR -> ticket = true
        :: else
        fi;
        if
        :: ticket && RULE_JOB_SETTLED_FIRST -> resumes = true; step = WAIT
        :: else -> step = PREPARE
        fi } }
    :: d_step { step == PREPARE && phase == 0 ->
        if
        :: LIST && !ticket && RULE_INTENT_CLOSED_BEFORE_LOOK -> close_intent(0); close_intent(1)
        :: else
        fi;
        look();
        edited = false;
        if :: RULE_MARK_OF_FIRST_ANSWER -> skip :: else -> step = BETWEEN_LOOK_AND_MARK fi;
        plan_of(0, current); plan_of(1, current);
        phase = UPSERT;
        printf("export %d: plan: add %d %d, remove %d %d\n", current, to_add[0], to_add[1], to_remove[0], to_remove[1]) }
    :: d_step { step == BETWEEN_LOOK_AND_MARK -> touched[0] = false; touched[1] = false; step = PREPARE }
    :: d_step { step == PREPARE && phase != 0 && !(job == QUEUED && !ticket) ->
        do :: phase != OVER && batch_is_empty -> next_phase() :: else -> break od;
        if
        :: phase == OVER && !ticket -> run_ends()
        :: ticket -> step = WAIT; resumes = true
        :: phase != OVER && !ticket && look_is_due && !RULE_MARK_OF_FIRST_ANSWER -> look(); step = BETWEEN_LOOK_AND_MARK
        :: else ->
            if :: look_is_due -> look() :: else fi;
            take_into_batch(0); take_into_batch(1);
            if
            :: batch_is_empty -> skip
            :: !batch_is_empty && RULE_PERMISSION_PER_BATCH && !permitted -> not_sent(0); not_sent(1); run_ends()
            :: else -> step = SEND
            fi
        fi }
    :: atomic { step == SEND ->
        if
        :: RULE_PERMISSION_PER_BATCH && RULE_PERMISSION_AT_SEND && !permitted ->
            d_step { not_sent(0); not_sent(1); run_ends() }
        :: (permitted || !RULE_PERMISSION_PER_BATCH || !RULE_PERMISSION_AT_SEND) && look_is_due ->
            d_step {
            if :: RULE_INTENT_CLOSED_BEFORE_LOOK -> not_sent(0); not_sent(1) :: else fi;
            step = PREPARE }
        :: else ->
            d_step {
            assert(!withdrawn && !edited);  /* property 4 */
            may_be_sent(0); may_be_sent(1);
            printf("export %d: call %d for members %d %d\n", current, phase, in_batch(0), in_batch(1)) };
            if
            :: d_step { provider_takes_call(); step = (LIST -> STORE_TICKET : SETTLE) }
            :: d_step { events > 0 && !quiet -> events--; run_ends(); printf("the call is lost before the provider has it\n") }
            :: d_step { events > 0 && !quiet -> events--; provider_takes_call(); run_ends(); printf("the answer is lost\n") }
            fi
        fi }
    :: d_step { step == STORE_TICKET -> ticket = true; step = WAIT }
    :: d_step { step == WAIT && job == DONE -> step = SETTLE }
    :: d_step { step == WAIT && job == QUEUED && events > 0 && !quiet ->
        events--; run_ends();
        printf("the run is cancelled or fails while its job is under way\n") }
    :: d_step { step == SETTLE ->
        printf("the call is settled\n");
        if :: LIST -> settle_batch(job_phase) :: else -> settle_batch(phase) fi;
        if :: !RULE_NARROW_UPDATES -> consent = consent_row :: else fi;
        if :: !resumes -> next_phase() :: else -> resumes = false fi;
        step = PREPARE }
    :: d_step { step == IDLE && consent && quiet && last_runs == 2 ->
        nothing_owed(0); nothing_owed(1); assert(!ticket) } break
    :: step == IDLE && !consent -> break
    od
}

/* The provider works on its job. */
proctype jobs() {
end:
    do
    :: d_step { job == QUEUED ->
        printf("the job takes effect\n");
        if :: job_of[0] && job_phase == UPSERT -> upsert_takes_effect(0)
           :: job_of[0] && job_phase == REMOVAL -> removal_takes_effect(0) :: else fi;
        if :: job_of[1] && job_phase == UPSERT -> upsert_takes_effect(1)
           :: job_of[1] && job_phase == REMOVAL -> removal_takes_effect(1) :: else fi;
        job = DONE }
    od
}

#include "world.pml"

#ifdef LIVENESS
/* Every run ends, whatever happens meanwhile; no fairness is assumed. */
ltl every_run_ends { [] <> (step == IDLE) }
#endif
