"""scripts/docker/mongo up to where it hands over to the image's own start: what it makes, and for whom."""
import pytest

from engine import BASE, ROOT
from stack import BOT_USER

MONGODB = 999  # the user of the image
ENTRYPOINT = """#!/bin/sh
echo "started: $*"
env | grep -E '^(MONGO_INITDB|BOT_)' | sort
su -s /bin/sh mongodb -c 'cat /docker-entrypoint-initdb.d/*'
"""
SHELL = """#!/bin/sh
echo "asked: $*"
"""


@pytest.fixture
def mongo(engine, tmp_path):
    """Runs the script in a container; its two volumes are folders here."""
    for name in ("secret", "data"):
        (tmp_path / name).mkdir()
    for name, text, mode in (("docker-entrypoint.sh", ENTRYPOINT, 0o755), ("mongosh", SHELL, 0o755),
                             ("user.js", (ROOT / "scripts/docker/mongo-user.js").read_text(), 0o600)):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(mode)
    mounts = {ROOT / "scripts/docker/mongo": "/usr/local/bin/techsupport-mongo:ro", tmp_path / "secret": "/secret",
              tmp_path / "user.js": "/usr/local/share/techsupport-user.js:ro", tmp_path / "data": "/data/db",
              tmp_path / "mongosh": "/usr/local/bin/mongosh:ro",
              tmp_path / "docker-entrypoint.sh": "/usr/local/bin/docker-entrypoint.sh:ro"}

    def start(arguments=""):
        script = f"useradd --system --uid {MONGODB} mongodb; mkdir /docker-entrypoint-initdb.d; exec techsupport-mongo {arguments}"
        return engine.docker("run", "--rm", *[part for here, there in mounts.items() for part in ("-v", f"{here}:{there}")],
                             "-e", "MONGO_DB=desk", BASE, "bash", "-c", script, check=False)
    start.secret, start.data = tmp_path / "secret", tmp_path / "data"
    return start


def secrets(mongo):
    return {path.name: path.read_text() for path in mongo.secret.iterdir()}


def test_secrets_are_made_once(mongo):
    first = mongo()
    assert "started: mongod --replSet rs0 --keyFile /secret/key --bind_ip_all" in first.stdout
    assert "MONGO_INITDB_ROOT_PASSWORD_FILE=/secret/root" in first.stdout and "BOT_DATABASE=desk" in first.stdout
    assert "createUser" in first.stdout, "mongodb can read it"
    made = secrets(mongo)
    assert set(made) == {"key", "root", "bot", "uri"} and len(set(made.values())) == 4
    assert made["uri"] == f"mongodb://techsupport:{made['bot']}@mongo:27017/?replicaSet=rs0&authSource=admin"
    for name in made:
        found = (mongo.secret / name).stat()
        assert (found.st_uid, found.st_mode & 0o777) == (BOT_USER if name == "uri" else MONGODB, 0o400), name
    second = mongo()
    assert second.returncode == 0 and secrets(mongo) == made
    assert not any(word in first.stdout + second.stdout for word in made.values())


def test_a_start_that_was_cut_off_is_gone_on_with(mongo):
    mongo()
    made = secrets(mongo)
    (mongo.secret / "uri").unlink()
    (mongo.secret / "uri.new").write_text("mongodb://tech")
    mongo()
    assert secrets(mongo) == made


def test_data_without_their_passwords_are_refused(mongo):
    (mongo.data / "WiredTiger").touch()
    done = mongo()
    assert done.returncode == 78 and "docs/OPERATIONS.md" in done.stdout and not secrets(mongo)


def test_the_health_check_shows_no_password(mongo):
    mongo()
    asked = mongo("--health").stdout
    assert "asked: --quiet --host 127.0.0.1" in asked and "rs.initiate" in asked
    assert not any(word in asked for word in secrets(mongo).values())
