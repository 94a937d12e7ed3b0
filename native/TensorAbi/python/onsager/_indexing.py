"""Keys of indexing as starts, counts and steps of every axis, and which axes go and come."""

from operator import index


def is_basic(key):
    """Whether a key is made of integers, slices, an ellipsis and None."""
    parts = key if isinstance(key, tuple) else (key,)
    return not any(hasattr(part, "dtype") or isinstance(part, (list, bool)) for part in parts)


def is_chosen(parts):
    """Whether a key's parts are integers and arrays of integers, one array at least."""
    arrays = [part for part in parts if hasattr(part, "dtype")]
    rest = [part for part in parts if not hasattr(part, "dtype")]
    return bool(arrays) and all(part.dtype.is_integer for part in arrays) and all(isinstance(part, int) and not isinstance(part, bool) for part in rest)


def plan(key, shape):
    """(starts, counts, steps) for the axes of a shape, the axes that an integer takes away, and the places of new ones in the result."""
    parts = list(key) if isinstance(key, tuple) else [key]
    named = sum(part is not None and part is not Ellipsis for part in parts)
    if sum(part is Ellipsis for part in parts) > 1:
        raise IndexError("an index has one ellipsis at most")
    if named > len(shape):
        raise IndexError(f"{named} indices for an array with {len(shape)} axes")
    if Ellipsis not in [part for part in parts if part is Ellipsis]:
        parts.append(Ellipsis)

    starts, counts, steps, gone, new, place = [], [], [], [], [], 0
    for part in parts:
        if part is None:
            new.append(place)
            place += 1
        elif part is Ellipsis:
            for _ in range(len(shape) - named):
                starts.append(0)
                counts.append(shape[len(counts)])
                steps.append(1)
                place += 1
        elif isinstance(part, slice):
            chosen = range(*part.indices(shape[len(counts)]))
            starts.append(chosen.start if len(chosen) else 0)
            counts.append(len(chosen))
            steps.append(chosen.step if len(chosen) > 1 else 1)
            place += 1
        else:
            axis, extent = len(counts), shape[len(counts)]
            try:
                at = index(part)
            except TypeError:
                raise IndexError(f"{type(part).__name__} is no index: integers, slices, ..., None, and one array of bool or integers are") from None
            if not -extent <= at < extent:
                raise IndexError(f"index {at} is outside axis {axis} of {tuple(shape)}")
            gone.append(axis)
            starts.append(at % extent)
            counts.append(1)
            steps.append(1)
    return (starts, counts, steps), gone, new
