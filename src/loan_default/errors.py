"""The one error that is the user's to mend."""


class InputError(ValueError):
    """A file, column, setting or value that the project cannot use.

    Its message names the thing, the bad value, what is allowed and what to do; it is shown to people
    without a traceback.
    """
