"""Where resources and data lie."""

from pathlib import Path

from vmshmi.app import paths


def test_the_demo_vessel_is_found() -> None:
    assert paths.demo_project().is_file()


def test_memory_means_no_folder() -> None:
    assert paths.database_folder(":memory:", Path("ship.vmsproj")) is None


def test_a_chosen_folder_is_taken_as_it_is(tmp_path: Path) -> None:
    assert paths.database_folder(str(tmp_path), Path("ship.vmsproj")) == tmp_path


def test_each_project_has_a_default_folder_of_its_own() -> None:
    one = paths.database_folder(None, Path("one.vmsproj"))
    two = paths.database_folder(None, Path("two.vmsproj"))
    assert one is not None
    assert one.name == "one"
    assert one != two
