"""The two databases as a test uses them: settings for the bot, a look inside, and taking them away."""
import os
import pathlib
import sqlite3
import uuid

from process import ROOT, Program, free_port, wait_until
from wire import Connection, decode

DOCUMENTS = ("users", "tickets", "calls", "broadcasts", "rooms")


class Store:
    def wait_nothing_owed(self, data, seconds=20):
        """Until no document owes anything to anybody."""
        wait_until(lambda: not any(self.owing(name, data) for name in DOCUMENTS), "nothing is owed any more", seconds)


class SqliteStore(Store):
    kind = "sqlite"
    settings = {"MONGO_URI": None}

    @staticmethod
    def file(data):
        return pathlib.Path(data) / "techsupport.db"

    def _select(self, data, statement):
        base = sqlite3.connect(f"file:{self.file(data)}?mode=ro", uri=True, timeout=10)
        base.row_factory = sqlite3.Row
        try:
            return [dict(row) for row in base.execute(statement)]
        finally:
            base.close()

    def rows(self, collection, data):
        return [decode(row["body"]) for row in self._select(data, f"SELECT body FROM {collection} ORDER BY id")]

    def owing(self, collection, data):
        return [row["id"] for row in self._select(data, f"SELECT id FROM {collection} WHERE owed_at > 0")]

    def unread(self, data):
        return self._select(data, "SELECT * FROM unread")

    def number(self, name, data):
        found = self._select(data, f"SELECT value FROM meta WHERE name = '{name}'")
        return found[0]["value"] if found else None

    def put_number(self, name, value, data):
        """A named number in meta."""
        base = sqlite3.connect(self.file(data), timeout=10)
        base.execute("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (name, value))
        base.commit()
        base.close()

    def damage(self, collection, ids, data):
        """Documents that nobody can read any more."""
        base = sqlite3.connect(self.file(data), timeout=10)
        base.executemany(f"UPDATE {collection} SET body = x'00' WHERE id = ?", [(id,) for id in ids])
        base.commit()
        base.close()

    def take_away(self, data):
        """A writer that does not let go. What it returns is for give_back."""
        base = sqlite3.connect(self.file(data), isolation_level=None, timeout=20)
        base.execute("BEGIN IMMEDIATE")
        return base

    @staticmethod
    def give_back(base):
        base.close()


class MongoServer:
    """A MongoDB server: one that was given, or one that tests/mongo/start finds or builds."""

    def __init__(self, uri, program=None):
        self.uri, self.program = uri, program

    @classmethod
    def given(cls):
        uri = os.environ.get("TEST_MONGO_URI")
        return cls(uri) if uri else None

    @classmethod
    def start(cls, directory, *arguments):
        program = Program("mongo", [str(ROOT / "tests" / "mongo" / "start"), *arguments], directory, watch="stdout")
        return cls(program.wait_line(r"(mongodb://\S+)", 120).group(1), program)

    @classmethod
    def start_own(cls, directory):
        """One that a test may kill: it keeps its port and its files over a restart."""
        own = cls(None)
        own._directory = pathlib.Path(directory) / "mongo"
        own._directory.mkdir()
        own._options = [str(free_port()), str(own._directory / "files")]
        own.restart()
        return own

    def kill(self):
        self.program.kill()

    def restart(self):
        if self.program:
            self.program.reap()
        self.uri, self.program = None, None
        started = self.start(self._directory, *self._options)
        self.uri, self.program = started.uri, started.program

    def close(self):
        if self.program and self.program.running:
            self.program.terminate()
            self.program.wait_end()
            self.program.reap()


class MongoStore(Store):
    kind = "mongodb"

    def __init__(self, server):
        self.server = server
        self.database = "test_" + uuid.uuid4().hex[:12]
        self.settings = {"MONGO_URI": server.uri, "MONGO_DB": self.database}

    def _ask(self, question, tries=3):
        """Asks again where the connection is closed: mongo-java-server does that when a document that it is about to
        send is changed meanwhile."""
        connection = Connection(self.server.uri)
        try:
            return question(connection)
        except ConnectionError:
            if tries == 1:
                raise
        finally:
            connection.close()
        return self._ask(question, tries - 1)

    def rows(self, collection, data=None):
        return self._ask(lambda mongo: mongo.find(self.database, collection))

    def owing(self, collection, data=None):
        return [row["_id"] for row in self.rows(collection) if row.get("owed_at")]

    def unread(self, data=None):
        return self.rows("unread")

    def number(self, name, data=None):
        found = [row for row in self.rows("meta") if row["_id"] == name]
        return found[0]["value"] if found else None

    def put_number(self, name, value, data=None):
        self._ask(lambda mongo: mongo.run(self.database, {"update": "meta", "updates": [
            {"q": {"_id": name}, "u": {"$set": {"value": value}}, "upsert": True}]}))

    def take_away(self, data=None):
        """Only where the test has a server of its own."""
        self.server.kill()

    def give_back(self, _):
        self.server.restart()

    def drop(self):
        try:
            self._ask(lambda mongo: mongo.run(self.database, {"dropDatabase": 1}))
        except OSError:
            pass  # the test had killed the server
