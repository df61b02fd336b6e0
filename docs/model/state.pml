/* Every constant and variable of the model. */

/* --- at the provider ------------------------------------------------------------------------------------------- */

/* A contact, under the address that the source has for the member. */
#define ABSENT 0
#define ACTIVE 1
#define UNSUBSCRIBED 2
#define GONE 3                  /* archived (tags) or deleted (list): a call by address may make it active again */
byte contact[2];
bool on[2];                     /* has the tag, or is on the list */
bool renamed[2];                /* the contact has another address now, and the same contact id */
bool touched[2];                /* changed since the mark of the last look: the next look shows it */

/* Who gave the membership that is there. */
#define NONE 0
#define US 1
#define OTHERS 2
#define EITHER 3                /* given twice between two looks: nothing that the provider shows can tell whose it is */
byte ghost_gave[2];
/* Ages, by the bound that the design sets for a look (60 seconds). */
#define FRESH 1
#define OLD 2
byte ghost_given[2];            /* the membership was given by others so long ago; NONE: not, or not to be told from ours */
bool ghost_left[2];             /* the person left the list and has not come back */
byte ghost_left_age[2];
byte ghost_gone_age[2];
byte ghost_renamed_age[2];
byte ghost_seen[2];             /* what the last look could see: NONE no contact, else: */
#define SEEN_OFF 1
#define SEEN_ON_OURS 2
#define SEEN_ON_OTHERS 3
bool ghost_taken[2];            /* tags: another system took the tag off */
bool ghost_released[2];         /* the export that gave it was removed without --withdraw: it may stay */
bool ghost_known_foreign[2];    /* when the batch was sent, others had given the membership long enough ago to be seen */
bool spoiled[2];                /* a second contact was made within the window: the member is followed no further */

/* One job: at PROVIDER_LIST every call makes one, which takes effect later; its status can be asked for afterwards. */
#define QUEUED 1
#define DONE 2
byte job;
byte job_phase;
bool job_of[2];

/* --- remembered by the daemon, on disk, by destination and member ----------------------------------------------- */

#define UNKNOWN 0
#define ON_OURS 1               /* this program gave it */
#define ON_OTHERS 2
#define OFF_KNOWN 3             /* off, and the daemon knows how it came to that */
#define OFF_EXISTING 4          /* a contact that was not on the list when first seen: may have left it long ago */
byte membership[2];

/* Opt-outs: a set of reasons. */
#define OUT_UNSUBSCRIBED 1
#define OUT_LEFT 2
#define OUT_GONE 4
#define RENAMED 8
byte opt_outs[2];

bool id_known[2];
byte hold[2];                   /* the exports that delivered the member, as bits */
bool changed[2];                /* the values differ from what was delivered */

#define ADD 1
#define REMOVE 2
byte intent[2];                 /* stored before a call, until its outcome is known */
byte intent_of;                 /* the export whose call that is, as a bit */
bool ticket;                    /* of the job, stored */

/* --- around it -------------------------------------------------------------------------------------------------- */

/* How much may happen: acts of people at the provider, changes in the source, crashes, lost answers, cancelled runs, orders of the
   operator; of any kinds, in any order, between any two steps. */
#ifndef EVENTS
#define EVENTS 3
#endif
byte events = EVENTS;

byte want[2];                   /* the source: the exports in whose segments the member is, as bits */

/* The run under way. Gone after a crash: it is planned anew. */
#define IDLE 0
#define BETWEEN_LOOK_AND_MARK 1
#define PREPARE 2
#define SEND 3
#define STORE_TICKET 4
#define WAIT 5
#define SETTLE 6
byte step;
bool resumes;                   /* what the run waits for or settles is not of its own: it begins afterwards */
#define UPSERT 1
#define TAG 2
#define REMOVAL 3
#define OVER 4
byte phase;
byte current;                   /* the export, as a bit */
bool to_add[2];
bool to_remove[2];
byte answer[2];
bool fresh;                     /* the last look is at most 60 seconds old */
bool edited;                    /* the export is not the one that was planned any more */
bool consent_row;               /* the connection as read when the run began */

bool consent = true;
bool withdrawn;                 /* the command that withdraws consent has returned */

bool quiet;                     /* nothing happens from outside any more */
byte last_runs;

