"""HiGHS as this room uses it: one thread, silent, maximising. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import highspy
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Row = tuple[float, Ints, Floats]  # sum of values * columns <= the first


def solver(gain: Floats, upper: Floats, *, whole: bool = False) -> highspy.Highs:
    """Columns from 0 to `upper`, with what each gains; no rows yet."""
    made = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in (("output_flag", False), ("threads", 1), ("mip_feasibility_tolerance", 1e-9)):
        made.setOptionValue(option, value)
    width = len(gain)
    if width:
        every = np.arange(width, dtype=np.int32)
        made.addVars(width, np.zeros(width), upper)
        made.changeColsCost(width, every, gain)
        if whole:
            made.changeColsIntegrality(width, every, np.ones(width, dtype=np.uint8))
    made.changeObjectiveSense(highspy.ObjSense.kMaximize)
    return made


def add_rows(to: highspy.Highs, rows: Sequence[Row]) -> None:
    lengths = [len(columns) for _, columns, _ in rows]
    to.addRows(
        len(rows),
        np.full(len(rows), -highspy.kHighsInf),
        np.array([most for most, _, _ in rows], dtype=float),
        sum(lengths),
        np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int32),
        np.concatenate([columns for _, columns, _ in rows]).astype(np.int32),
        np.concatenate([values for _, _, values in rows]).astype(float),
    )


def run(ready: highspy.Highs, seconds: float) -> bool:
    """Run it for so many seconds at most; whether it ended with an optimum.

    Another part of the process may have set HiGHS up for another number of threads; then its pool is made anew.
    """
    ready.setOptionValue("time_limit", ready.getRunTime() + max(0.01, seconds))
    if ready.run() == highspy.HighsStatus.kError:
        highspy.Highs.resetGlobalScheduler(True)
        ready.run()
    return bool(ready.getModelStatus() == highspy.HighsModelStatus.kOptimal)


def infeasible(ended: highspy.Highs) -> bool:
    """Whether it ended because nothing keeps all rows; columns have bounds here, so nothing is unbounded."""
    status = highspy.HighsModelStatus
    return ended.getModelStatus() in (status.kInfeasible, status.kUnboundedOrInfeasible)


def values(of: highspy.Highs) -> Floats:
    return np.array(of.getSolution().col_value, dtype=float)


def duals(of: highspy.Highs) -> Floats:
    return np.array(of.getSolution().row_dual, dtype=float)
