"""Of each file the folder of evidence in which it lies: no change and no page reads those."""

from pathlib import PurePosixPath

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def find_evidence(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    files = apps.get_model("assessments", "SourceFile").objects
    found = []
    for file in files.filter(path__contains="证明材料/"):
        above = PurePosixPath(file.path).parts[:-1]
        if "证明材料" in above:
            file.evidence = "/".join(above[: above.index("证明材料") + 1])
            found.append(file)
    files.bulk_update(found, ["evidence"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("assessments", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="sourcefile",
            name="evidence",
            field=models.CharField(blank=True, default="", max_length=1000),
        ),
        migrations.AddIndex(
            model_name="sourcefile",
            index=models.Index(
                fields=["assessment", "evidence"], name="assessments_assessm_830432_idx"
            ),
        ),
        migrations.RunPython(find_evidence, migrations.RunPython.noop),
    ]
