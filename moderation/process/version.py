"""The version of this installation."""

from importlib.metadata import PackageNotFoundError, version


def installed_version() -> str:
    """The version of the installed package; "0" in a checkout that was never installed."""
    try:
        return version("rejoinder")
    except PackageNotFoundError:
        return "0"
