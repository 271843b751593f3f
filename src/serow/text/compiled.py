"""The kernel compiled: the same source executed again in a second module, each function passed through numba."""

from __future__ import annotations

import importlib.util
import sys
import types
from functools import cache
from typing import Any

from serow.text import kernel


@cache
def compiled_kernel() -> Any:
    """The kernel with every function compiled and cached on disk; raises ImportError where numba is absent."""
    import numba

    spec = importlib.util.spec_from_file_location("serow.text.kernel_compiled", kernel.__file__)
    if spec is None or spec.loader is None:
        raise ImportError("the fold kernel's source is not readable")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # numba's disk cache finds the functions' module by name
    spec.loader.exec_module(module)
    for name, value in list(vars(module).items()):
        if isinstance(value, types.FunctionType):
            setattr(module, name, numba.njit(cache=True, nogil=True, boundscheck=False)(value))
    return module
