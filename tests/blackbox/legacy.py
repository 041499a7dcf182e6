"""The database of the bot before, as years of use have left it: words in many spellings, numbers as text, rows that make
no sense."""
import datetime
import uuid

from wire import Connection, ObjectId

UTC = datetime.timezone.utc
BEGIN = datetime.datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
ADMIN, SUPER, NAMELESS = 8_000_000_001, 8_000_000_002, 8_000_000_003
AUTHOR = 8_100_000_000
STATUSES = {"waiting": ["Очікує", "⏳ Очікує", "очікується"], "accepted": ["Прийнята", "✅ Прийнято", "В роботі"],
            "completed": ["Завершена", "🏁 ЗАВЕРШЕНО"], "rejected": ["Відхилена", "❌ відхилено "],
            "cancelled": ["Скасована", "Скасовано користувачем"]}
PRIORITIES = {"low": ["🔵 Низький", "низький"], "medium": ["🟡 Середній"], "high": ["🔴 Високий", "ВИСОКИЙ"]}


def old_id(number):
    return f"{number * 2654435761 % 2**32:08x}"


def moment(number):
    """Filed later, the higher the number; but for one of the same second every tenth."""
    return BEGIN + datetime.timedelta(minutes=number - (number % 10 == 9), milliseconds=123)


def ticket(number, status="waiting", author=AUTHOR, **more):
    words = STATUSES[status]
    priorities = PRIORITIES[("low", "medium", "high")[number % 3]]
    row = {"_id": ObjectId.of(int(moment(number).timestamp()), number), "ticket_id": old_id(number),
           "telegram_id": author, "name": f"Олена <b>{number}</b> & Ко", "phone": "+380671112233",
           "description": f"Опис {number}: <i>не працює</i>\nпринтер", "image": None, "file_type": None,
           "priority": priorities[number % len(priorities)], "status": words[number % len(words)],
           "created_at": moment(number), "accepted_by": None, "decline_reason": None}
    if status in ("accepted", "completed"):
        row["accepted_by"] = "old_support"
    if status == "rejected":
        row["decline_reason"] = f"Причина {number} <u>"
    return {**row, **more}


def variety(number):
    """What one ticket in a few looks like."""
    if number % 7 == 0:
        return {"image": f"AgACAgIAAx{number}", "file_type": "photo"}
    if number % 11 == 0:
        return {"image": f"BQACAgIAAx{number}", "file_type": "document"}
    if number % 13 == 0:
        return {"created_at": moment(number).replace(tzinfo=None).isoformat()}  # naive: UTC
    if number % 17 == 0:
        return {"telegram_id": str(AUTHOR + number % 50), "phone": "067 111-22-33"}
    if number % 19 == 0:
        return {"phone": 380671112233, "telegram_id": float(AUTHOR + number % 50)}
    return {}


def broken(number):
    """Rows that cannot be taken over, and why."""
    return [
        (ticket(number, ticket_id="xyz"), "ticket_id"),
        (ticket(number + 1, telegram_id=None), "telegram_id"),
        (ticket(number + 2, telegram_id="хтось"), "telegram_id"),
        (ticket(number + 3, status="waiting") | {"status": "Невідомо що"}, "status"),
        (ticket(number + 4) | {"_id": "own-id", "created_at": "колись"}, "created_at"),
        ({"_id": ObjectId.of(1, number + 5)}, "ticket_id"),
        (ticket(number + 6, ticket_id=old_id(3)), "older ticket"),
    ]


class LegacyDatabase:
    def __init__(self, server):
        self.name = "support_" + uuid.uuid4().hex[:8]
        self.uri = f"{server.uri.rstrip('/')}/{self.name}"
        self._connection = Connection(server.uri)

    def add(self, collection, *documents):
        self._connection.insert(self.name, collection, list(documents))

    def rows(self, collection):
        return self._connection.find(self.name, collection)

    def close(self):
        self._connection.run(self.name, {"dropDatabase": 1})
        self._connection.close()

    def add_people(self, count=50):
        self.add("users", *({"_id": ObjectId.of(1, n), "telegram_id": AUTHOR + n, "username": f"author_{n}" if n % 3
                             else None, "registered_at": moment(n), "last_call_at": moment(n)} for n in range(count)))
        self.add("users", {"_id": ObjectId.of(1, 9001), "telegram_id": ADMIN, "username": "Old_Support",
                           "registered_at": "2023-01-02 03:04:05"})
        self.add("admins",
                 {"_id": ObjectId.of(2, 1), "telegram_id": ADMIN, "username": "@old_support", "is_super_admin": False},
                 {"_id": ObjectId.of(2, 2), "telegram_id": str(SUPER), "username": None, "is_super_admin": True},
                 {"_id": ObjectId.of(2, 3), "telegram_id": NAMELESS, "is_super_admin": False})
        self.add("broadcasts", {"_id": ObjectId.of(3, 1), "text": "Старе оголошення", "sent": 10})
