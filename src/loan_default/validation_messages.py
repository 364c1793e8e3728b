"""What is wrong with parameters, in words for the person who wrote them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails


def describe_faults(key: str, model: type[BaseModel] | None, error: ValidationError) -> list[str]:
    """Write one line for each fault: the dotted key, the value given, what is allowed.

    Args:
        key: The parameter that was validated, such as `ann`.
        model: What it was validated as, to name the keys it allows; None if that is not known.
        error: What Pydantic found.
    """
    return list(dict.fromkeys(_describe(key, model, fault) for fault in error.errors()))


def describe_clashes(layers: Sequence[tuple[str, Mapping[str, Any]]]) -> list[str]:
    """Write one line for each key that is a list in one place and a mapping in a later one, or the reverse.

    Such values cannot be merged; any other value simply takes the place of the earlier one.

    Args:
        layers: Where settings come from and what they are, each over those before.
    """
    found: dict[tuple[str, str], str] = {}
    for place, (earlier, below) in enumerate(layers):
        for where, above in layers[place + 1 :]:
            for path, value in _clashes(below, above):
                found.setdefault((path, where), _clash(path, value, where, earlier))
    return list(found.values())


def _clashes(below: Mapping[str, Any], above: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for key in (key for key in above if key in below):
        old, new = below[key], above[key]
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from _clashes(old, new, f"{path}{key}.")
        elif {isinstance(old, Mapping), isinstance(new, Mapping)} == {True, False} and (
            isinstance(old, list) or isinstance(new, list)
        ):
            yield f"{path}{key}", new


def _clash(path: str, value: Any, where: str, earlier: str) -> str:
    wanted, instead = (
        (f"a list, such as {path}=[a]", "not keys below it")
        if isinstance(value, Mapping)
        else (f"a mapping, such as {path}.KEY=VALUE", "not a list")
    )
    return f"{path} = {value!r} in {where}: as in {earlier}, it must be {wanted}, {instead}."


def _describe(key: str, model: type[BaseModel] | None, fault: ErrorDetails) -> str:
    place = ".".join([key, *_without_tags(model, fault["loc"])])
    if fault["type"] == "missing":
        return f"{place} is missing; it has no default."
    if fault["type"] == "extra_forbidden":
        allowed = sorted(_keys_at(model, fault["loc"][:-1]))
        likely = get_close_matches(str(fault["loc"][-1]), allowed, n=1)
        hint = _of_other_kind(place, model, fault["loc"]) or (
            f" Did you mean {likely[0]!r}?" if likely else ""
        )
        known = f" Allowed keys: {', '.join(allowed)}." if allowed else ""
        return f"{place} = {fault['input']!r}: there is no such key.{hint}{known}"
    wanted = fault["msg"].removeprefix("Value error, ")
    value = repr(fault["input"])
    shown = f" = {value}" if len(value) <= 80 else ""
    return f"{place}{shown}: {wanted[:1].lower()}{wanted[1:]}."


def _keys_at(model: type[BaseModel] | None, path: Iterable[int | str]) -> set[str]:
    """Find the keys allowed at a path below a model; of a union without a tag, those of every model."""
    return {name for place in _follow(model, path) for option in _options(place) for name in _fields(option)}


def _follow(model: Any, path: Iterable[int | str]) -> list[Any]:
    places: list[Any] = [model]
    for step in path:
        places = [inner for place in places for inner in _step(place, step)]
    return places


def _without_tags(model: Any, path: Sequence[int | str]) -> list[str]:
    """Write a path as it is set: Pydantic puts the tag of the chosen model of a union into it."""
    return [
        str(step)
        for at, step in enumerate(path)
        if not any(_tagged(place, step) for place in _follow(model, path[:at]))
    ]


def _of_other_kind(place: str, model: Any, path: Sequence[int | str]) -> str:
    """Say which other models of a tagged union have the key; nothing where none has."""
    for at in range(len(path) - 1, 0, -1):
        for union in _follow(model, path[: at - 1]):
            if not _tagged(union, path[at - 1]):
                continue
            having = [option for option in _options(union) if path[-1] in _fields(option)]
            tags = sorted({(field, tag) for option in having for field, tag in _tags(option)})
            if tags:
                field = tags[0][0]
                kinds = ", ".join(tag for name, tag in tags if name == field)
                parent = place.rpartition(".")[0]
                return f" It is a key of {field} {kinds}: set {parent}.{field} first."
    return ""


def _tagged(place: Any, step: int | str) -> list[Any]:
    """Return the models of a union that a step is the tag of, not the name of a field."""
    options = _options(place)
    if any(step in _fields(option) for option in options):
        return []
    return [option for option in options if step in {tag for _, tag in _tags(option)}]


def _tags(option: Any) -> list[tuple[str, str]]:
    """Return field and value of what tells a model from the others of its union: the one value it allows."""
    return [
        (name, get_args(annotation)[0])
        for name, annotation in _fields(option).items()
        if get_origin(annotation) is Literal and len(get_args(annotation)) == 1
    ]


def _step(place: Any, step: int | str) -> list[Any]:
    """Go one step down; the tag of a union chooses among its models."""
    if chosen := _tagged(place, step):
        return chosen
    found = []
    for option in _options(place):
        fields = _fields(option)
        if step in fields:
            found.append(fields[str(step)])
        elif get_origin(option) in (list, tuple, dict, Mapping):
            found.append(get_args(option)[-1 if get_origin(option) in (dict, Mapping) else 0])
        else:
            found.append(option)
    return found


def _fields(option: Any) -> dict[str, Any]:
    return {name: info.annotation for name, info in option.model_fields.items()} if _is_model(option) else {}


def _is_model(option: Any) -> bool:
    return isinstance(option, type) and issubclass(option, BaseModel)


def _options(annotation: Any) -> list[Any]:
    """Take a union apart, without None and annotations."""
    if get_origin(annotation) is Annotated:
        return _options(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [inner for option in get_args(annotation) for inner in _options(option)]
    return [] if annotation is NoneType else [annotation]
