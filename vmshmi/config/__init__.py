"""What an engineer writes in a file: the `.vmsproj` project, read with pydantic, checked, then frozen."""
