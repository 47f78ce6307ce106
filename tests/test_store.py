"""Workloads on disk: what was saved comes back, and damage is told."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import numpy as np
import pytest
from small_county import county

from sim.words.kinds import DAY
from sim.workload.draw import draw
from sim.workload.store import checksum, load, save


def test_store_round_trip(tmp_path: Path) -> None:
    workload = draw(county(), 2**65, 3)
    save(workload, tmp_path / "a.npz")
    save(workload, tmp_path / "b.npz")
    back = load(tmp_path / "a.npz")
    assert (back.seed, back.replication, back.horizon) == (2**65, 3, 7 * DAY)
    for name, column in workload.columns().items():
        other = getattr(back, name)
        assert other.dtype == column.dtype
        assert np.array_equal(other, column)
    assert checksum(back) == checksum(workload)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.npz", "b.npz"]


def test_checksum_sees_every_column() -> None:
    workload = draw(county(), 1, 0)
    plain = checksum(workload)
    for name, column in workload.columns().items():
        other = column.copy()
        other.flat[-1] = not other.flat[-1] if other.dtype == bool else other.flat[-1] + 1
        assert checksum(dataclasses.replace(workload, **{name: other})) != plain
    assert checksum(dataclasses.replace(workload, horizon=1)) != plain
    fortran = np.asfortranarray(workload.offer_coin)
    assert checksum(dataclasses.replace(workload, offer_coin=fortran)) == plain


def test_damaged_files_are_refused(tmp_path: Path) -> None:
    good = tmp_path / "good.npz"
    workload = draw(county(), 1, 0)
    save(workload, good)
    data = good.read_bytes()
    rng = np.random.default_rng(0)
    bad = tmp_path / "bad.npz"
    refused = 0
    wrong: list[bytes] = [b"", b"id,name\n", data[: len(data) // 2], data[:-1]]
    for place in rng.integers(0, len(data), 40).tolist():
        wrong.append(data[:place] + bytes([data[place] ^ 255]) + data[place + 1 :])
    for content in wrong:
        bad.write_bytes(content)
        complaint = ""
        try:
            loaded = load(bad)
        except ValueError as error:
            complaint = str(error)
        else:  # a byte that carries nothing, such as a date in the archive
            assert checksum(loaded) == checksum(workload)
        assert (complaint == "") or re.fullmatch(rf"{re.escape(str(bad))}: .+", complaint)
        refused += complaint != ""
    assert refused >= 40


def test_other_archives_are_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.npz"
    np.savez(other, a=np.arange(3))
    with pytest.raises(ValueError, match="not a workload file"):
        load(other)
    workload = draw(county(), 1, 0)
    save(workload, other)
    with np.load(other) as file:
        arrays = dict(file)
    arrays["talk"] = arrays["talk"] + 1
    np.savez(other, **arrays)
    with pytest.raises(ValueError, match="checksum"):
        load(other)
    del arrays["talk"]
    np.savez(other, **arrays)
    with pytest.raises(ValueError, match="of this version"):
        load(other)
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "nothing.npz")
