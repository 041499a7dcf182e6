/* The Ukrainian catalogue: the first language. Short, polite, gender-neutral, one emoji at most. */
#include "texts/catalogue.h"

const char *const texts_uk[TEXT_COUNT] = {
    [TEXT_NONE] = "",

    [TEXT_LABEL_NEW_TICKET] = "📝 Створити заявку",
    [TEXT_LABEL_MY_TICKETS] = "📜 Історія заявок",
    [TEXT_LABEL_CALL] = "🔔 Виклик у серверну",
    [TEXT_LABEL_CANCEL_TICKET] = "❌ Скасувати заявку",
    [TEXT_LABEL_ACTIVE_TICKETS] = "📢 Активні заявки",
    [TEXT_LABEL_BROADCAST] = "📨 Створити розсилку",
    [TEXT_LABEL_ALL_TICKETS] = "📖 Історія всіх заявок",
    [TEXT_LABEL_DATABASE] = "⚙️ Стан БД",
    [TEXT_LABEL_STAFF] = "👥 Керування персоналом",
    [TEXT_LABEL_SEND_PHONE] = "📞 Надіслати номер телефону",
    [TEXT_LABEL_SKIP] = "Пропустити",
    [TEXT_LABEL_LOW] = "🔵 Низький",
    [TEXT_LABEL_MEDIUM] = "🟡 Середній",
    [TEXT_LABEL_HIGH] = "🔴 Високий",
    [TEXT_LABEL_BACK] = "⬅️ Назад",
    [TEXT_LABEL_CANCEL] = "✖️ Скасувати",

    [TEXT_BUTTON_ACCEPT] = "✅ Прийняти",
    [TEXT_BUTTON_REJECT] = "❌ Відхилити",
    [TEXT_BUTTON_COMPLETE] = "✅ Завершити виконання",
    [TEXT_BUTTON_RETURN] = "↩️ Повернути в чергу",
    [TEXT_BUTTON_DRAFT_CONTINUE] = "Продовжити",
    [TEXT_BUTTON_DRAFT_FRESH] = "Почати заново",
    [TEXT_BUTTON_UKRAINIAN] = "Українська",
    [TEXT_BUTTON_ENGLISH] = "English",

    [TEXT_COMMAND_START] = "Головне меню",
    [TEXT_COMMAND_HELP] = "Довідка",
    [TEXT_COMMAND_CANCEL] = "Скасувати поточну дію",
    [TEXT_COMMAND_ID] = "Мій Telegram ID",
    [TEXT_COMMAND_LANG] = "Мова / Language",
    [TEXT_BOT_DESCRIPTION] = "Служба технічної підтримки: заявки до ІТ-відділу та виклик у серверну. "
                             "Натисніть «Почати», щоб відкрити меню.",
    [TEXT_BOT_SHORT_DESCRIPTION] = "Заявки до служби технічної підтримки",

    [TEXT_GREETING] =
        "👋 Вітаємо, {name}!\n\nЦе служба технічної підтримки. Оберіть дію в меню нижче: тут можна створити заявку, "
        "стежити за нею або викликати фахівця в серверну.",
    [TEXT_GREETING_STAFF] = "👋 Вітаємо, {name}!\n\nВи в команді підтримки. Нові заявки надходитимуть у цей чат.",
    [TEXT_HELP] = "<b>Що вміє цей бот</b>\n\n"
                  "• Створити заявку: п’ять коротких запитань, наприкінці — номер заявки.\n"
                  "• Сповістити, коли статус заявки зміниться.\n"
                  "• Викликати фахівця в серверну.\n\n"
                  "/start — головне меню\n"
                  "/t 1042 — заявка за номером\n"
                  "/cancel — скасувати поточну дію\n"
                  "/id — ваш Telegram ID\n"
                  "/lang — мова",
    [TEXT_HELP_STAFF] = "<b>Для команди підтримки</b>\n\n"
                        "Кожна нова заявка надходить сюди карткою з кнопками.\n\n"
                        "/start — головне меню\n"
                        "/t 1042 — заявка за номером\n"
                        "/ban, /unban — обмежити чи повернути доступ\n"
                        "/rooms — приміщення для викликів (для суперадмінів)\n"
                        "/cancel — скасувати поточну дію\n"
                        "/id — ваш Telegram ID\n"
                        "/lang — мова",
    [TEXT_HELP_GROUP] = "Бот приймає заявки лише в особистому чаті: напишіть йому туди.",
    [TEXT_YOUR_ID] = "Ваш Telegram ID: <code>{id}</code>",
    [TEXT_HINT] = "Скористайтеся, будь ласка, кнопками меню. Довідка: /help",
    [TEXT_CHOOSE_LANG] = "Оберіть мову / Choose a language",
    [TEXT_LANG_CHOSEN] = "Мову змінено на українську.",
    [TEXT_STALE_BUTTON] = "Ця кнопка вже не діє.",
    [TEXT_NO_RIGHTS] = "Ця дія доступна лише команді підтримки.",
    [TEXT_TOO_FAST] = "Забагато повідомлень за короткий час. Зачекайте, будь ласка, хвилину.",
    [TEXT_ALERT_ERROR] =
        "⚠️ Помилка <code>{error}</code>\nПричина: {cause}\n\nПодробиці — у журналі бота.",
    [TEXT_BANNED] = "Команда підтримки обмежила вам доступ до бота.",
    [TEXT_UNBANNED] = "Доступ до бота відновлено. Натисніть /start",
    [TEXT_DONE_BANNED] = "{name} (<code>{id}</code>) більше не має доступу до бота. Повернути доступ: /unban {id}",
    [TEXT_DONE_UNBANNED] = "{name} (<code>{id}</code>) знову має доступ до бота.",
    [TEXT_BAN_USAGE] =
        "Вкажіть Telegram ID або номер заявки, наприклад <code>/ban 123456789</code> чи <code>/ban № 1042</code>. "
        "Повернути доступ: /unban",
    [TEXT_NO_SUCH_PERSON] = "Людина з ID {id} ще не зверталася до бота.",
    [TEXT_STAFF_NOT_BANNED] = "{name} — у команді підтримки, тож обмежити доступ не можна.",
    [TEXT_ALREADY_BANNED] = "Доступ для {name} уже обмежено.",
    [TEXT_NOT_BANNED] = "Доступ для {name} не обмежено.",
    [TEXT_APOLOGY] =
        "😔 Вибачте, сталася помилка, і це повідомлення не вдалося опрацювати. Спробуйте, будь ласка, ще раз.\n\n"
        "Код помилки: <code>{error}</code>",

    [TEXT_ASK_NAME] = "Вкажіть, будь ласка, прізвище, ім’я та по батькові.",
    [TEXT_ASK_PHONE] = "Надішліть номер телефону кнопкою нижче або введіть його, наприклад <code>+380501234567</code>.",
    [TEXT_ASK_DESCRIPTION] = "Опишіть проблему: що сталося, де і коли.",
    [TEXT_ASK_MEDIA] = "Додайте фото чи документ, якщо це допоможе, або натисніть «Пропустити».",
    [TEXT_ASK_PRIORITY] = "Наскільки це терміново?",
    [TEXT_BAD_NAME] = "Напишіть прізвище та ім’я текстом: від 2 до 100\u00a0символів.",
    [TEXT_BAD_PHONE] =
        "Не вдалося розпізнати номер. Потрібно від 10 до 15\u00a0цифр, наприклад <code>+380501234567</code>, або "
        "натисніть кнопку «📞 Надіслати номер телефону».",
    [TEXT_BAD_CONTACT] =
        "Це контакт іншої людини. Потрібен ваш власний номер: натисніть «📞 Надіслати номер телефону» або "
        "введіть його.",
    [TEXT_BAD_DESCRIPTION] = "Спершу опишіть проблему текстом. Фото чи документ можна буде додати на наступному кроці.",
    [TEXT_BAD_DESCRIPTION_LENGTH] =
        "Опис має містити від 3 до 3000\u00a0символів. Скоротіть або доповніть його, будь ласка.",
    [TEXT_BAD_MEDIA] =
        "Тут можна додати фото, документ або альбом із них. Якщо нічого додавати, натисніть «Пропустити».",
    [TEXT_BAD_PRIORITY] = "Оберіть, будь ласка, пріоритет кнопкою.",
    [TEXT_ANSWER_CHANGED] = "Виправлення враховано.",
    [TEXT_FORM_CANCELLED] = "Створення заявки скасовано.",
    [TEXT_NOTHING_TO_CANCEL] = "Зараз немає чого скасовувати.",
    [TEXT_DRAFT_OFFER] = "Є незавершена заявка. Продовжити її чи почати заново?",
    [TEXT_DRAFT_GONE] = "Цієї чернетки вже немає. Натисніть «📝 Створити заявку».",
    [TEXT_TOO_MANY_OPEN] =
        "У вас уже {max}\u00a0{max|відкрита заявка|відкриті заявки|відкритих заявок}, а більше не можна. "
        "Дочекайтеся завершення однієї з них або скасуйте зайву.",

    [TEXT_TICKET_FILED] = "✅ Заявку <b>№ {number}</b> створено. Повідомимо, щойно її статус зміниться.",
    [TEXT_TICKET_HEADER] = "<b>Заявка № {number}</b> · {status}\nПріоритет: {priority}",
    [TEXT_TICKET_FIELDS] = "Від кого: {name}{username}\nТелефон: {phone}\nСтворено: {created}{media}",
    [TEXT_TICKET_DESCRIPTION] = "<b>Опис</b>\n{description}",
    [TEXT_TICKET_MEDIA] = "\nВкладення: {count}\u00a0{count|файл|файли|файлів}",
    [TEXT_TICKET_MEDIA_REFUSED] = "\n<i>Вкладення недоступні: Telegram їх не прийняв.</i>",
    [TEXT_TICKET_ASSIGNEE] = "\nВиконує: {name}",
    [TEXT_TICKET_REASON] = "\nПричина відхилення: {reason}",

    [TEXT_NOTICE_ACCEPTED] = "🛠 Заявку <b>№ {number}</b> взято в роботу. Виконує: {name}",
    [TEXT_NOTICE_COMPLETED] = "✅ Заявку <b>№ {number}</b> виконано.",
    [TEXT_NOTICE_REJECTED] = "Заявку <b>№ {number}</b> відхилено.\nПричина: {reason}",
    [TEXT_NOTICE_RETURNED] = "Заявка <b>№ {number}</b> знову в черзі: за неї візьметься вільний фахівець.",

    [TEXT_DONE_ACCEPTED] = "Заявка № {number} тепер ваша.",
    [TEXT_DONE_COMPLETED] = "Заявку № {number} завершено.",
    [TEXT_DONE_REJECTED] = "Заявку № {number} відхилено.",
    [TEXT_DONE_RETURNED] = "Заявку № {number} повернуто в чергу.",
    [TEXT_ALREADY_TAKEN] = "Заявка № {number} уже в роботі. Виконує: {name}",
    [TEXT_ALREADY_CLOSED] = "Заявку № {number} уже закрито: {status}",
    [TEXT_NOT_ACCEPTED] = "Заявку № {number} ще не взято в роботу.",
    [TEXT_NOT_YOUR_TICKET] = "Заявку № {number} виконує {name}. Змінити її може лише виконавець або суперадмін.",
    [TEXT_NO_SUCH_TICKET] = "Заявки № {number} немає.",
    [TEXT_ASK_REASON] =
        "Чому заявку <b>№ {number}</b> відхилено? Напишіть причину: її побачить автор. Щоб залишити заявку "
        "без змін, натисніть «✖️ Скасувати».",
    [TEXT_BAD_REASON] = "Напишіть причину текстом: від 3 до 500\u00a0символів.",
    [TEXT_TICKET_KEPT] = "Заявку № {number} залишено без змін.",
    [TEXT_STATUS_WAITING] = "Очікує",
    [TEXT_STATUS_ACCEPTED] = "Прийнята",
    [TEXT_STATUS_COMPLETED] = "Завершена",
    [TEXT_STATUS_REJECTED] = "Відхилена",
    [TEXT_STATUS_CANCELLED] = "Скасована",

    [TEXT_BACKUP_CAPTION] = "📦 Зашифрована резервна копія: {documents}\u00a0{documents|запис|записи|записів}.",
    [TEXT_BACKUP_KEPT] =
        "📦 Резервну копію створено: {documents}\u00a0{documents|запис|записи|записів}.\nФайл на сервері {host}: "
        "<code>{path}</code>\nЩоб отримувати його тут, задайте <code>BACKUP_PASSPHRASE</code>: незашифрованою "
        "копія не надсилається.",
    [TEXT_BACKUP_NOT_SENT] =
        "📦 Резервну копію створено ({documents}\u00a0{documents|запис|записи|записів}), але надіслати її не "
        "вдалося: файл завеликий або Telegram його не прийняв.\nФайл на сервері {host}: <code>{path}</code>",
    [TEXT_BACKUP_FAILED] =
        "⚠️ Резервну копію створити не вдалося. Причина — у журналі сервера {host}.",

    [TEXT_EXPORT_NUMBER] = "№",
    [TEXT_EXPORT_CREATED] = "Створено",
    [TEXT_EXPORT_CHANGED] = "Змінено",
    [TEXT_EXPORT_STATUS] = "Статус",
    [TEXT_EXPORT_PRIORITY] = "Пріоритет",
    [TEXT_EXPORT_NAME] = "ПІБ",
    [TEXT_EXPORT_PHONE] = "Телефон",
    [TEXT_EXPORT_USERNAME] = "Ім’я користувача",
    [TEXT_EXPORT_AUTHOR] = "Telegram ID",
    [TEXT_EXPORT_DESCRIPTION] = "Опис",
    [TEXT_EXPORT_FILES] = "Файли",
    [TEXT_EXPORT_ASSIGNEE] = "Виконавець",
    [TEXT_EXPORT_ASSIGNEE_ID] = "Telegram ID виконавця",
    [TEXT_EXPORT_REASON] = "Причина відхилення",
    [TEXT_EXPORT_LEGACY] = "Старий номер",

    [TEXT_BUTTON_CANCEL_SURE] = "Так, скасувати",
    [TEXT_BUTTON_KEEP] = "Ні, залишити",
    [TEXT_COMMAND_TICKET] = "Заявка за номером",
    [TEXT_TICKET_LINE] = "<b>№ {number}</b> · {priority} · {status}",
    [TEXT_TICKET_BUTTON] = "№ {number} · {status}",
    [TEXT_TICKET_USAGE] = "Щоб побачити заявку, додайте її номер, наприклад <code>/t 1042</code>",
    [TEXT_NOTICE_CANCELLED] = "Заявку <b>№ {number}</b>, над якою ви працюєте, скасовано за бажанням автора.",
    [TEXT_DONE_CANCELLED] = "Заявку № {number} скасовано.",
    [TEXT_CANCEL_SURE] = "Скасувати заявку <b>№ {number}</b>?\n\n{description}",
    [TEXT_REASON_LEFT] = "Відхилення перервано: заявку залишено без змін.",
    [TEXT_DRAFT_KEPT] = "Незавершену заявку збережено на добу: «📝 Створити заявку» запропонує її продовжити.",
    [TEXT_LIST_ACTIVE] = "📢 <b>Активні заявки</b>",
    [TEXT_LIST_ACTIVE_EMPTY] = "Таких заявок зараз немає.",
    [TEXT_LIST_HISTORY] = "📜 <b>Ваші заявки</b>",
    [TEXT_LIST_HISTORY_EMPTY] = "Ви ще не створили жодної заявки.",
    [TEXT_LIST_OPEN] = "<b>Яку заявку скасувати?</b>",
    [TEXT_LIST_OPEN_EMPTY] = "Відкритих заявок у вас немає.",
    [TEXT_LIST_CLOSED] = "📖 <b>Закриті заявки</b>",
    [TEXT_LIST_CLOSED_EMPTY] = "Закритих заявок ще немає.",
    [TEXT_LIST_WHO] = "\n{name}: {description}",
    [TEXT_LIST_WHAT] = "\n{description}",
    [TEXT_LIST_MINE] = "\n{description}\nСтворено: {created}{changed}",
    [TEXT_LIST_CHANGED] = "\nЗмінено: {changed}",
    [TEXT_LIST_WHO_DATES] = "\n{name}: {description}\nСтворено: {created}\nЗакрито: {changed}",
    [TEXT_FILTER_ALL] = "Усі",
    [TEXT_FILTER_NEW] = "Нові",
    [TEXT_FILTER_MINE] = "Мої",

    [TEXT_LABEL_STAFF_ADD] = "➕ Додати адміна",
    [TEXT_LABEL_STAFF_REMOVE] = "➖ Видалити адміна",
    [TEXT_LABEL_STAFF_LIST] = "📋 Список адмінів",
    [TEXT_LABEL_STAFF_BACK] = "🔙 Назад до головного меню",
    [TEXT_LABEL_PICK_PERSON] = "👤 Обрати людину",
    [TEXT_BUTTON_DISMISS_SURE] = "Так, видалити",
    [TEXT_MENU_SHOWN] = "Головне меню",
    [TEXT_STAFF_MENU] = "👥 Керування персоналом: оберіть дію.",
    [TEXT_ASK_STAFF] =
        "Кого додати до команди? Надішліть Telegram ID (його показує команда /id), перешліть повідомлення цієї "
        "людини, поділіться її контактом або натисніть «👤 Обрати людину».",
    [TEXT_BAD_STAFF] =
        "Надішліть Telegram ID цифрами, наприклад <code>123456789</code>, переслане повідомлення або контакт.",
    [TEXT_BAD_STAFF_HIDDEN] =
        "Telegram ID тут не видно: автора пересланого повідомлення приховано або контакт не має акаунта. Попросіть "
        "людину надіслати боту /id і введіть це число.",
    [TEXT_BAD_STAFF_BOT] = "Це бот. До команди можна додати лише людину.",
    [TEXT_STAFF_KEPT] = "Нікого не додано.",
    [TEXT_STAFF_ADDED] = "✅ До команди додано: {name} (<code>{id}</code>). Людині вже надіслано меню.",
    [TEXT_STAFF_ADDED_WAITING] =
        "✅ До команди додано: {name} (<code>{id}</code>). Очікуємо /start: доти бот не може написати цій людині.",
    [TEXT_STAFF_ADDED_BLOCKED] =
        "✅ До команди додано: {name} (<code>{id}</code>). Але ця людина заблокувала бота й поки нічого не отримає.",
    [TEXT_STAFF_ALREADY] = "{name} (<code>{id}</code>) уже в команді підтримки.",
    [TEXT_STAFF_WELCOME] = "👋 Вас додано до команди підтримки. Нові заявки надходитимуть у цей чат.",
    [TEXT_STAFF_WELCOME_SUPER] = "👋 Тепер ви суперадмін: у меню з’явилося керування персоналом.",
    [TEXT_STAFF_GOODBYE] = "Ви більше не в команді підтримки. Прийняті вами заявки повернуто в чергу.",
    [TEXT_SUPER_ADMIN_ONLY] = "Ця дія доступна лише суперадміну.",
    [TEXT_DISMISS_SURE] = "Видалити з команди: {name} (<code>{id}</code>)?\n\nЗаявки в роботі повернуться в чергу.",
    [TEXT_DISMISSED] = "З команди видалено: {name}",
    [TEXT_DISMISS_NOBODY] = "Цієї людини вже немає в команді.",
    [TEXT_DISMISS_SELF] = "Видалити себе не можна.",
    [TEXT_DISMISS_SUPER_ADMIN] = "{name} — суперадмін. Видалити суперадміна тут не можна.",
    [TEXT_LIST_STAFF] = "📋 <b>Команда підтримки</b>",
    [TEXT_LIST_STAFF_EMPTY] = "У команді ще нікого немає.",
    [TEXT_LIST_DISMISS] = "<b>Кого видалити з команди?</b>",
    [TEXT_LIST_DISMISS_EMPTY] = "Адмінів, яких можна видалити, немає.",
    [TEXT_STAFF_ROW] = "<b>{name}</b>{username}\n<code>{id}</code> · {role} · {state}",
    [TEXT_STAFF_BUTTON] = "➖ {name}",
    [TEXT_ROLE_ADMIN] = "адмін",
    [TEXT_ROLE_SUPER_ADMIN] = "суперадмін",
    [TEXT_STAFF_ACTIVE] = "користується ботом",
    [TEXT_STAFF_WAITING] = "очікуємо /start",
    [TEXT_STAFF_BLOCKED] = "бота заблоковано",

    [TEXT_BUTTON_REFRESH] = "🔄 Оновити",
    [TEXT_BUTTON_BACKUP] = "📦 Резервна копія",
    [TEXT_REPORT] =
        "⚙️ <b>Стан БД</b>\n\nБаза даних: {backend}, відповідає за {latency}\u00a0мс\nРежим: {mode}, "
        "{copies}\u00a0{copies|копія|копії|копій} бота\nЧерга: {owing}\u00a0{owing|запис|записи|записів} із "
        "ненадісланими повідомленнями, передано до Telegram: {sending}\nПрацює без перерви: {uptime}\nВерсія: "
        "{version}",
    [TEXT_REPORT_COUNTS] =
        "<b>Заявки</b>\nОчікують: {waiting}\nУ роботі: {accepted}\nЗавершені: {completed}\nВідхилені: {rejected}\n"
        "Скасовані: {cancelled}\n\nКористувачі: {users}, у команді: {staff}\n\n<i>Підраховано {time}, оновлюється "
        "раз на хвилину.</i>",
    [TEXT_REPORT_NO_COUNTS] = "<i>Не вдалося підрахувати заявки й користувачів.</i>",
    [TEXT_UPTIME] = "{days}\u00a0{days|день|дні|днів} {hours}:{minutes}",
    [TEXT_BACKUP_ASKED] = "Резервну копію замовлено. Результат надійде окремим повідомленням.",

    [TEXT_ASK_CAST_TEXT] =
        "Напишіть текст розсилки. Його отримають усі, хто користується ботом; форматування збережеться.",
    [TEXT_ASK_CAST_MEDIA] = "Додайте фото, відео чи документ або натисніть «Пропустити».",
    [TEXT_BAD_CAST_TEXT] = "Потрібен текст: не довший за 4096\u00a0символів.",
    [TEXT_BAD_CAST_MEDIA] =
        "Тут можна додати одне фото, відео чи документ. Якщо нічого додавати, натисніть «Пропустити».",
    [TEXT_CAST_CONFIRM] = "Так побачать розсилку всі, хто користується ботом. Надіслати?",
    [TEXT_CAST_STARTED] = "✅ Розсилку розпочато.",
    [TEXT_CAST_CANCELLED] = "Розсилку скасовано.",
    [TEXT_CAST_GONE] = "Цю розсилку вже надіслано або скасовано.",
    [TEXT_CAST_RUNNING] = "📨 <b>Розсилка триває</b>",
    [TEXT_CAST_ON_PAUSE] = "⏸ <b>Розсилку призупинено</b>",
    [TEXT_CAST_WAS_STOPPED] = "⏹ <b>Розсилку зупинено</b>",
    [TEXT_CAST_DONE] = "✅ <b>Розсилку завершено</b>",
    [TEXT_CAST_NUMBERS] =
        "Надіслано: {sent}\nНе вдалося надіслати: {failed}\nЗаблокували бота: {blocked}\nЗалишилося: {left} із "
        "{total}\nЗалишилося часу: {time}",
    [TEXT_NOTICE_CAST_DONE] =
        "✅ Розсилку завершено.\n\nНадіслано: {sent}\nНе вдалося надіслати: {failed}\nЗаблокували бота: {blocked}",
    [TEXT_CAST_PAUSED] = "Розсилку призупинено.",
    [TEXT_CAST_GOES_ON] = "Розсилка триває.",
    [TEXT_CAST_STOPPED] = "Розсилку зупинено.",
    [TEXT_LEFT] = "Дію скасовано.",
    [TEXT_BUTTON_CAST_SEND] = "✅ Надіслати",
    [TEXT_BUTTON_CAST_DROP] = "❌ Скасувати",
    [TEXT_BUTTON_CAST_PAUSE] = "⏸ Пауза",
    [TEXT_BUTTON_CAST_GO_ON] = "▶️ Продовжити",
    [TEXT_BUTTON_CAST_STOP] = "⏹ Зупинити",

    [TEXT_BUTTON_CALL_TAKE] = "👍",
    [TEXT_BUTTON_CALL_DECLINE] = "👎",
    [TEXT_CALL_MADE] = "🔔 Викликаємо фахівця. Повідомимо, щойно хтось відгукнеться.",
    [TEXT_CALL_MADE_ROOM] = "🔔 Викликаємо фахівця. Приміщення: <b>{room}</b>. Повідомимо, щойно хтось відгукнеться.",
    [TEXT_CALL_MADE_UNKNOWN] =
        "🔔 Викликаємо фахівця. Приміщення з кодом <code>{code}</code> нам невідоме, тому передаємо сам код. "
        "Повідомимо, щойно хтось відгукнеться.",
    [TEXT_CALL_TOO_SOON] = "Виклик уже надіслано. Наступний можна буде зробити через {left}.",
    [TEXT_CALL_REACHED] = "Виклик доставлено: {reached} із {total}\u00a0{total|фахівця|фахівців|фахівців}.",
    [TEXT_CALL_UNREACHED] = "Виклик не доставлено: зараз ні з ким із команди підтримки немає зв’язку. Спробуйте ще раз "
                            "або створіть заявку.",
    [TEXT_CALL_COMING] = "👍 Виклик прийнято. До вас іде {name}.",
    [TEXT_CALL_DECLINED] =
        "На жаль, зараз ніхто з тих, кому доставлено виклик, не може підійти. Створіть, будь ласка, заявку.",
    [TEXT_CALL_UNANSWERED] =
        "Уже 3\u00a0хвилини ніхто не відгукується на виклик. Він лишається відкритим, а якщо можна зачекати — "
        "створіть, будь ласка, заявку.",
    [TEXT_CALL_CARD] =
        "🔔 <b>Виклик у серверну</b>\nХто: {name}{username}\nТелефон: {phone}\nЧас: {time}{room}{state}{declined}",
    [TEXT_CALL_CARD_ROOM] = "\nПриміщення: <b>{room}</b>",
    [TEXT_CALL_CARD_UNKNOWN] = "\nПриміщення: невідомий код <code>{code}</code>",
    [TEXT_CALL_CARD_TAKEN] = "\n\n👍 Іде: {name}",
    [TEXT_CALL_CARD_UNANSWERED] = "\n\nПонад 3\u00a0хвилини без відповіді",
    [TEXT_CALL_CARD_DECLINED] = "\n👎 {names}",
    [TEXT_CALL_YOURS] = "Ви йдете на виклик: {caller}.",
    [TEXT_CALL_TAKEN] = "На виклик уже йде {name}.",
    [TEXT_CALL_DECLINE_NOTED] = "Відмову враховано.",
    [TEXT_CALL_OVER] = "Цей виклик уже неактуальний.",
    [TEXT_ROOM_LINK_STAFF] = "Це посилання для виклику (приміщення: {room}). Ним користуються ті, хто викликає; для "
                             "команди підтримки воно нічого не робить.",
    [TEXT_DATABASE_LOST] =
        "⚠️ База даних недоступна з {time}. Звернення не губляться: бот опрацює їх, щойно вона запрацює.",
    [TEXT_DATABASE_BACK] = "✅ База даних знову доступна. Перерва тривала {duration} (хв:с).",
    [TEXT_WE_HAVE_IT] = "Ваше повідомлення отримано. База даних тимчасово недоступна: відповімо, щойно вона запрацює.",
    [TEXT_PRESS_AGAIN] = "База даних тимчасово недоступна. Натисніть, будь ласка, ще раз за хвилину.",
    [TEXT_REPORT_AWAY] =
        "⚙️ <b>Стан БД</b>\n\nБаза даних недоступна з {time}, уже {duration} (хв:с).",

    [TEXT_BUTTON_ROOM_REMOVE] = "🗑 Видалити",
    [TEXT_BUTTON_ROOM_REMOVE_SURE] = "Так, видалити",
    [TEXT_BUTTON_ROOMS] = "⬅️ До списку",
    [TEXT_LIST_ROOMS] = "🚪 <b>Приміщення для викликів</b>\nДодати або перейменувати: <code>/rooms код назва</code>",
    [TEXT_LIST_ROOMS_EMPTY] = "Приміщень ще немає. Наприклад: <code>/rooms A-101 Серверна, 1 поверх</code>",
    [TEXT_ROOM_ROW] = "<b>{name}</b> · <code>{code}</code>\n{link}",
    [TEXT_ROOM] = "🚪 <b>{name}</b>\nКод: <code>{code}</code>\nПосилання для QR-коду на дверях:\n{link}\n\n"
                  "Перейменувати: <code>/rooms {code} нова назва</code>",
    [TEXT_ROOM_REMOVE_SURE] = "Видалити приміщення <b>{name}</b> (<code>{code}</code>)? Виклики за його посиланням "
                              "надходитимуть із позначкою «невідомий код».",
    [TEXT_ROOM_REMOVED] = "Приміщення видалено.",
    [TEXT_ROOM_GONE] = "Такого приміщення вже немає.",
    [TEXT_ROOM_USAGE] =
        "Напишіть код і назву, наприклад <code>/rooms A-101 Серверна, 1 поверх</code>. У коді — латинські літери, "
        "цифри, «-» та «_», до 59\u00a0символів; назва — до 100\u00a0символів.",
    [TEXT_ROOM_SAVED] =
        "Приміщення збережено: <b>{name}</b> (<code>{code}</code>).\nПосилання для QR-коду на дверях:\n{link}",
    [TEXT_ROOM_CODE_TAKEN] = "Цим кодом скористатися не можна. Оберіть, будь ласка, інший.",
    [TEXT_ROOMS_FULL] = "Уже є {max}\u00a0{max|приміщення|приміщення|приміщень}, а більше не можна.",
};
