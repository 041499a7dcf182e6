/* handlers: the handlers that routes name, one file a capability. */
#ifndef HANDLERS_HANDLERS_H
#define HANDLERS_HANDLERS_H

#include "handlers/router.h"

/* basics.c */
handler handle_start, handle_help, handle_group_help, handle_id, handle_lang, handle_lang_chosen, handle_hint,
    handle_not_yet, handle_stale_button, handle_no_rights, handle_member;
/* form.c */
handler handle_cancel, handle_new_ticket, handle_draft, handle_form_step, handle_form_edit, handle_form_back,
    handle_form_cancel;

/* form.c: leaves an open form as a draft; for commands and labels that lead elsewhere. */
void form_leave(const struct context *context, struct change *change);

#endif
