"""Settings: a file, the environment above it, secrets in files, and every problem at once in
words."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpline.app.providers import PROVIDERS
from helpline.app.settings import load_settings
from helpline.base.errors import InvalidSettings
from helpline.providers.smtp.settings import EmailSettings
from helpline.providers.twilio.settings import TwilioSettings
from helpline.settings import Settings
from helpline.settings.database import File, Server
from helpline.settings.page import page
from helpline.settings.places import timezone_of
from helpline.settings.schema import Context

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def settings_of(text: str, **environ: str) -> Settings:
    """Return the settings of a file holding `text`, under `environ`."""
    Path("town.toml").write_text(text, encoding="utf-8")
    return load_settings("town.toml", environ)


def problems_of(text: str = "", **environ: str) -> str:
    """Return what is said about settings that cannot be used."""
    with pytest.raises(InvalidSettings) as error:
        settings_of(text, **environ)
    return error.value.problem


# --- where a setting comes from ---


def test_an_empty_environment_is_enough_to_start() -> None:
    settings = load_settings(None, {})
    assert settings.service.name == "Helpline"
    assert settings.service.languages == ("fr", "ary", "ary-Latn", "en")
    assert settings.service.timezone == "Europe/Paris"
    assert settings.file is None


def test_without_a_provider_settings_load_and_say_that_nothing_can_be_sent() -> None:
    assert not load_settings(None, {}).can_send


def test_a_file_is_read() -> None:
    settings = settings_of(
        '[service]\nname = "Allô Montreuil"\nlanguages = ["fr", "en"]\n[web]\nport = 9000\n'
    )
    assert settings.service.name == "Allô Montreuil"
    assert settings.service.languages == ("fr", "en")
    assert settings.web.port == 9000


def test_a_file_written_by_a_windows_editor_is_read() -> None:
    Path("town.toml").write_bytes('\ufeff[service]\r\nname = "Allô"\r\n'.encode())
    assert load_settings("town.toml", {}).service.name == "Allô"


def test_the_variable_helpline_config_names_the_file() -> None:
    Path("town.toml").write_text('[service]\nname = "Allô"\n', encoding="utf-8")
    assert load_settings(None, {"HELPLINE_CONFIG": "town.toml"}).service.name == "Allô"


def test_a_helpline_toml_in_the_current_folder_is_found() -> None:
    Path("helpline.toml").write_text('[service]\nname = "Allô"\n', encoding="utf-8")
    assert load_settings(None, {}).service.name == "Allô"


def test_the_environment_overrides_the_file() -> None:
    settings = settings_of(
        "[web]\nport = 9000\n", HELPLINE_WEB_PORT="9001", HELPLINE_CHECK_INS_LADDER="quick"
    )
    assert settings.web.port == 9001
    assert settings.check_ins.ladder == "quick"


def test_an_empty_variable_counts_as_not_set() -> None:
    assert settings_of("[web]\nport = 9000\n", HELPLINE_WEB_PORT="").web.port == 9000


def test_every_setting_can_be_given_by_the_environment_alone() -> None:
    environ = {
        "HELPLINE_TWILIO_ACCOUNT_SID": "AC1",
        "HELPLINE_TWILIO_AUTH_TOKEN": "s3cret",
        "HELPLINE_TWILIO_NUMBER": "+33644631234",
        "HELPLINE_TWILIO_API_BASE": "http://127.0.0.1:4040/",
        "HELPLINE_TWILIO_SEGMENTS_PER_SECOND": "100",
        "HELPLINE_SERVICE_PUBLIC_URL": "https://aide.example/",
        "HELPLINE_SERVICE_LANGUAGES": "fr, ARY-latn",
        "HELPLINE_SERVICE_ZONES": "Centre,Gare",
        "HELPLINE_WEB_PHONES": "yes",
        "HELPLINE_EMAIL_HOST": "mail.example",
        "HELPLINE_EMAIL_FROM": "Aide <aide@ville.example>",
    }
    settings = load_settings(None, environ)
    assert settings.of(TwilioSettings).configured
    assert settings.of(TwilioSettings).api_base == "http://127.0.0.1:4040"
    assert settings.of(TwilioSettings).segments_per_second == 100.0
    assert settings.service.public_url == "https://aide.example"
    assert settings.service.languages == ("fr", "ary-Latn")
    assert settings.service.zones == ("Centre", "Gare")
    assert settings.web.phones
    assert settings.of(EmailSettings).sender == "Aide <aide@ville.example>"


def test_a_secret_may_come_from_a_file() -> None:
    Path("token").write_text("s3cret\n", encoding="utf-8")
    settings = settings_of(
        '[twilio]\naccount_sid = "AC1"\nnumber = "36123"\n', HELPLINE_TWILIO_AUTH_TOKEN_FILE="token"
    )
    assert settings.of(TwilioSettings).auth_tokens == ("s3cret",)


def test_a_secret_may_come_from_systemds_credentials() -> None:
    Path("credentials").mkdir()
    Path("credentials/email_password").write_text("s3cret\n", encoding="utf-8")
    text = '[email]\nhost = "mail.example"\nfrom = "a@b.example"\nusername = "a"\n'
    assert (
        settings_of(text, CREDENTIALS_DIRECTORY="credentials").of(EmailSettings).password
        == "s3cret"
    )


def test_two_tokens_are_known_while_one_replaces_the_other() -> None:
    settings = settings_of(
        '[twilio]\naccount_sid = "AC1"\nnumber = "36123"\nauth_token = "new, old"\n'
    )
    assert settings.of(TwilioSettings).auth_tokens == ("new", "old")


def test_secrets_do_not_show_when_settings_are_printed() -> None:
    settings = settings_of(
        "[twilio]\n"
        'account_sid = "AC1"\n'
        'auth_token = "s3cret"\n'
        'number = "36123"\n'
        "[africastalking]\n"
        'token = "s3cret"\n'
    )
    assert "s3cret" not in repr(settings)


# --- values ---


def test_a_relative_database_lies_beside_the_settings_file(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/town.toml").write_text(
        '[service]\ndatabase = "sqlite:///data/town.db"\n', encoding="utf-8"
    )
    assert load_settings("etc/town.toml", {}).service.database == File(
        tmp_path / "etc/data/town.db"
    )


def test_without_a_file_a_relative_database_lies_in_the_current_folder(tmp_path: Path) -> None:
    assert load_settings(None, {}).service.database == File(tmp_path / "helpline.db")


def test_an_absolute_database_is_left_where_it_is() -> None:
    settings = load_settings(
        None, {"HELPLINE_SERVICE_DATABASE": "sqlite:////var/lib/helpline/town.db"}
    )
    assert settings.service.database == File(Path("/var/lib/helpline/town.db"))


@pytest.mark.parametrize(
    ("typed", "place", "has_password"),
    [
        ("postgresql://town:geheim@db.example/helpline", "helpline on db.example", True),
        (
            "postgres://town:ge@heim@db.example:5433/helpline?sslmode=require",
            "helpline on db.example",
            True,
        ),
        (
            "postgresql://one.example:1,two.example:2/helpline",
            "helpline on one.example,two.example",
            False,
        ),
        ("postgresql:///helpline?host=/run/postgresql", "helpline on /run/postgresql", False),
        ("postgresql://town@/helpline?password=geheim", "helpline on this machine", True),
    ],
)
def test_a_database_on_a_server_is_no_file_and_shows_no_password(
    typed: str, place: str, has_password: bool
) -> None:
    settings = load_settings(None, {"HELPLINE_SERVICE_DATABASE": typed})
    server = settings.service.database
    assert isinstance(server, Server)
    assert (server.address, server.place, server.has_password) == (typed, place, has_password)
    assert "heim" not in repr(settings)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("06 44 63 12 34", "+33644631234"),
        ("+33 6 44 63 12 34", "+33644631234"),
        ("36123", "36123"),
        ("VILLE", "VILLE"),
        ("+15005550006", "+15005550006"),
    ],
)
def test_a_number_is_kept_as_providers_write_it(typed: str, kept: str) -> None:
    text = f'[twilio]\naccount_sid = "AC1"\nauth_token = "t"\nnumber = "{typed}"\n'
    assert settings_of(text).number == kept


def test_a_number_without_prefix_is_read_in_the_services_country() -> None:
    text = (
        "[service]\n"
        'country = "ma"\n'
        "[twilio]\n"
        'account_sid = "AC1"\n'
        'auth_token = "t"\n'
        'number = "0661 00 00 01"\n'
    )
    assert settings_of(text).number == "+212661000001"


@pytest.mark.parametrize(
    ("country", "zone"), [("FR", "Europe/Paris"), ("MA", "Africa/Casablanca"), ("XX", "UTC")]
)
def test_a_country_proposes_its_time_zone(country: str, zone: str) -> None:
    assert timezone_of(country) == zone


def test_seconds_become_the_milliseconds_that_rooms_count_in() -> None:
    settings = settings_of("[limits]\nbundle_seconds = 90\n", HELPLINE_ENGINE_LOOK_UP_SECONDS="2.5")
    assert (settings.limits.bundle_ms, settings.engine.look_up_ms) == (90_000, 2_500)


def test_the_longest_prefix_tells_the_price() -> None:
    budget = settings_of('[budget]\nprices = ["+33 = 0.08", "+336=0.1"]\n').budget
    assert (budget.price_to("+33639980001"), budget.price_to("+33170000001")) == (0.1, 0.08)


# --- problems ---


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '[service]\nlanguages = ["fr", "de"]',
            "unknown language “de”. Choose among fr, ary, ary-Latn, en.",
        ),
        ("[service]\nlanguages = []", "names no language"),
        ("[service]\nlanguages = 3", "is not a list of names"),
        (
            '[service]\ntimezone = "Europe/Pari"',
            "“Europe/Pari” is not a time zone. Did you mean Europe/Paris?",
        ),
        ('[service]\ntimezone = "here"', "“here” is not a time zone"),
        (
            '[service]\ncountry = "France"',
            "“FRANCE” is not a country. Write its two letters, as FR or MA.",
        ),
        (
            '[service]\npublic_url = "aide.example"',
            "is not a web address. Write https://aide.example",
        ),
        ('[service]\npublic_url = "https://aide.example/?a=1"', "is not a web address"),
        ('[service]\npublic_url = "https://a:99999"', "has no port between 1 and 65535"),
        (
            '[service]\ndatabase = "helpline.db"',
            "does not name a file. Write sqlite:///helpline.db.",
        ),
        ('[service]\ndatabase = "sqlite:///:memory:"', "does not name a file"),
        ('[service]\ndatabase = "postgresql://u:secret@h"', "“postgresql://…@h” names no database"),
        ('[service]\nflows = "nowhere"', "is not a folder that is there"),
        ("[service]\nname = 3", "is a number, and text is needed. Put it in quotes."),
        ('[service]\nname = "a\\u0000b"', "control character"),
        (f'[service]\nname = "{"x" * 61}"', "longer than 60 letters"),
        ("[web]\nport = 0", "“0” is not a whole number from 1 to 65535"),
        ('[web]\nport = "http"', "“http” is not a whole number"),
        ("[web]\nport = true", "is not a whole number"),
        ('[web]\nphones = "perhaps"', "neither true nor false"),
        ('[twilio]\nsegments_per_second = "fast"', "is not a number from 0.01 to 1000"),
        (
            '[budget]\nmonthly = "150 EUR"',
            "is not a number from 0 to 1000000. Write for example 150",
        ),
        ('[budget]\nprices = ["33=0.08"]', "holds “33=0.08”, which is not a price. Write +33=0.08"),
        (
            '[limits]\ncountries = ["FR"]',
            "holds “FR”, which is not the beginning of a number. Write +33,+212",
        ),
        ("[twilio]\nnumber = 33644631234", "is a number, and text is needed. Put it in quotes."),
        (
            '[twilio]\nnumber = "+33 6"',
            "is not a phone number of FR. Write it as +33 6 12 34 56 78",
        ),
        ('[twilio]\naccount_sid = "SK1"', "The one meant here begins with AC"),
        ('[africastalking]\nservice_code = "384"', "Write it with its stars, as *384*123#."),
        ('[email]\nfrom = "nobody"', "is not an e-mail address"),
        ('[digest]\nat = "6pm"', "is not a time of day. Write hours and minutes, as 18:00."),
        (
            '[service]\npublic_uri = "x"',
            "[service] public_uri is not a setting. Did you mean public_url?",
        ),
        ("[servvice]\nx = 1", "[servvice] is not a setting. Did you mean service?"),
        ("service = 3", "service must be a section"),
    ],
)
def test_a_wrong_setting_is_answered_with_what_to_write(text: str, said: str) -> None:
    assert said in problems_of(text)


def test_all_problems_are_said_together_with_key_and_variable() -> None:
    problem = problems_of(
        '[service]\ncountry = "ZZ"\ntimezone = "Mars"\n[twilio]\naccount_sid = "AC1"\n',
        HELPLINE_WEB_PORT="x",
    )
    assert problem.startswith("5 settings need correcting:")
    assert "[service] country (HELPLINE_SERVICE_COUNTRY)" in problem
    assert "[web] port (HELPLINE_WEB_PORT)" in problem
    assert "[twilio] auth_token (HELPLINE_TWILIO_AUTH_TOKEN) is missing" in problem
    assert "[twilio] number (HELPLINE_TWILIO_NUMBER) is missing" in problem


def test_a_wrong_value_is_not_called_missing_as_well() -> None:
    text = '[twilio]\naccount_sid = "AC1"\nauth_token = "t"\nnumber = "+33 6"\n'
    assert problems_of(text).startswith("A setting needs correcting: [twilio] number")


def test_a_begun_mail_section_names_what_is_missing() -> None:
    problem = problems_of('[email]\nhost = "mail.example"\nusername = "a"\n')
    assert "[email] from" in problem
    assert "[email] password" in problem


def test_a_secret_is_never_repeated_in_a_problem() -> None:
    assert "s3 cret" not in problems_of(
        '[twilio]\naccount_sid = "AC1"\nnumber = "36123"\nauth_token = "s3 cret"\n'
    )


@pytest.mark.parametrize(
    ("variable", "said"),
    [
        ("HELPLINE_TWILIO_ACOUNT_SID", "Did you mean HELPLINE_TWILIO_ACCOUNT_SID?"),
        ("HELPLINE_SERVICE_COLOUR", "HELPLINE_SERVICE_COLOUR is not a setting"),
        ("HELPLINE_SERVIC_NAME", "Did you mean HELPLINE_SERVICE_NAME?"),
    ],
)
def test_a_misspelt_variable_is_named(variable: str, said: str) -> None:
    assert said in problems_of(**{variable: "x"})


def test_variables_of_others_are_left_alone() -> None:
    settings_of("", HELPLINE_NEIGHBOUR_HOOK="x", PATH="/bin")


def test_a_secret_file_that_is_not_there_is_a_problem() -> None:
    assert "the file nowhere cannot be read: No such file" in problems_of(
        HELPLINE_EMAIL_PASSWORD_FILE="nowhere"
    )


def test_a_value_and_a_file_for_it_is_one_too_many() -> None:
    Path("port").write_text("9000", encoding="utf-8")
    assert "are both set. Keep one" in problems_of(
        HELPLINE_WEB_PORT="1", HELPLINE_WEB_PORT_FILE="port"
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[service", "is not well-formed"),
        (b"name = \xff", "is not UTF-8"),
        (b"a = 1\na = 2", "is not well-formed"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(content: bytes, said: str) -> None:
    Path("town.toml").write_bytes(content)
    with pytest.raises(InvalidSettings, match=said):
        load_settings("town.toml", {})


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(InvalidSettings, match=r"town\.toml is not there"):
        load_settings("town.toml", {})


# --- the page ---


def test_every_default_can_be_read_and_every_setting_has_a_sentence() -> None:
    for key in PROVIDERS.schema.keys:
        key.reader(key.default, Context())
        assert key.sentence.endswith("."), key.label
    assert len(PROVIDERS.schema.by_variable) == len(PROVIDERS.schema.keys)


def test_the_page_of_settings_is_the_table() -> None:
    assert (ROOT / "docs/settings.md").read_text(encoding="utf-8") == page(PROVIDERS.schema)
