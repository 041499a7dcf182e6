/* simulator/errors: every refusal the simulator can give, with the place where the real server has it.
 *
 * Sources: C = telegram-bot-api/Client.cpp, CM = ClientManager.cpp, Q = Query.cpp of tdlib/telegram-bot-api; ME =
 * MessageEntity.cpp, MC = MessageContent.cpp, MM = MessagesManager.cpp, RM = ReplyMarkup.cpp, FM =
 * files/FileManager.cpp of tdlib/td/td/telegram; HR = tdnet/td/net/HttpReader.cpp, JB =
 * tdutils/td/utils/JsonBuilder.cpp; "doc" = the official documentation; "obs" = answers of Telegram's own servers,
 * which are in neither source.
 *
 * The text is written as the source has it; api_error_text() adds the prefix and lower-cases the first letter as C:199
 * does. `{}` is replaced by the caller's detail. */
#ifndef SIMULATOR_ERRORS_H
#define SIMULATOR_ERRORS_H

#include <stddef.h>

/* X(id, code, text, source) */
#define API_ERRORS(X)                                                                                                  \
    /* the request as such */                                                                                          \
    X(TOKEN_SHAPE, 401, "Unauthorized: invalid token specified", "CM:76")                                              \
    X(TOKEN, 401, "Unauthorized", "C:16291")                                                                           \
    X(PATH, 404, "Not Found", "HttpConnection.cpp:34")                                                                 \
    X(METHOD, 404, "Not Found: method not found", "C:12664")                                                           \
    X(PARAMETERS_TOO_BIG, 413, "Request Entity Too Large: too many parameters", "HR:612")                              \
    X(BODY_TOO_BIG, 413, "Request Entity Too Large: content length is {}", "HR:115")                                   \
    X(MULTIPART, 400, "{}", "HR:256")                                                                                  \
    X(UTF8, 400, "Strings must be encoded in UTF-8", "ME:4484")                                                        \
    /* texts and entities */                                                                                           \
    X(TEXT_ABSENT, 400, "Message text is empty", "C:11401")                                                            \
    X(TEXT_BYTES, 400, "Text is too long", "C:11310")                                                                  \
    X(TEXT_EMPTY, 400, "Text must be non-empty", "ME:4576")                                                            \
    X(TEXT_TOO_LONG, 400, "Message is too long", "MC:4759")                                                            \
    X(CAPTION_TOO_LONG, 400, "Message caption is too long", "MC:5242")                                                 \
    X(PARSE_MODE, 400, "Unsupported parse_mode", "C:11323")                                                            \
    X(HTML, 400, "Can't parse entities: {}", "ME:3289")                                                                \
    X(MARKDOWN, 400, "Can't parse entities: {}", "ME:2048")                                                            \
    X(ENTITY, 400, "Can't parse MessageEntity: {}", "C:11341")                                                         \
    X(ENTITY_OFFSET, 400, "Receive an entity with incorrect offset {}", "ME:4496")                                     \
    X(ENTITY_LENGTH, 400, "Receive an entity with incorrect length {}", "ME:4499")                                     \
    X(ENTITY_PLACE, 400, "Entity {}", "ME:4253")                                                                       \
    /* chats and messages */                                                                                           \
    X(CHAT_ID_EMPTY, 400, "chat_id is empty", "C:8201")                                                                \
    X(CHAT_NOT_FOUND, 400, "Chat not found", "C:6571")                                                                 \
    X(CHAT_NOT_GIVEN, 400, "Chat identifier is not specified", "C:13797")                                              \
    X(BLOCKED, 403, "Bot was blocked by the user", "C:127")                                                            \
    X(NOT_STARTED, 403, "Bot can't initiate conversation with a user", "MM:27957")                                     \
    X(KICKED, 403, "Bot was kicked from the supergroup chat", "C:8174")                                                \
    X(NOT_MEMBER, 403, "Bot is not a member of the supergroup chat", "C:8183")                                         \
    X(MESSAGE_NOT_GIVEN, 400, "Message identifier is not specified", "C:13801")                                        \
    X(MESSAGES_NOT_GIVEN, 400, "Message identifiers are not specified", "C:12406")                                     \
    X(MESSAGES_JSON, 400, "Can't parse message_ids JSON object", "C:12411")                                            \
    X(MESSAGES_ARRAY, 400, "Expected an Array of message identifiers", "C:12415")                                      \
    X(MESSAGES_TOO_MANY, 400, "Too many message identifiers specified", "C:12418")                                     \
    X(MESSAGES_NUMBER, 400, "Message identifier must be a Number", "C:12429")                                          \
    X(MESSAGES_INVALID, 400, "Invalid message identifier specified", "C:12436")                                        \
    X(REPLY_NOT_FOUND, 400, "Message to be replied not found", "C:8516")                                               \
    X(REPLY_JSON, 400, "Can't parse reply parameters JSON object", "C:9405")                                           \
    X(REPLY_OBJECT, 400, "Object expected as reply parameters", "C:9413")                                              \
    X(THREAD_NOT_FOUND, 400, "Message thread not found", "C:6818")                                                     \
    X(COPY_NOT_FOUND, 400, "Message to copy not found", "C:13252")                                                     \
    X(FORWARD_NOT_FOUND, 400, "Message to forward not found", "C:13319")                                               \
    X(COPY_REFUSED, 400, "The message can't be copied", "MM:24344")                                                    \
    X(FORWARD_REFUSED, 400, "The message can't be forwarded", "MM:24344")                                              \
    X(FORWARD_NONE, 400, "There are no messages to forward", "MM:24511")                                               \
    X(PREVIEW_JSON, 400, "Can't parse link preview options JSON object", "C:11371")                                    \
    X(PREVIEW_OBJECT, 400, "Object expected as link preview options", "C:11379")                                       \
    X(EDIT_NOT_FOUND, 400, "Message to edit not found", "C:13541")                                                     \
    X(EDIT_FORBIDDEN, 400, "Message can't be edited", "MM:23386")                                                      \
    X(EDIT_NO_TEXT, 400, "There is no text in the message to edit", "MM:23393")                                        \
    X(EDIT_NO_CAPTION, 400, "There is no caption in the message to edit", "MM:23688")                                  \
    X(EDIT_MEDIA, 400, "Message media can't be edited", "MM:23624")                                                    \
    X(EDIT_ALBUM, 400, "Message content type can't be used in an album", "MM:23638")                                   \
    X(EDIT_ALBUM_KIND, 400, "Can't change media type in the album", "MM:23642")                                        \
    X(EDIT_SAME, 400,                                                                                                  \
      "Message is not modified: specified new message content and reply markup are exactly the same as a current "     \
      "content and reply markup of the message",                                                                       \
      "C:109")                                                                                                         \
    X(DELETE_NOT_FOUND, 400, "Message to delete not found", "C:13804")                                                 \
    X(DELETE_FORBIDDEN, 400, "Message can't be deleted", "C:152")                                                      \
    /* reply markup */                                                                                                 \
    X(MARKUP_JSON, 400, "Can't parse reply keyboard markup JSON object", "C:9708")                                     \
    X(MARKUP_OBJECT, 400, "Object expected as reply markup", "C:9717")                                                 \
    X(MARKUP_FIELD, 400, "Field \"{}\" must be of type Array", "JB:565")                                               \
    X(MARKUP_ROWS, 400, "Field \"keyboard\" must be an Array of Arrays", "C:9727")                                     \
    X(MARKUP_INLINE_ROWS, 400, "Field \"inline_keyboard\" of the InlineKeyboardMarkup must be an Array of Arrays",     \
      "C:9748")                                                                                                        \
    X(BUTTON, 400, "Can't parse keyboard button: {}", "C:9732")                                                        \
    X(INLINE_BUTTON, 400, "Can't parse inline keyboard button: {}", "C:9754")                                          \
    X(BUTTON_DATA, 400, "BUTTON_DATA_INVALID", "obs")                                                                  \
    X(BUTTON_URL, 400, "Inline keyboard button URL '{}' is invalid: Wrong HTTP URL", "RM:591")                         \
    X(PHONE_PRIVATE, 400, "Phone number can be requested in private chats only", "RM:485")                             \
    X(USERS_PRIVATE, 400, "Users can be requested in private chats only", "RM:532")                                    \
    X(MARKUP_INLINE_ONLY, 400, "Inline keyboard expected", "RM:733")                                                   \
    X(MARKUP_TOO_LONG, 400, "reply markup is too long", "C:122")                                                       \
    /* callback queries */                                                                                             \
    X(QUERY, 400, "query is too old and response timeout expired or query ID is invalid", "C:146")                     \
    X(ANSWER_TOO_LONG, 400, "MESSAGE_TOO_LONG", "obs")                                                                 \
    /* files and albums */                                                                                             \
    X(NO_PHOTO, 400, "There is no photo in the request", "C:12958")                                                    \
    X(NO_DOCUMENT, 400, "There is no document in the request", "C:12944")                                              \
    X(NO_VIDEO, 400, "There is no video in the request", "C:13003")                                                    \
    X(NO_ANIMATION, 400, "There is no animation in the request", "C:12903")                                            \
    X(NO_AUDIO, 400, "There is no audio in the request", "C:12922")                                                    \
    X(NO_VOICE, 400, "There is no voice in the request", "C:13040")                                                    \
    X(NO_VIDEO_NOTE, 400, "There is no video note in the request", "C:13026")                                          \
    X(NO_STICKER, 400, "There is no sticker in the request", "C:12992")                                                \
    X(FILE_ID, 400, "Wrong remote file identifier specified: {}", "FM:3986")                                           \
    X(FILE_UNKNOWN, 400, "Wrong file identifier/HTTP URL specified", "MM:27975")                                       \
    X(FILE_URL, 400, "Failed to get HTTP URL content", "C:115")                                                        \
    X(FILE_TYPE, 400, "Can't use file of type {}", "FM:4044")                                                          \
    X(FILE_EMPTY, 400, "File must be non-empty", "obs")                                                                \
    X(FILE_NOT_GIVEN, 400, "file_id not specified", "C:8366")                                                          \
    X(FILE_INVALID, 400, "invalid file_id", "C:6857")                                                                  \
    X(FILE_TOO_BIG, 400, "file is too big", "C:15817")                                                                 \
    X(UPLOAD_TOO_BIG, 413, "Request Entity Too Large: file of size {} is too big to be uploaded", "HR:842")            \
    X(PARAMETER, 400, "Parameter \"{}\" is required", "C:12370")                                                       \
    X(MEDIA_JSON, 400, "Can't parse media JSON object", "C:11847")                                                     \
    X(INPUT_MEDIA_JSON, 400, "Can't parse input media JSON object", "C:11770")                                         \
    X(MEDIA_ARRAY, 400, "Expected an Array of InputMedia", "C:11856")                                                  \
    X(MEDIA_ITEM, 400, "Can't parse InputMedia: {}", "C:11864")                                                        \
    X(MEDIA_NONE, 400, "There are no messages to send", "MC:5332")                                                     \
    X(MEDIA_TOO_MANY, 400, "Too many messages to send as an album", "MC:5329")                                         \
    X(MEDIA_MIXED, 400, "{} can't be mixed with other media types", "MC:5349")                                         \
    X(MEDIA_GROUPED, 400, "Can't use the media of the specified type in the album", "C:118")                           \
    X(ACTION, 400, "Wrong parameter action in request", "C:13446")                                                     \
    /* commands and descriptions */                                                                                    \
    X(SCOPE_JSON, 400, "Can't parse BotCommandScope JSON object", "C:10630")                                           \
    X(SCOPE, 400, "Can't parse BotCommandScope: {}", "C:10635")                                                        \
    X(SCOPE_PRIVATE, 400, "Can't use specified scope in private chats", "BotCommandScope.cpp:71")                      \
    X(COMMANDS_JSON, 400, "Can't parse commands JSON object", "C:10661")                                               \
    X(COMMANDS_ARRAY, 400, "Expected an Array of BotCommand", "C:10666")                                               \
    X(COMMAND, 400, "Can't parse BotCommand: {}", "C:10673")                                                           \
    X(COMMAND_NAME, 400, "BOT_COMMAND_INVALID", "obs")                                                                 \
    X(COMMAND_EMPTY, 400, "Command must be non-empty", "BotCommand.cpp:191")                                           \
    X(COMMAND_LONG, 400, "Command length must not exceed 32", "BotCommand.cpp:194")                                    \
    X(COMMAND_DESCRIPTION_EMPTY, 400, "Command description must be non-empty", "BotCommand.cpp:201")                   \
    X(COMMAND_DESCRIPTION_LONG, 400, "Command description length must not exceed 256", "BotCommand.cpp:204")           \
    X(COMMANDS_TOO_MANY, 400, "BOT_COMMANDS_TOO_MUCH", "obs")                                                          \
    X(LANGUAGE, 400, "Invalid language code specified", "BotInfoManager.cpp:947")                                      \
    X(DESCRIPTION_TOO_LONG, 400, "{}", "obs")                                                                          \
    X(MENU_JSON, 400, "Can't parse menu button JSON object", "C:10715")                                                \
    X(MENU, 400, "Can't parse menu button: {}", "C:10720")                                                             \
    X(USER_INVALID, 400, "Invalid {} specified", "C:12454")                                                            \
    X(USER_NOT_FOUND, 400, "user not found", "C:6524")                                                                 \
    /* updates */                                                                                                      \
    X(WEBHOOK_URL, 400, "invalid webhook URL specified", "C:16016")                                                    \
    X(SECRET_LENGTH, 400, "secret token is too long", "C:16020")                                                       \
    X(SECRET_CHARACTERS, 400, "secret token contains unallowed characters", "C:16023")                                 \
    X(WEBHOOK_ACTIVE, 409,                                                                                             \
      "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",  \
      "C:15702")                                                                                                       \
    X(OTHER_POLLER, 409,                                                                                               \
      "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running", "C:16232")  \
    X(POLL_WEBHOOK, 409, "Conflict: terminated by setWebhook request", "C:16229")                                      \
    X(TOO_MANY, 429, "Too Many Requests: retry after {}", "Q:111")

enum api_error {
#define X(id, code, text, source) ERROR_##id,
    API_ERRORS(X)
#undef X
        API_ERROR_COUNT
};

int api_error_code(enum api_error error);
const char *api_error_source(enum api_error error);
/* The whole description as the server writes it; `detail` may be NULL. Cut to `size` with its NUL. */
void api_error_text(enum api_error error, const char *detail, char *ret_text, size_t size);
/* The same for an error made up by a fault: the prefix of `code` before `text`, unless it is there already. */
void api_error_prefix(int code, const char *text, char *ret_text, size_t size);

#endif
