"""The JSON Schema of the project file, for editors that complete and check while one writes."""

from vmshmi.config.project import Project


def project_schema() -> dict[str, object]:
    """JSON Schema 2020-12 of a `.vmsproj` file; sources need no `driver`."""
    schema: dict[str, object] = Project.model_json_schema(mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
