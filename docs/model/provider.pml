/* What a call of the daemon does at the provider when it takes effect, and what people do there. */

inline others_give(m) {
    on[m] = true;
    ghost_taken[m] = false;
    if
    :: ghost_seen[m] == SEEN_ON_OURS -> ghost_gave[m] = EITHER  /* taken and given again between two looks: cannot be told */
    :: else -> ghost_gave[m] = OTHERS; ghost_given[m] = FRESH
    fi
}

inline no_membership(m) {
    on[m] = false;
    ghost_gave[m] = NONE;
    ghost_given[m] = NONE
}

inline leaves_list(m) {
    no_membership(m);
    ghost_left[m] = true;
    if  /* joined and left between two looks: cannot be told */
    :: ghost_seen[m] == SEEN_OFF -> ghost_left_age[m] = NONE
    :: else -> ghost_left_age[m] = FRESH
    fi
}

/* The member comes back by an act of their own, or by staff's: no earlier opt-out of these kinds stands. */
inline comes_back(m) {
    contact[m] = ACTIVE;
    ghost_gone_age[m] = NONE;
    ghost_left[m] = false;
    ghost_left_age[m] = NONE
}

inline no_longer_followed(m) {
    spoiled[m] = true;
    contact[m] = ABSENT;
    no_membership(m);
    comes_back(m);
    contact[m] = ABSENT;
    renamed[m] = false;
    ghost_renamed_age[m] = NONE;
    ghost_taken[m] = false;
    ghost_released[m] = false;
    ghost_seen[m] = NONE;
    touched[m] = false;
    want[m] = 0;
    hold[m] = 0;
    changed[m] = false;
    opt_outs[m] = 0;
    membership[m] = UNKNOWN;
    id_known[m] = false
}

/* A contact is made mailable against an opt-out: allowed only within the window, where the daemon still knows of the call. */
#define still_remembered(m) (intent[m] == ADD || ticket || step == SEND || step == STORE_TICKET)

inline gets_membership(m) {
    on[m] = true;
    ghost_gave[m] = (ghost_seen[m] == SEEN_ON_OTHERS -> EITHER : US);
    ghost_given[m] = NONE;
    ghost_taken[m] = false;
    ghost_seen[m] = SEEN_ON_OURS;
    touched[m] = true
}

/* An upsert by address takes effect. At PROVIDER_LIST it also puts the member on the list. */
inline upsert_takes_effect(m) {
    answer[m] = 1;
    if
    :: spoiled[m] -> skip
    :: !spoiled[m] && renamed[m] ->  /* the old address is unknown there: a second contact, mailable */
        assert(still_remembered(m) && CLAIM != 3);
        printf("member %d: a second contact is made with the old address\n", m);
        no_longer_followed(m)
    :: !spoiled[m] && !renamed[m] && contact[m] == UNSUBSCRIBED -> answer[m] = 0  /* no call can undo this one */
    :: !spoiled[m] && !renamed[m] && contact[m] == ABSENT ->
        contact[m] = ACTIVE; touched[m] = true; id_known[m] = false;
        if :: LIST -> gets_membership(m) :: else fi
    :: !spoiled[m] && !renamed[m] && contact[m] == GONE ->
        assert(still_remembered(m) && CLAIM != 2);
        printf("member %d: made mailable again by an upsert\n", m);
        contact[m] = ACTIVE; touched[m] = true; ghost_gone_age[m] = NONE;
        if :: LIST -> gets_membership(m) :: else fi
    :: !spoiled[m] && !renamed[m] && contact[m] == ACTIVE && LIST && !on[m] ->
        if
        :: ghost_left[m] ->
            assert(still_remembered(m) && !(CLAIM == 1 && ghost_left_age[m] != NONE));
            assert(!(CLAIM == 5 && ghost_left_age[m] == NONE));
            printf("member %d: put back on the list that the member left\n", m);
            ghost_left[m] = false; ghost_left_age[m] = NONE
        :: else
        fi;
        gets_membership(m)
    :: !spoiled[m] && !renamed[m] && contact[m] == ACTIVE && LIST && on[m] ->
        if  /* given by others after the look, and an import does not say that the member was there */
        :: ghost_gave[m] == OTHERS && !ghost_known_foreign[m] && membership[m] != ON_OTHERS ->
            ghost_gave[m] = EITHER; ghost_given[m] = NONE; ghost_seen[m] = SEEN_ON_OURS
        :: else
        fi
    :: else  /* PROVIDER_TAGS, active: values only */
    fi
}

