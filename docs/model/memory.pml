/* The steps that change what the daemon remembers. */

inline opts_out(m, reason) {
    if
    :: RULE_REASONS_ARE_A_SET -> opt_outs[m] = opt_outs[m] | reason
    :: else -> opt_outs[m] = reason
    fi
}

/* The listing shows the contact of the member as it is now. */
inline contact_is_seen(m) {
    if
    :: renamed[m] -> opts_out(m, RENAMED)
    :: else -> id_known[m] = true
    fi;
    if
    :: contact[m] == UNSUBSCRIBED || contact[m] == GONE ->
        if  /* the listing no longer says that the member had left before */
        :: !(opt_outs[m] & OUT_LEFT) -> ghost_left[m] = false; ghost_left_age[m] = NONE
        :: else
        fi;
        if
        :: contact[m] == GONE -> opts_out(m, OUT_GONE)
        :: else -> opts_out(m, OUT_UNSUBSCRIBED)
        fi;
        if
        :: LIST && membership[m] != UNKNOWN && intent[m] == 0 -> membership[m] = OFF_KNOWN; hold[m] = 0
        :: LIST && membership[m] == UNKNOWN && intent[m] == 0 -> membership[m] = OFF_KNOWN
        :: else
        fi
    :: contact[m] == ACTIVE ->
        opt_outs[m] = opt_outs[m] & (RENAMED | OUT_LEFT);
        if
        :: on[m] ->
            opt_outs[m] = opt_outs[m] & RENAMED;
            if
            :: RULE_OWNERSHIP_KEPT_CURRENT && membership[m] != ON_OURS && intent[m] == 0 -> membership[m] = ON_OTHERS
            :: else
            fi
        :: !on[m] && (membership[m] == ON_OURS || membership[m] == ON_OTHERS) && (TAGS || intent[m] == 0) ->
            if
            :: LIST -> opts_out(m, OUT_LEFT); hold[m] = 0; membership[m] = OFF_KNOWN
            :: TAGS && RULE_OWNERSHIP_KEPT_CURRENT -> membership[m] = OFF_KNOWN
            :: else
            fi
        :: !on[m] && membership[m] == UNKNOWN -> membership[m] = OFF_EXISTING
        :: else
        fi
    :: else
    fi
}

/* What became of a call whose answer was lost and that made no job: at PROVIDER_LIST it was not taken, at PROVIDER_TAGS the look tells. */
inline close_intent(m) {
    if
    :: intent[m] == 0 || ticket -> skip
    :: intent[m] == ADD && !ticket ->
        changed[m] = true;
        if
        :: TAGS && on[m] && (!renamed[m] || (opt_outs[m] & RENAMED)) && contact[m] != ABSENT && membership[m] != ON_OTHERS ->
            membership[m] = ON_OURS;
            hold[m] = hold[m] | intent_of;
            ghost_released[m] = false;
            if  /* given by others while the call was under way: its answer would have said so */
            :: ghost_gave[m] == OTHERS && !ghost_known_foreign[m] -> ghost_gave[m] = EITHER; ghost_given[m] = NONE
            :: else
            fi
        :: else
        fi;
        intent[m] = 0
    :: intent[m] == REMOVE && !ticket ->
        if
        :: !RULE_REMOVAL_OWED || (TAGS && !on[m] && contact[m] != GONE && (!renamed[m] || (opt_outs[m] & RENAMED))) ->
            hold[m] = hold[m] & ~intent_of; membership[m] = OFF_KNOWN
        :: else
        fi;
        intent[m] = 0
    fi
}

inline look_at(m) {
    if
    :: touched[m] && !(renamed[m] && !(RULE_FOLLOW_CONTACT_ID && id_known[m])) -> contact_is_seen(m)
    :: else
    fi;
    close_intent(m);
    if :: RULE_MARK_OF_FIRST_ANSWER -> touched[m] = false :: else fi;
    if
    :: contact[m] == ABSENT -> ghost_seen[m] = NONE
    :: !on[m] -> ghost_seen[m] = SEEN_OFF
    :: on[m] && ghost_gave[m] != OTHERS -> ghost_seen[m] = SEEN_ON_OURS
    :: else -> ghost_seen[m] = SEEN_ON_OTHERS
    fi
}

#define held_back(m) (opt_outs[m] != 0 || (LIST && RULE_EXISTING_HELD_BACK && membership[m] == OFF_EXISTING))
#define others_hold(m, e) (RULE_BOTH_LET_GO && (hold[m] & ~(e)) != 0)
#define cannot_remove_now(m) (opt_outs[m] & OUT_GONE)

/* The difference between the segment of export e (a bit) and what is remembered. */
inline plan_of(m, e) {
    to_add[m] = (want[m] & e) && !held_back(m) && (!(hold[m] & e) || changed[m]);
    if
    :: (hold[m] & e) && !(want[m] & e) ->
        if
        :: membership[m] != ON_OURS || others_hold(m, e) -> hold[m] = hold[m] & ~(e)
        :: !RULE_REMOVAL_OWED && cannot_remove_now(m) -> hold[m] = hold[m] & ~(e); membership[m] = OFF_KNOWN
        :: else -> to_remove[m] = !cannot_remove_now(m)
        fi
    :: else
    fi
}

/* The outcome of a call of phase p, per member. */
inline settle_member(m, p) {
    if
    :: spoiled[m] -> intent[m] = 0
    :: !spoiled[m] && p == UPSERT && TAGS -> id_known[m] = id_known[m] || !renamed[m]
    :: !spoiled[m] && p == UPSERT && LIST && answer[m] == 0 ->  /* counted by the job as not to be added, and looked up */
        opts_out(m, OUT_UNSUBSCRIBED); changed[m] = true; intent[m] = 0
    :: !spoiled[m] && ((p == UPSERT && LIST && answer[m] != 0) || (p == TAG && answer[m] != 0)) ->
        if
        :: membership[m] == ON_OTHERS || (TAGS && answer[m] == 2 && membership[m] != ON_OURS) -> membership[m] = ON_OTHERS
        :: else -> membership[m] = ON_OURS
        fi;
        hold[m] = hold[m] | intent_of;
        ghost_released[m] = false;
        intent[m] = 0
    :: !spoiled[m] && p == TAG && answer[m] == 0 -> intent[m] = 0; changed[m] = true
    :: !spoiled[m] && p == REMOVAL ->
        if
        :: LIST || answer[m] != 0 || !RULE_REMOVAL_OWED ->
            hold[m] = hold[m] & ~intent_of; membership[m] = OFF_KNOWN;
            ghost_seen[m] = (ghost_seen[m] == SEEN_ON_OURS -> SEEN_OFF : ghost_seen[m])
        :: else
        fi;
        intent[m] = 0
    fi
}
