"""The errors that people are told of in plain words."""


class InputError(ValueError):
    """A file, column, setting or value that the project cannot use.

    Its message names the thing, the bad value, what is allowed and what to do; it is shown to people
    without a traceback.
    """


class NoRowsError(InputError):
    """A file that has a header and no rows."""


class AlarmError(RuntimeError):
    """A run that did its work found something that must not be passed over: the process ends with its code.

    Args:
        message: One line on what was found.
        exit_code: What the process ends with, for a scheduler.
    """

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code
