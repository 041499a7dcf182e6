/* The English catalogue: the second language. */
#include "texts/catalogue.h"

const char *const texts_en[TEXT_COUNT] = {
    [TEXT_NONE] = "",

    [TEXT_LABEL_NEW_TICKET] = "📝 New ticket",
    [TEXT_LABEL_MY_TICKETS] = "📜 My tickets",
    [TEXT_LABEL_CALL] = "🔔 Call to the server room",
    [TEXT_LABEL_CANCEL_TICKET] = "❌ Cancel a ticket",
    [TEXT_LABEL_ACTIVE_TICKETS] = "📢 Active tickets",
    [TEXT_LABEL_BROADCAST] = "📨 New broadcast",
    [TEXT_LABEL_ALL_TICKETS] = "📖 All closed tickets",
    [TEXT_LABEL_DATABASE] = "⚙️ Database status",
    [TEXT_LABEL_STAFF] = "👥 Manage staff",
    [TEXT_LABEL_SEND_PHONE] = "📞 Send my phone number",
    [TEXT_LABEL_SKIP] = "Skip",
    [TEXT_LABEL_LOW] = "🔵 Low",
    [TEXT_LABEL_MEDIUM] = "🟡 Medium",
    [TEXT_LABEL_HIGH] = "🔴 High",
    [TEXT_LABEL_BACK] = "⬅️ Back",
    [TEXT_LABEL_CANCEL] = "✖️ Cancel",

    [TEXT_BUTTON_ACCEPT] = "✅ Accept",
    [TEXT_BUTTON_REJECT] = "❌ Reject",
    [TEXT_BUTTON_COMPLETE] = "✅ Complete",
    [TEXT_BUTTON_RETURN] = "↩️ Return to the queue",
    [TEXT_BUTTON_DRAFT_CONTINUE] = "Continue",
    [TEXT_BUTTON_DRAFT_FRESH] = "Start over",
    [TEXT_BUTTON_UKRAINIAN] = "Українська",
    [TEXT_BUTTON_ENGLISH] = "English",

    [TEXT_COMMAND_START] = "Main menu",
    [TEXT_COMMAND_HELP] = "Help",
    [TEXT_COMMAND_CANCEL] = "Cancel the current action",
    [TEXT_COMMAND_ID] = "My Telegram ID",
    [TEXT_COMMAND_LANG] = "Language / Мова",
    [TEXT_BOT_DESCRIPTION] = "Technical support: tickets for the IT department and calls to the server room. "
                             "Press Start to open the menu.",
    [TEXT_BOT_SHORT_DESCRIPTION] = "Tickets for technical support",

    [TEXT_GREETING] =
        "👋 Welcome, {name}!\n\nThis is technical support. Choose from the menu below: file a ticket, follow it, or "
        "call a specialist to the server room.",
    [TEXT_GREETING_STAFF] = "👋 Welcome, {name}!\n\nYou are on the support team. New tickets will arrive in this chat.",
    [TEXT_HELP] = "<b>What this bot does</b>\n\n"
                  "• Takes a ticket: five short questions, and you get a ticket number.\n"
                  "• Tells you when the status of your ticket changes.\n"
                  "• Calls a specialist to the server room.\n\n"
                  "/start — main menu\n"
                  "/t 1042 — a ticket by its number\n"
                  "/cancel — cancel the current action\n"
                  "/id — your Telegram ID\n"
                  "/lang — language",
    [TEXT_HELP_STAFF] = "<b>For the support team</b>\n\n"
                        "Every new ticket arrives here as a card with buttons.\n\n"
                        "/start — main menu\n"
                        "/t 1042 — a ticket by its number\n"
                        "/ban, /unban — block or unblock somebody\n"
                        "/rooms — rooms for calls (for super-admins)\n"
                        "/cancel — cancel the current action\n"
                        "/id — your Telegram ID\n"
                        "/lang — language",
    [TEXT_HELP_GROUP] = "Tickets are taken in private chats only: please write to the bot directly.",
    [TEXT_YOUR_ID] = "Your Telegram ID: <code>{id}</code>",
    [TEXT_HINT] = "Please use the menu buttons. Help: /help",
    [TEXT_CHOOSE_LANG] = "Choose a language / Оберіть мову",
    [TEXT_LANG_CHOSEN] = "The language is now English.",
    [TEXT_STALE_BUTTON] = "This button no longer works.",
    [TEXT_NO_RIGHTS] = "Only the support team can do this.",
    [TEXT_TOO_FAST] = "Too many messages at once. Please wait a minute.",
    [TEXT_ALERT_ERROR] = "⚠️ Error <code>{error}</code>\nCause: {cause}\n\nThe bot’s log has the details.",
    [TEXT_BANNED] = "The support team has blocked your access to the bot.",
    [TEXT_UNBANNED] = "You can use the bot again. Press /start",
    [TEXT_DONE_BANNED] = "{name} (<code>{id}</code>) can no longer use the bot. To undo: /unban {id}",
    [TEXT_DONE_UNBANNED] = "{name} (<code>{id}</code>) can use the bot again.",
    [TEXT_BAN_USAGE] = "Give a Telegram ID or a ticket number, for example <code>/ban 123456789</code> or <code>/ban № "
                       "1042</code>. To undo: /unban",
    [TEXT_NO_SUCH_PERSON] = "Nobody with the ID {id} has written to the bot yet.",
    [TEXT_STAFF_NOT_BANNED] = "{name} is on the support team and cannot be blocked.",
    [TEXT_ALREADY_BANNED] = "{name} is already blocked.",
    [TEXT_NOT_BANNED] = "{name} is not blocked.",
    [TEXT_APOLOGY] = "😔 Sorry, something went wrong and this message could not be handled. Please try again.\n\n"
                     "Error code: <code>{error}</code>",

    [TEXT_ASK_NAME] = "Please give your full name.",
    [TEXT_ASK_PHONE] =
        "Send your phone number with the button below, or type it, for example <code>+380501234567</code>.",
    [TEXT_ASK_DESCRIPTION] = "Describe the problem: what happened, where and when.",
    [TEXT_ASK_MEDIA] = "Add a photo or a document if it helps, or press “Skip”.",
    [TEXT_ASK_PRIORITY] = "How urgent is it?",
    [TEXT_BAD_NAME] = "Please send your name as text: 2 to 100\u00a0characters.",
    [TEXT_BAD_PHONE] = "That does not look like a phone number. Send 10 to 15\u00a0digits, for example "
                       "<code>+380501234567</code>, or press “📞 Send my phone number”.",
    [TEXT_BAD_CONTACT] =
        "That is somebody else’s contact. We need your own number: press “📞 Send my phone number” or type it.",
    [TEXT_BAD_DESCRIPTION] =
        "Please describe the problem in text first. You can add a photo or a document in the next step.",
    [TEXT_BAD_DESCRIPTION_LENGTH] =
        "The description must be 3 to 3000\u00a0characters long. Please shorten or extend it.",
    [TEXT_BAD_MEDIA] =
        "Here you can add a photo, a document or an album of them. If there is nothing to add, press “Skip”.",
    [TEXT_BAD_PRIORITY] = "Please choose the priority with one of the buttons.",
    [TEXT_ANSWER_CHANGED] = "Your correction has been saved.",
    [TEXT_FORM_CANCELLED] = "The ticket was not created.",
    [TEXT_NOTHING_TO_CANCEL] = "There is nothing to cancel.",
    [TEXT_DRAFT_OFFER] = "You have an unfinished ticket. Continue it or start over?",
    [TEXT_DRAFT_GONE] = "That draft no longer exists. Press “📝 New ticket”.",
    [TEXT_TOO_MANY_OPEN] =
        "You already have {max}\u00a0open {max|ticket|tickets}, which is the limit. Wait until one is completed, "
        "or cancel one.",

    [TEXT_TICKET_FILED] = "✅ Ticket <b>№ {number}</b> has been filed. We will tell you when its status changes.",
    [TEXT_TICKET_HEADER] = "<b>Ticket № {number}</b> · {status}\nPriority: {priority}",
    [TEXT_TICKET_FIELDS] = "From: {name}{username}\nPhone: {phone}\nFiled: {created}{media}",
    [TEXT_TICKET_DESCRIPTION] = "<b>Description</b>\n{description}",
    [TEXT_TICKET_MEDIA] = "\nAttachments: {count}\u00a0{count|file|files}",
    [TEXT_TICKET_MEDIA_REFUSED] = "\n<i>The attachments are not available: Telegram did not accept them.</i>",
    [TEXT_TICKET_ASSIGNEE] = "\nHandled by: {name}",
    [TEXT_TICKET_REASON] = "\nReason for rejection: {reason}",

    [TEXT_NOTICE_ACCEPTED] = "🛠 Ticket <b>№ {number}</b> is being handled by {name}",
    [TEXT_NOTICE_COMPLETED] = "✅ Ticket <b>№ {number}</b> has been completed.",
    [TEXT_NOTICE_REJECTED] = "Ticket <b>№ {number}</b> has been rejected.\nReason: {reason}",
    [TEXT_NOTICE_RETURNED] = "Ticket <b>№ {number}</b> is back in the queue: the next free specialist will take it.",

    [TEXT_DONE_ACCEPTED] = "Ticket № {number} is now yours.",
    [TEXT_DONE_COMPLETED] = "Ticket № {number} has been completed.",
    [TEXT_DONE_REJECTED] = "Ticket № {number} has been rejected.",
    [TEXT_DONE_RETURNED] = "Ticket № {number} is back in the queue.",
    [TEXT_ALREADY_TAKEN] = "Ticket № {number} is already being handled by {name}",
    [TEXT_ALREADY_CLOSED] = "Ticket № {number} is already closed: {status}",
    [TEXT_NOT_ACCEPTED] = "Nobody has taken ticket № {number} yet.",
    [TEXT_NOT_YOUR_TICKET] = "Ticket № {number} is handled by {name}. Only they or a super-admin can change it.",
    [TEXT_NO_SUCH_TICKET] = "There is no ticket № {number}.",
    [TEXT_ASK_REASON] =
        "Why are you rejecting ticket <b>№ {number}</b>? Write the reason: the author will see it. To leave the "
        "ticket unchanged, press “✖️ Cancel”.",
    [TEXT_BAD_REASON] = "Please send the reason as text: 3 to 500\u00a0characters.",
    [TEXT_TICKET_KEPT] = "Ticket № {number} has been left unchanged.",
    [TEXT_STATUS_WAITING] = "Waiting",
    [TEXT_STATUS_ACCEPTED] = "Accepted",
    [TEXT_STATUS_COMPLETED] = "Completed",
    [TEXT_STATUS_REJECTED] = "Rejected",
    [TEXT_STATUS_CANCELLED] = "Cancelled",

    [TEXT_BACKUP_CAPTION] = "📦 Encrypted backup: {documents}\u00a0{documents|record|records}.",
    [TEXT_BACKUP_KEPT] =
        "📦 A backup has been made: {documents}\u00a0{documents|record|records}.\nThe file is on {host}: "
        "<code>{path}</code>\nTo get it here, set <code>BACKUP_PASSPHRASE</code>: unencrypted backups are not sent.",
    [TEXT_BACKUP_NOT_SENT] =
        "📦 A backup has been made ({documents}\u00a0{documents|record|records}), but could not be sent: the file "
        "is too large, or Telegram did not accept it.\nThe file is on {host}: <code>{path}</code>",
    [TEXT_BACKUP_FAILED] = "⚠️ The backup could not be made. The reason is in the log of {host}.",

    [TEXT_EXPORT_NUMBER] = "No.",
    [TEXT_EXPORT_CREATED] = "Filed",
    [TEXT_EXPORT_CHANGED] = "Changed",
    [TEXT_EXPORT_STATUS] = "Status",
    [TEXT_EXPORT_PRIORITY] = "Priority",
    [TEXT_EXPORT_NAME] = "Name",
    [TEXT_EXPORT_PHONE] = "Phone",
    [TEXT_EXPORT_USERNAME] = "Username",
    [TEXT_EXPORT_AUTHOR] = "Telegram ID",
    [TEXT_EXPORT_DESCRIPTION] = "Description",
    [TEXT_EXPORT_FILES] = "Files",
    [TEXT_EXPORT_ASSIGNEE] = "Assignee",
    [TEXT_EXPORT_ASSIGNEE_ID] = "Assignee’s Telegram ID",
    [TEXT_EXPORT_REASON] = "Reason for rejection",
    [TEXT_EXPORT_LEGACY] = "Old number",

    [TEXT_BUTTON_CANCEL_SURE] = "Yes, cancel it",
    [TEXT_BUTTON_KEEP] = "No, keep it",
    [TEXT_COMMAND_TICKET] = "A ticket by its number",
    [TEXT_TICKET_LINE] = "<b>№ {number}</b> · {priority} · {status}",
    [TEXT_TICKET_BUTTON] = "№ {number} · {status}",
    [TEXT_TICKET_USAGE] = "To see a ticket, add its number, for example <code>/t 1042</code>",
    [TEXT_NOTICE_CANCELLED] = "Ticket <b>№ {number}</b>, which you were handling, has been cancelled by its author.",
    [TEXT_DONE_CANCELLED] = "Ticket № {number} has been cancelled.",
    [TEXT_CANCEL_SURE] = "Cancel ticket <b>№ {number}</b>?\n\n{description}",
    [TEXT_REASON_LEFT] = "The rejection has been cancelled: the ticket is unchanged.",
    [TEXT_DRAFT_KEPT] = "The unfinished ticket is kept for a day: “📝 New ticket” will offer to continue it.",
    [TEXT_LIST_ACTIVE] = "📢 <b>Active tickets</b>",
    [TEXT_LIST_ACTIVE_EMPTY] = "There are no such tickets right now.",
    [TEXT_LIST_HISTORY] = "📜 <b>Your tickets</b>",
    [TEXT_LIST_HISTORY_EMPTY] = "You have not filed a ticket yet.",
    [TEXT_LIST_OPEN] = "<b>Which ticket do you want to cancel?</b>",
    [TEXT_LIST_OPEN_EMPTY] = "You have no open tickets.",
    [TEXT_LIST_CLOSED] = "📖 <b>Closed tickets</b>",
    [TEXT_LIST_CLOSED_EMPTY] = "There are no closed tickets yet.",
    [TEXT_LIST_WHO] = "\n{name}: {description}",
    [TEXT_LIST_WHAT] = "\n{description}",
    [TEXT_LIST_MINE] = "\n{description}\nFiled: {created}{changed}",
    [TEXT_LIST_CHANGED] = "\nChanged: {changed}",
    [TEXT_LIST_WHO_DATES] = "\n{name}: {description}\nFiled: {created}\nClosed: {changed}",
    [TEXT_FILTER_ALL] = "All",
    [TEXT_FILTER_NEW] = "New",
    [TEXT_FILTER_MINE] = "Mine",

    [TEXT_LABEL_STAFF_ADD] = "➕ Add an admin",
    [TEXT_LABEL_STAFF_REMOVE] = "➖ Remove an admin",
    [TEXT_LABEL_STAFF_LIST] = "📋 List of admins",
    [TEXT_LABEL_STAFF_BACK] = "🔙 Back to the main menu",
    [TEXT_LABEL_PICK_PERSON] = "👤 Choose a person",
    [TEXT_BUTTON_DISMISS_SURE] = "Yes, remove",
    [TEXT_MENU_SHOWN] = "Main menu",
    [TEXT_STAFF_MENU] = "👥 Staff management: choose an action.",
    [TEXT_ASK_STAFF] =
        "Who is joining the team? Send a Telegram ID (people see theirs with /id), forward a message from that "
        "person, share their contact, or press “👤 Choose a person”.",
    [TEXT_BAD_STAFF] =
        "Send a Telegram ID in digits, for example <code>123456789</code>, a forwarded message or a contact.",
    [TEXT_BAD_STAFF_HIDDEN] =
        "No Telegram ID can be seen here: the author of the forwarded message is hidden, or the contact has no "
        "account. Ask the person to send /id to the bot, and type that number.",
    [TEXT_BAD_STAFF_BOT] = "That is a bot. Only people can join the team.",
    [TEXT_STAFF_KEPT] = "Nobody was added.",
    [TEXT_STAFF_ADDED] = "✅ Added to the team: {name} (<code>{id}</code>). They have been sent the menu.",
    [TEXT_STAFF_ADDED_WAITING] =
        "✅ Added to the team: {name} (<code>{id}</code>). Waiting for /start: until then the bot cannot write to them.",
    [TEXT_STAFF_ADDED_BLOCKED] =
        "✅ Added to the team: {name} (<code>{id}</code>). However, they have blocked the bot and will not get "
        "anything for now.",
    [TEXT_STAFF_ALREADY] = "{name} (<code>{id}</code>) is already on the support team.",
    [TEXT_STAFF_WELCOME] = "👋 You are now on the support team. New tickets will arrive in this chat.",
    [TEXT_STAFF_WELCOME_SUPER] = "👋 You are now a super-admin: staff management is in the menu.",
    [TEXT_STAFF_GOODBYE] = "You are no longer on the support team. The tickets you had accepted are back in the queue.",
    [TEXT_SUPER_ADMIN_ONLY] = "Only a super-admin can do this.",
    [TEXT_DISMISS_SURE] =
        "Remove from the team: {name} (<code>{id}</code>)?\n\nThe tickets they are handling go back to the queue.",
    [TEXT_DISMISSED] = "Removed from the team: {name}",
    [TEXT_DISMISS_NOBODY] = "This person is no longer on the team.",
    [TEXT_DISMISS_SELF] = "You cannot remove yourself.",
    [TEXT_DISMISS_SUPER_ADMIN] = "{name} is a super-admin. Super-admins cannot be removed here.",
    [TEXT_LIST_STAFF] = "📋 <b>Support team</b>",
    [TEXT_LIST_STAFF_EMPTY] = "Nobody is on the team yet.",
    [TEXT_LIST_DISMISS] = "<b>Who should be removed from the team?</b>",
    [TEXT_LIST_DISMISS_EMPTY] = "There are no admins to remove.",
    [TEXT_STAFF_ROW] = "<b>{name}</b>{username}\n<code>{id}</code> · {role} · {state}",
    [TEXT_STAFF_BUTTON] = "➖ {name}",
    [TEXT_ROLE_ADMIN] = "admin",
    [TEXT_ROLE_SUPER_ADMIN] = "super-admin",
    [TEXT_STAFF_ACTIVE] = "uses the bot",
    [TEXT_STAFF_WAITING] = "waiting for /start",
    [TEXT_STAFF_BLOCKED] = "has blocked the bot",

    [TEXT_BUTTON_REFRESH] = "🔄 Refresh",
    [TEXT_BUTTON_BACKUP] = "📦 Backup",
    [TEXT_REPORT] =
        "⚙️ <b>Database status</b>\n\nDatabase: {backend}, answers in {latency}\u00a0ms\nMode: {mode}, "
        "{copies}\u00a0{copies|copy|copies} of the bot\nQueue: {owing}\u00a0{owing|record|records} with unsent "
        "messages, handed to Telegram: {sending}\nUp for: {uptime}\nVersion: {version}",
    [TEXT_REPORT_COUNTS] =
        "<b>Tickets</b>\nWaiting: {waiting}\nAccepted: {accepted}\nCompleted: {completed}\nRejected: {rejected}\n"
        "Cancelled: {cancelled}\n\nUsers: {users}, on the team: {staff}\n\n<i>Counted {time}, updated once a "
        "minute.</i>",
    [TEXT_REPORT_NO_COUNTS] = "<i>Tickets and users could not be counted.</i>",
    [TEXT_UPTIME] = "{days}\u00a0{days|day|days} {hours}:{minutes}",
    [TEXT_BACKUP_ASKED] = "A backup has been requested. The result will come in a separate message.",

    [TEXT_ASK_CAST_TEXT] =
        "Write the text of the broadcast. Everybody who uses the bot will get it; the formatting is kept.",
    [TEXT_ASK_CAST_MEDIA] = "Add a photo, a video or a document, or press “Skip”.",
    [TEXT_BAD_CAST_TEXT] = "Please send text of at most 4096\u00a0characters.",
    [TEXT_BAD_CAST_MEDIA] = "Here you can add one photo, video or document. If there is nothing to add, press “Skip”.",
    [TEXT_CAST_CONFIRM] = "This is how everybody who uses the bot will see it. Send it?",
    [TEXT_CAST_STARTED] = "✅ The broadcast has started.",
    [TEXT_CAST_CANCELLED] = "The broadcast has been cancelled.",
    [TEXT_CAST_GONE] = "This broadcast has already been sent or cancelled.",
    [TEXT_CAST_RUNNING] = "📨 <b>The broadcast is being sent</b>",
    [TEXT_CAST_ON_PAUSE] = "⏸ <b>The broadcast is paused</b>",
    [TEXT_CAST_WAS_STOPPED] = "⏹ <b>The broadcast has been stopped</b>",
    [TEXT_CAST_DONE] = "✅ <b>The broadcast has been completed</b>",
    [TEXT_CAST_NUMBERS] =
        "Sent: {sent}\nFailed: {failed}\nBlocked the bot: {blocked}\nLeft: {left} of {total}\nTime left: {time}",
    [TEXT_NOTICE_CAST_DONE] =
        "✅ The broadcast has been completed.\n\nSent: {sent}\nFailed: {failed}\nBlocked the bot: {blocked}",
    [TEXT_CAST_PAUSED] = "The broadcast is paused.",
    [TEXT_CAST_GOES_ON] = "The broadcast goes on.",
    [TEXT_CAST_STOPPED] = "The broadcast has been stopped.",
    [TEXT_LEFT] = "The action has been cancelled.",
    [TEXT_BUTTON_CAST_SEND] = "✅ Send",
    [TEXT_BUTTON_CAST_DROP] = "❌ Cancel",
    [TEXT_BUTTON_CAST_PAUSE] = "⏸ Pause",
    [TEXT_BUTTON_CAST_GO_ON] = "▶️ Resume",
    [TEXT_BUTTON_CAST_STOP] = "⏹ Stop",

    [TEXT_BUTTON_CALL_TAKE] = "👍",
    [TEXT_BUTTON_CALL_DECLINE] = "👎",
    [TEXT_CALL_MADE] = "🔔 Calling a specialist. We will tell you as soon as somebody responds.",
    [TEXT_CALL_MADE_ROOM] =
        "🔔 Calling a specialist. Room: <b>{room}</b>. We will tell you as soon as somebody responds.",
    [TEXT_CALL_MADE_UNKNOWN] =
        "🔔 Calling a specialist. We know no room with the code <code>{code}</code>, so we are passing on the code "
        "itself. We will tell you as soon as somebody responds.",
    [TEXT_CALL_TOO_SOON] = "Your call has already been sent. You can make the next one in {left}.",
    [TEXT_CALL_REACHED] = "The call was delivered to {reached} of {total}\u00a0{total|specialist|specialists}.",
    [TEXT_CALL_UNREACHED] =
        "The call was not delivered: nobody on the support team can be reached right now. Try again or create a "
        "ticket.",
    [TEXT_CALL_COMING] = "👍 Your call was taken. {name} is on the way.",
    [TEXT_CALL_DECLINED] = "Unfortunately, nobody who got the call can come right now. Please create a ticket.",
    [TEXT_CALL_UNANSWERED] =
        "Nobody has responded to the call for 3\u00a0minutes. It stays open; if it can wait, please create a ticket.",
    [TEXT_CALL_CARD] =
        "🔔 <b>Call to the server room</b>\nWho: {name}{username}\nPhone: {phone}\nTime: {time}{room}{state}{declined}",
    [TEXT_CALL_CARD_ROOM] = "\nRoom: <b>{room}</b>",
    [TEXT_CALL_CARD_UNKNOWN] = "\nRoom: unknown code <code>{code}</code>",
    [TEXT_CALL_CARD_TAKEN] = "\n\n👍 On the way: {name}",
    [TEXT_CALL_CARD_UNANSWERED] = "\n\nNo answer for more than 3\u00a0minutes",
    [TEXT_CALL_CARD_DECLINED] = "\n👎 {names}",
    [TEXT_CALL_YOURS] = "You are on your way to: {caller}.",
    [TEXT_CALL_TAKEN] = "{name} is already on the way.",
    [TEXT_CALL_DECLINE_NOTED] = "Your refusal has been noted.",
    [TEXT_CALL_OVER] = "This call is already over.",
    [TEXT_ROOM_LINK_STAFF] =
        "This is a link for calls (room: {room}). It is for people who call; for the support team it does nothing.",
    [TEXT_DATABASE_LOST] =
        "⚠️ The database has been unavailable since {time}. Nothing is lost: the bot will handle everything once "
        "it is back.",
    [TEXT_DATABASE_BACK] = "✅ The database is available again. It was away for {duration} (m:ss).",
    [TEXT_WE_HAVE_IT] =
        "Your message has arrived. The database is temporarily unavailable: we will answer as soon as it is back.",
    [TEXT_PRESS_AGAIN] = "The database is temporarily unavailable. Please press again in a minute.",
    [TEXT_REPORT_AWAY] =
        "⚙️ <b>Database status</b>\n\nThe database has been unavailable since {time}, for {duration} (m:ss) so far.",

    [TEXT_BUTTON_ROOM_REMOVE] = "🗑 Remove",
    [TEXT_BUTTON_ROOM_REMOVE_SURE] = "Yes, remove",
    [TEXT_BUTTON_ROOMS] = "⬅️ Back to the list",
    [TEXT_LIST_ROOMS] = "🚪 <b>Rooms for calls</b>\nTo add or rename one: <code>/rooms code name</code>",
    [TEXT_LIST_ROOMS_EMPTY] =
        "There are no rooms yet. For example: <code>/rooms A-101 Server room, ground floor</code>",
    [TEXT_ROOM_ROW] = "<b>{name}</b> · <code>{code}</code>\n{link}",
    [TEXT_ROOM] = "🚪 <b>{name}</b>\nCode: <code>{code}</code>\nLink for the QR code on the door:\n{link}\n\n"
                  "To rename it: <code>/rooms {code} new name</code>",
    [TEXT_ROOM_REMOVE_SURE] =
        "Remove the room <b>{name}</b> (<code>{code}</code>)? Calls made with its link will be marked “unknown code”.",
    [TEXT_ROOM_REMOVED] = "The room has been removed.",
    [TEXT_ROOM_GONE] = "That room no longer exists.",
    [TEXT_ROOM_USAGE] =
        "Write a code and a name, for example <code>/rooms A-101 Server room, ground floor</code>. The code is "
        "Latin letters, digits, “-” and “_”, up to 59\u00a0characters; the name is up to 100\u00a0characters.",
    [TEXT_ROOM_SAVED] =
        "The room has been saved: <b>{name}</b> (<code>{code}</code>).\nLink for the QR code on the door:\n{link}",
    [TEXT_ROOM_CODE_TAKEN] = "This code cannot be used. Please choose another one.",
    [TEXT_ROOMS_FULL] = "There {max|is|are} already {max}\u00a0{max|room|rooms}, which is the limit.",
};