/* PROVIDER_TAGS: the tag, by address. answer: 0 not there, 1 given, 2 had it already. */
inline tag_takes_effect(m) {
    if
    :: spoiled[m] || renamed[m] || contact[m] == ABSENT || contact[m] == GONE -> answer[m] = 0
    :: else ->
        if
        :: on[m] -> answer[m] = 2
        :: else -> gets_membership(m); answer[m] = 1
        fi
    fi
}

/* By contact id at PROVIDER_LIST, by address at PROVIDER_TAGS. */
inline removal_takes_effect(m) {
    if
    :: spoiled[m] || contact[m] == GONE || contact[m] == ABSENT || 
       (renamed[m] && TAGS && !(RULE_FOLLOW_CONTACT_ID && (opt_outs[m] & RENAMED))) -> answer[m] = 0
    :: else ->
        if
        :: on[m] ->
            assert(!(CLAIM == 4 && ghost_gave[m] != US));
            no_membership(m); touched[m] = true; if :: LIST -> ghost_seen[m] = SEEN_OFF :: else fi
        :: else ->  /* left just before: nothing tells it from the removal */
            assert(!(CLAIM == 6 && ghost_left[m]));
            ghost_left_age[m] = NONE
        fi;
        answer[m] = 1
    fi
}

/* What people do there: the person, staff, other systems. */
inline people_act(m) {
    if
    :: contact[m] == ACTIVE ->
        printf("member %d: unsubscribes\n", m);
        contact[m] = UNSUBSCRIBED;
        if  /* it takes the member off every list; once the contact is active again, that looks like having left */
        :: LIST && on[m] -> leaves_list(m)
        :: else
        fi
    :: contact[m] == UNSUBSCRIBED ->
        printf("member %d: is active again (list: not on the list)\n", m);
        contact[m] = ACTIVE
    :: LIST && contact[m] == ACTIVE && on[m] ->
        printf("member %d: leaves the list\n", m);
        leaves_list(m)
    :: contact[m] == ACTIVE ->
        printf("member %d: is archived or deleted\n", m);
        comes_back(m);
        contact[m] = GONE;
        ghost_gone_age[m] = FRESH;
        if :: LIST -> no_membership(m) :: else fi
    :: LIST && !(contact[m] == ACTIVE && on[m]) && !(renamed[m] && contact[m] == GONE) ->
        printf("member %d: signs up to the list, or staff adds the member\n", m);
        comes_back(m);
        others_give(m)
    :: TAGS && (contact[m] == ABSENT || contact[m] == GONE) ->
        printf("member %d: signs up, or is unarchived\n", m);
        comes_back(m)
    :: TAGS && contact[m] == ACTIVE && !on[m] ->
        printf("member %d: another system gives the tag\n", m);
        others_give(m)
    :: TAGS && on[m] && contact[m] != GONE ->
        printf("member %d: another system takes the tag off\n", m);
        no_membership(m);
        ghost_taken[m] = true
    :: id_known[m] && !renamed[m] && (contact[m] == ACTIVE || contact[m] == UNSUBSCRIBED) ->
        printf("member %d: the address of the contact is changed\n", m);
        renamed[m] = true;
        ghost_renamed_age[m] = FRESH
    fi;
    touched[m] = true
}
