/* The rules of the design, one macro each. WITHOUT=n takes rule n out; tests/model/run.py reads this list, so a rule cannot be
   added without being tested. The word after the number says at which provider the rule is needed: both, tags (Mailchimp),
   list (Constant Contact). docs/model/README.md quotes the sentence that each rule stands for. */
#ifndef WITHOUT
#define WITHOUT 0
#endif

#define RULE_TICKET_OUTLIVES_RUN           (WITHOUT != 1)  /* list */
#define RULE_JOB_SETTLED_FIRST             (WITHOUT != 2)  /* list */
#define RULE_LOST_JOB_LOOKED_FOR           (WITHOUT != 3)  /* list */
#define RULE_INTENT_BEFORE_SEND            (WITHOUT != 4)  /* both */
#define RULE_INTENT_OUTLIVES_RUN           (WITHOUT != 5)  /* both */
#define RULE_LOOK_BEFORE_BATCH             (WITHOUT != 6)  /* both */
#define RULE_LOOK_BEFORE_NEWCOMERS         (WITHOUT != 7)  /* both */
#define RULE_MARK_OF_FIRST_ANSWER          (WITHOUT != 8)  /* both */
#define RULE_OPT_OUTS_SURVIVE_EXPORT       (WITHOUT != 9)  /* both */
#define RULE_REASONS_ARE_A_SET             (WITHOUT != 10) /* both */
#define RULE_FOLLOW_CONTACT_ID             (WITHOUT != 11) /* both */
#define RULE_EXISTING_HELD_BACK            (WITHOUT != 12) /* list */
#define RULE_OWNERSHIP_BY_DESTINATION      (WITHOUT != 13) /* both */
#define RULE_OWNERSHIP_KEPT_CURRENT        (WITHOUT != 14) /* both */
#define RULE_BOTH_LET_GO                   (WITHOUT != 15) /* both */
#define RULE_REMOVAL_OWED                  (WITHOUT != 16) /* both */
#define RULE_LEAVER_CLEARED_BEFORE_REMOVAL (WITHOUT != 17) /* both */
#define RULE_PERMISSION_PER_BATCH          (WITHOUT != 18) /* both */
#define RULE_PERMISSION_AT_SEND            (WITHOUT != 19) /* both */
#define RULE_REVISION_PER_BATCH            (WITHOUT != 20) /* both */
#define RULE_NARROW_UPDATES                (WITHOUT != 21) /* both */
#define RULE_INTENT_CLOSED_BEFORE_LOOK     (WITHOUT != 22) /* list */

/* Claims that go further than a provider allows. CLAIM=n makes claim n, and a trace refutes it: that is what cannot be prevented.
   docs/PROVIDERS.md has each in words. */
#ifndef CLAIM
#define CLAIM 0
#endif
/* CLAIM 1 list: no import puts a member back on the list who left it */
/* CLAIM 2 both: no upsert makes an archived or deleted contact mailable */
/* CLAIM 3 both: no upsert makes a second contact for an address that was changed */
/* CLAIM 4 both: no removal takes a membership that others gave */
/* CLAIM 5 list: no member who joined and left between two looks is put back later */
/* CLAIM 6 list: no member leaves the list unseen while a removal is under way */
