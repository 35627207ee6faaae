"""Write the JSON schemas of config/ from the models: python tools/make_json_schemas.py"""

from scoring.authoring.json_schemas import JSON_SCHEMAS, schema_text
from scoring.resources import resource

for name in JSON_SCHEMAS:
    (resource("config") / f"{name}.schema.json").write_text(
        schema_text(name), "utf-8", newline="\n"
    )
