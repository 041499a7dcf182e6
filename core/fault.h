/* core/fault: places where a test can make the process die or a thread wait. In a normal build they are nothing; in a
 * build with FAULT_POINTS the environment says FAULT=name or FAULT=name:n and the process gets SIGKILL at the n-th
 * (first) passing. With FAULT_HOLD=name:n the passing thread makes the file FAULT_HOLD_FILE and goes on when somebody
 * has removed it; where both are set, the passings of FAULT count from then on. FAULT_LIST=1 makes `techsupport
 * version` print the names. */
#ifndef CORE_FAULT_H
#define CORE_FAULT_H

/* One name for each step of the commit protocol that a crash may fall behind or before. */
#define FAULT_NAMES(X)                                                                                                 \
    X(before_decide)         /* an update was decoded, nothing is written yet */                                       \
    X(after_decide)          /* the deciding write is durable */                                                       \
    X(before_decide_ticket)  /* a ticket is about to change, nothing is written yet */                                 \
    X(after_decide_ticket)   /* the ticket is changed, the session does not know yet */                                \
    X(after_mark)            /* a super-admin is marked as leaving, who stays is not counted yet */                    \
    X(after_return)          /* a dismissed person's tickets are back in the queue, their document still owes it */    \
    X(before_create)         /* a ticket is owed by the session, not inserted yet */                                   \
    X(after_create)          /* the ticket is inserted, the session still owes it */                                   \
    X(after_create_clear)    /* the session owes it no more */                                                         \
    X(before_event)          /* an owed item that is no message is about to be done */                                 \
    X(after_event)           /* it is done, and delivery goes on */                                                    \
    X(before_answer)         /* everything is written, the 200 is not sent yet */                                      \
    X(before_send)           /* an owed message is rendered, not handed to the sender yet */                           \
    X(after_send)            /* Telegram has it, nothing is noted yet */                                               \
    X(after_settle)          /* delivery is noted */                                                                   \
    X(broadcast_before_send) /* a recipient is chosen, nothing is handed to the sender yet */                          \
    X(broadcast_landed)      /* a recipient has it, nothing is noted yet */                                            \
    X(broadcast_before_note) /* what landed is about to be noted */                                                    \
    X(broadcast_noted)       /* it is noted */                                                                         \
    X(before_release)        /* nothing else is owed, the owner has not let go */

enum fault {
#define X(id) FAULT_##id,
    FAULT_NAMES(X)
#undef X
        FAULT_COUNT
};

#ifdef FAULT_POINTS
void fault_pass(enum fault fault);
void fault_list(void); /* names to standard output, one a line */
#define FAULT(id) fault_pass(FAULT_##id)
#else
#define FAULT(id) ((void)0)
#endif

#endif
