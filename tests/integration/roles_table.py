"""Who may, by command: what roles_test.py compares with what real users get."""

EVERY_CALLER, VIEWERS, OWNERS, WITH_CONNECTION, ADMINISTRATORS = "every caller", "viewers", "owners", "with a connection", "administrators"
FILTERED = "filtered"  # a contributor may, and is answered with what the connections of the user have


class Row:
    """Who may, and the words behind the command. {export}, {segment}, {connection}, {run}, {held}, {spare} are the user's own things or
    another's; `apart`: they are in it, so it is tried on another's too."""

    def __init__(self, who, words="", stdin=""):
        self.who, self.words, self.stdin = who, words, stdin
        self.apart = "{" in words.replace("{file}", "").replace("{new}", "")


DEFINITIONS = '[schedule]\ncalendar = "daily 02:00"\ntimezone = "UTC"\n'
TABLE = {
    "status": Row(FILTERED),
    "check": Row(FILTERED),
    "doctor": Row(EVERY_CALLER),
    "completion": Row(EVERY_CALLER, "bash"),
    "audit": Row(ADMINISTRATORS),
    "source add": Row(ADMINISTRATORS, "{new} --sqlite {file}"),
    "source edit": Row(ADMINISTRATORS, "crm --sqlite {file}"),
    "source list": Row(ADMINISTRATORS),
    "source show": Row(ADMINISTRATORS, "crm"),
    "source test": Row(ADMINISTRATORS, "crm"),
    "source remove": Row(ADMINISTRATORS, "crm"),
    "segment add": Row(ADMINISTRATORS, "{new} --source crm --table customers"),
    "segment edit": Row(ADMINISTRATORS, "unused --table customers"),
    "segment list": Row(WITH_CONNECTION),
    "segment show": Row(OWNERS, "{segment}"),
    "segment preview": Row(OWNERS, "{segment}"),
    "segment remove": Row(ADMINISTRATORS, "active"),
    "connection add": Row(ADMINISTRATORS, "{new} --provider mailchimp --consent --api-key-file -", "none"),
    "connection authenticate": Row(ADMINISTRATORS, "shop"),
    "connection import-token": Row(ADMINISTRATORS, "shop --token-file -", '{"access_token": "a"}'),
    "connection list": Row(WITH_CONNECTION),
    "connection show": Row(OWNERS, "{connection}"),
    "connection test": Row(ADMINISTRATORS, "shop"),
    "connection edit": Row(ADMINISTRATORS, "shop --title Shop"),
    "connection consent": Row(ADMINISTRATORS, "shop"),
    "connection destinations": Row(OWNERS, "{connection}"),
    "connection remove": Row(ADMINISTRATORS, "shop"),
    "export add": Row(OWNERS, "{new} --connection {connection} --destination a1b2c3d4e5 --segment unused --email email"),
    "export list": Row(FILTERED),
    "export show": Row(FILTERED, "{export}"),
    "export edit": Row(OWNERS, "{spare} --title Other"),
    "export duplicate": Row(OWNERS, "{spare} {new}-copy"),
    "export enable": Row(OWNERS, "{spare}"),
    "export disable": Row(OWNERS, "{spare}"),
    "export attach": Row(OWNERS, "{spare} --connection {connection}"),
    "export test": Row(OWNERS, "{export}"),
    "export preview": Row(OWNERS, "{export}"),
    "export try": Row(OWNERS, "{export} --email -", "no.body@example.org\n"),
    "export verify": Row(OWNERS, "{export}"),
    "export explain": Row(OWNERS, "{export} -", "no.body@example.org\n"),
    "export remove": Row(OWNERS, "{spare}"),
    "run": Row(OWNERS, "{export} --dry-run"),
    "refresh": Row(ADMINISTRATORS),
    "runs list": Row(FILTERED, "{export}"),
    "runs show": Row(FILTERED, "{held}"),
    "runs rejects": Row(FILTERED, "{run}"),
    "runs follow": Row(FILTERED, "{run}"),
    "runs undo": Row(OWNERS, "{run} --dry-run"),
    "runs retry": Row(OWNERS, "{run}"),
    "runs approve": Row(OWNERS, "{held}"),
    "runs cancel": Row(OWNERS, "{held}"),
    "schedule show": Row(VIEWERS),
    "schedule set": Row(ADMINISTRATORS, '"daily 03:00" --timezone UTC'),
    "schedule off": Row(ADMINISTRATORS),
    "apply": Row(ADMINISTRATORS, "- --yes", DEFINITIONS),
    "diff": Row(ADMINISTRATORS, "-", DEFINITIONS),
    "dump": Row(ADMINISTRATORS),
    "forget": Row(ADMINISTRATORS, "-", "no.body@example.org\n"),
    "backup": Row(ADMINISTRATORS, "{file}"),
    "keys rotate": Row(ADMINISTRATORS),
    "report": Row(ADMINISTRATORS, "--html {file}"),
    "setup": Row(EVERY_CALLER),
}
NOT_YET = {"forget", "backup", "keys rotate", "report", "setup", "export try", "export verify"}  # rows that may be ahead of their command
