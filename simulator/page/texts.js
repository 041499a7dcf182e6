// Every text of the page, in both languages. `{name}` is filled in. Other files hold no words of their own.

export const TEXTS = {
    uk: {
        title: 'Симулятор Telegram', skip: 'До чатів', new_person: 'Нова людина', pane: 'Під капотом', people: 'Люди',
        other_language: 'EN: switch to English', other_language_short: 'EN', theme: 'Світла чи темна тема',
        pane_height: 'Висота панелі', who: 'Хто це', more: 'Інші дії', open_link: 'Відкрити посилання бота',
        block: 'Заблокувати бота', unblock: 'Розблокувати', close_column: 'Прибрати з екрана', messages: 'Повідомлення чату',
        jump: 'До найновіших', jump_unread: 'До найновіших, непрочитаних: {count}', commands: 'Команди', attach: 'Вкласти',
        attach_file: 'Файли з пристрою…', attach_samples: 'Зразки', attach_photo: 'Фото', attach_document: 'Документ',
        attach_album: 'Альбом із трьох фото', attach_video: 'Відео', attach_animation: 'GIF', attach_voice: 'Голосове',
        attach_video_note: 'Відеоповідомлення', attach_audio: 'Аудіо', attach_sticker: 'Наліпка', attach_location: 'Місце',
        attach_contact: 'Чужий контакт', attach_forward: 'Переслане', as_files: 'Надіслати файлами', remove_file: 'Прибрати {name}',
        message: 'Повідомлення', keyboard: 'Кнопки бота', send: 'Надіслати', start: 'ПОЧАТИ', drop: 'Відпустіть, щоб додати',
        first_name: 'Ім’я', last_name: 'Прізвище', username: 'Username', telegram_id: 'Telegram ID', language: 'Мова',
        ukrainian: 'українська', english: 'англійська', cancel: 'Скасувати', add: 'Додати', open: 'Відкрити', share: 'Передати',
        link_hint: 'Посилання t.me/…?start=… або лише код', choose_people: 'Кого передати боту', or_id: 'або Telegram ID',
        fine: 'Гаразд', close: 'Закрити', photo: 'Фото', add_person: 'Нова людина…', empty: 'Повідомлень ще немає',
        role_user: 'користувач', role_admin: 'підтримка', role_super_admin: 'суперадмін', edited: 'змінено',
        forwarded: 'Переслано від {name}', message_menu: 'Дії з повідомленням', reply: 'Відповісти', edit: 'Змінити', copy: 'Копіювати',
        copied: 'Скопійовано', replying: 'Відповідь: {name}', editing: 'Зміна повідомлення', you: 'Ви', bot: 'Бот',
        open_photo: 'Відкрити фото', download: 'Завантажити {name}', spoiler: 'Показати приховане', unread: '(нове)',
        media_photo: 'Фото', media_video: 'Відео', media_animation: 'GIF', media_document: 'Документ', media_audio: 'Аудіо',
        media_voice: 'Голосове повідомлення', media_video_note: 'Відеоповідомлення', media_sticker: 'Наліпка', media_album: 'Альбом',
        under_spoiler: '{name} під спойлером', place: 'Місце', contact: 'Контакт', users_shared: 'Передано боту: {ids}',
        topic_created: 'Створено тему «{name}»', bytes: '{count} Б', kilobytes: '{count} КБ', megabytes: '{count} МБ',
        says: '{person}, відповідь бота: {text}', sample_contact: 'Оксана', sample_hidden: 'Хтось',
        sample_forward: 'Подивіться, будь ласка', sample_document: 'звіт.txt', sample_document_text: 'Принтер зупиняється на другій сторінці.\n',
        command_start: 'почати', too_big: '{name}: файл завеликий', delivered: 'Усе доставлено', waiting: 'У черзі оновлень: {count}',
        disconnected: 'Симулятор не відповідає', faults: 'Збої', fault_away: 'Telegram недоступний', fault_slow: 'Повільний Telegram',
        fault_flood: 'Один 429', hook_kill: 'Убити бота', hook_stop: 'Зупинити бота',
        hook_database: 'База недоступна', bot_down: 'Бот не працює', all_well: 'Збоїв немає', flood_set: 'Наступне повідомлення отримає 429',
        log: 'Події', documents: 'Документи', filter_person: 'Чиї події', filter_kind: 'Які події', everybody: 'Усі люди',
        kind_all: 'Усі події', kind_update: 'Оновлення', kind_call: 'Виклики API', kind_trouble: 'Лише збої', oldest_first: 'Спершу найдавніші',
        clear: 'Очистити', log_empty: 'Подій ще немає', update: 'Оновлення', call: 'Виклик', hook: 'Збій', queued: 'у черзі',
        no_answer: 'немає відповіді', attempt: 'Спроба {count}', retry_in: 'ще раз за {time}', after_tries: '{status} з {count}-ї спроби',
        tries: 'спроб: {count}', time_ms: '{count} мс', time_s: '{count} с', body: 'Зміст', parameters: 'Параметри', result: 'Відповідь', attempts: 'Спроби',
        retry_after: 'зачекати {time}', session: 'Людина та її розмова', ticket: 'Заявка', whose_session: 'Людина', ticket_number: 'Заявка №',
        no_document: 'Немає', no_hooks: 'Документи видно, коли симулятор запущено з --hooks', whole_document: 'Увесь документ',
    },
    en: {
        title: 'Telegram simulator', skip: 'To the chats', new_person: 'New person', pane: 'Under the hood', people: 'People',
        other_language: 'УК: перейти на українську', other_language_short: 'УК', theme: 'Light or dark theme',
        pane_height: 'Height of the pane', who: 'Who this is', more: 'More actions', open_link: 'Open a link of the bot',
        block: 'Block the bot', unblock: 'Unblock', close_column: 'Remove from the screen', messages: 'Messages of the chat',
        jump: 'To the newest', jump_unread: 'To the newest, unread: {count}', commands: 'Commands', attach: 'Attach',
        attach_file: 'Files from the device…', attach_samples: 'Samples', attach_photo: 'Photo', attach_document: 'Document',
        attach_album: 'Album of three photos', attach_video: 'Video', attach_animation: 'GIF', attach_voice: 'Voice',
        attach_video_note: 'Video message', attach_audio: 'Audio', attach_sticker: 'Sticker', attach_location: 'Location',
        attach_contact: 'Somebody’s contact', attach_forward: 'Forwarded', as_files: 'Send as files', remove_file: 'Remove {name}',
        message: 'Message', keyboard: 'The bot’s buttons', send: 'Send', start: 'START', drop: 'Drop to add',
        first_name: 'First name', last_name: 'Last name', username: 'Username', telegram_id: 'Telegram ID', language: 'Language',
        ukrainian: 'Ukrainian', english: 'English', cancel: 'Cancel', add: 'Add', open: 'Open', share: 'Share',
        link_hint: 'Link t.me/…?start=… or only the code', choose_people: 'Whom to share with the bot', or_id: 'or a Telegram ID',
        fine: 'OK', close: 'Close', photo: 'Photo', add_person: 'New person…', empty: 'No messages yet',
        role_user: 'user', role_admin: 'support', role_super_admin: 'super-admin', edited: 'edited',
        forwarded: 'Forwarded from {name}', message_menu: 'Message actions', reply: 'Reply', edit: 'Edit', copy: 'Copy',
        copied: 'Copied', replying: 'Reply to {name}', editing: 'Editing', you: 'You', bot: 'Bot',
        open_photo: 'Open the photo', download: 'Download {name}', spoiler: 'Show what is hidden', unread: '(new)',
        media_photo: 'Photo', media_video: 'Video', media_animation: 'GIF', media_document: 'Document', media_audio: 'Audio',
        media_voice: 'Voice message', media_video_note: 'Video message', media_sticker: 'Sticker', media_album: 'Album',
        under_spoiler: '{name} under a spoiler', place: 'Location', contact: 'Contact', users_shared: 'Shared with the bot: {ids}',
        topic_created: 'Topic “{name}” created', bytes: '{count} B', kilobytes: '{count} KB', megabytes: '{count} MB',
        says: '{person}, the bot answers: {text}', sample_contact: 'Oksana', sample_hidden: 'Somebody',
        sample_forward: 'Please have a look', sample_document: 'report.txt', sample_document_text: 'The printer stops at the second page.\n',
        command_start: 'start', too_big: '{name}: the file is too big', delivered: 'All delivered', waiting: 'Updates waiting: {count}',
        disconnected: 'The simulator does not answer', faults: 'Faults', fault_away: 'Telegram away', fault_slow: 'Slow Telegram',
        fault_flood: 'One 429', hook_kill: 'Kill the bot', hook_stop: 'Stop the bot',
        hook_database: 'Database away', bot_down: 'The bot is down', all_well: 'No faults', flood_set: 'The next message gets a 429',
        log: 'Events', documents: 'Documents', filter_person: 'Whose events', filter_kind: 'Which events', everybody: 'Everybody',
        kind_all: 'All events', kind_update: 'Updates', kind_call: 'API calls', kind_trouble: 'Only troubles', oldest_first: 'Oldest first',
        clear: 'Clear', log_empty: 'No events yet', update: 'Update', call: 'Call', hook: 'Fault', queued: 'queued',
        no_answer: 'no answer', attempt: 'Attempt {count}', retry_in: 'again in {time}', after_tries: '{status} after {count} tries',
        tries: 'tries: {count}', time_ms: '{count} ms', time_s: '{count} s', body: 'Body', parameters: 'Parameters', result: 'Answer', attempts: 'Attempts',
        retry_after: 'wait {time}', session: 'The person and the conversation', ticket: 'Ticket', whose_session: 'Person', ticket_number: 'Ticket No',
        no_document: 'None', no_hooks: 'Documents are shown when the simulator runs with --hooks', whole_document: 'The whole document',
    },
};

let language = 'uk';

export const locale = () => (language === 'uk' ? 'uk-UA' : 'en-GB');

export function t(key, values = {}) {
    return TEXTS[language][key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

// Fills what carries data-text, data-label (the accessible name) or data-placeholder.
export function fillTexts(root) {
    for (const node of root.querySelectorAll('[data-text]')) node.textContent = t(node.dataset.text);
    for (const node of root.querySelectorAll('[data-label]')) label(node, t(node.dataset.label));
    for (const node of root.querySelectorAll('[data-placeholder]')) node.placeholder = t(node.dataset.placeholder);
}

export function label(node, text) {
    node.setAttribute('aria-label', text);
    if (node.matches('button')) node.title = text;
}

export function setLanguage(wanted) {
    language = wanted;
    document.documentElement.lang = language;
    document.title = t('title');
    fillTexts(document);
}
