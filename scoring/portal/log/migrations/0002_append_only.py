"""The row in which the log's end stands, and a database that refuses to change or delete a line."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SQLITE = """
CREATE TRIGGER log_line_no_{what} BEFORE {what} ON log_logline
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END
"""
FUNCTION = """
CREATE FUNCTION log_line_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the log is append-only'; END $$
"""
POSTGRESQL = """
CREATE TRIGGER log_line_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON log_logline
FOR EACH STATEMENT EXECUTE FUNCTION log_line_refuse()
"""


def begin(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("log", "LogHead").objects.create(pk=1)
    if editor.connection.vendor == "sqlite":
        for what in ("UPDATE", "DELETE"):
            editor.execute(SQLITE.format(what=what))
    elif editor.connection.vendor == "postgresql":
        editor.execute(FUNCTION)
        editor.execute(POSTGRESQL)


class Migration(migrations.Migration):
    dependencies = [("log", "0001_initial")]
    operations = [migrations.RunPython(begin)]
