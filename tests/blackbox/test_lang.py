"""The language: by Telegram's tag, by /lang, and labels in every language."""
import catalogue


def test_language_by_the_tag_of_the_client(desk):
    cases = {"uk": "uk", "en": "en", "en-GB": "en", "fr": "uk", None: "uk"}
    for tag, lang in cases.items():
        more = {"language_code": tag} if tag else {}
        person = desk.person("Alex", **more)
        assert person.say("/start").says("greeting", lang), tag


def test_lang_changes_texts_and_keyboards(desk):
    person = desk.person()
    person.start()
    person.say("/lang", "choose_lang")
    person.press(catalogue.label("button_english"))
    english = catalogue.label("label_new_ticket", "en")
    person.wait(lambda chat: english in chat.labels, "the English menu")
    person.say("/help", "help", "en")
    person.say("/start", "greeting", "en")
    person.send("/lang")
    person.press(catalogue.label("button_ukrainian"))
    person.wait(lambda chat: "📝 Створити заявку" in chat.labels, "the Ukrainian menu")


def test_the_form_in_english_takes_the_labels_of_both_languages(desk):
    person = desk.person("Alex", language_code="en")
    boss = desk.boss()
    person.say("/start", "greeting", "en")
    person.say("Створити заявку", "ask_name", "en")
    person.say("Alex Smith", "ask_phone", "en")
    person.say("+4915112345678", "ask_description", "en")
    person.say("The printer on the second floor is on fire", "ask_media", "en")
    person.say(catalogue.label("label_skip", "en"), "ask_priority", "en")
    person.say("🔴 Високий", "ticket_filed", "en")
    boss.card()


def test_the_chosen_language_outlives_a_restart(desk):
    person = desk.person()
    person.send("/lang")
    person.press(catalogue.label("button_english"))
    person.wait(lambda chat: any(m.says("lang_chosen", "en") for m in chat.bot_messages), "that it is English now")
    desk.bot.restart()
    person.say("/help", "help", "en")
