/* What happens to the daemon from outside, and how it all begins. */

#define ages(x) x = (x == FRESH -> OLD : x)
#define some_fresh(m) (ghost_given[m] == FRESH || ghost_left_age[m] == FRESH || ghost_gone_age[m] == FRESH || \
                       ghost_renamed_age[m] == FRESH)

inline source_changes(m) {
    if
    :: want[m] = want[m] ^ 1; printf("member %d: segment of export 1 changes (in: %d)\n", m, want[m] & 1)
    :: want[m] = want[m] ^ 2; printf("member %d: segment of export 2 changes (in: %d)\n", m, (want[m] & 2) / 2)
    :: want[m] != 0 && !changed[m] -> changed[m] = true; printf("member %d: a value changes in the source\n", m)
    fi
}

inline export_is_made_again(m, e) {
    hold[m] = hold[m] & ~(e);
    if
    :: on[m] && ghost_gave[m] == US && hold[m] == 0 -> ghost_released[m] = true
    :: else
    fi;
    if :: RULE_OPT_OUTS_SURVIVE_EXPORT -> skip :: else -> opt_outs[m] = 0 fi;
    if
    :: !RULE_OWNERSHIP_BY_DESTINATION && membership[m] == ON_OURS && hold[m] == 0 -> membership[m] = UNKNOWN
    :: else
    fi;
    if :: on[m] && contact[m] == ACTIVE -> touched[m] = true :: else fi  /* a new export lists the members of its tag or list */
}

/* What there is before the first run. */
inline begins(m) {
    if
    :: skip  /* no contact */
    :: contact[m] = ACTIVE; touched[m] = true;  /* a contact without the tag; or one that left the list long ago */
        if :: LIST -> ghost_left[m] = true; ghost_left_age[m] = OLD :: else fi
    :: contact[m] = ACTIVE; on[m] = true; ghost_gave[m] = OTHERS; ghost_given[m] = OLD; membership[m] = ON_OTHERS;
        id_known[m] = true; ghost_seen[m] = SEEN_ON_OTHERS
    :: contact[m] = ACTIVE; on[m] = true; ghost_gave[m] = US; membership[m] = ON_OURS; hold[m] = 1;
        id_known[m] = true; ghost_seen[m] = SEEN_ON_OURS
    fi
}

proctype world() {
    do
    :: atomic { events > 0 && consent -> events--;
        if :: !spoiled[0] -> people_act(0) :: !spoiled[1] -> people_act(1) fi }
    :: atomic { events > 0 && consent -> events--;
        if :: !spoiled[0] -> source_changes(0) :: !spoiled[1] -> source_changes(1) fi }
    :: d_step { consent && ((fresh && (touched[0] || touched[1])) || some_fresh(0) || some_fresh(1)) ->
        printf("60 seconds pass\n");
        fresh = false;
        ages(ghost_given[0]); ages(ghost_left_age[0]); ages(ghost_gone_age[0]); ages(ghost_renamed_age[0]);
        ages(ghost_given[1]); ages(ghost_left_age[1]); ages(ghost_gone_age[1]); ages(ghost_renamed_age[1]) }
    :: d_step { events > 0 && step != IDLE -> events--;
        printf("the daemon is killed and starts again\n");
        end_run() }
    :: atomic { events > 0 && consent -> events--;
        if
        :: consent = false; withdrawn = true; printf("consent is withdrawn\n")
        :: edited = (current == 1); printf("export 1 is edited\n")
        :: edited = (current == 1); printf("export 1 is removed and made again\n");
            export_is_made_again(0, 1); export_is_made_again(1, 1)
        fi }
    :: d_step { step == IDLE -> quiet = true; events = 0; printf("nothing more happens from outside\n") } break
    od
}

init {
    atomic {
        want[0] = 1; want[1] = 1;
        if :: want[0] = 3 :: skip fi;
        begins(0);
        if :: skip :: contact[1] = ACTIVE; on[1] = true; ghost_gave[1] = US; membership[1] = ON_OURS; hold[1] = 1;
            id_known[1] = true; ghost_seen[1] = SEEN_ON_OURS fi;
        run daemon(); run jobs(); run world()
    }
}
