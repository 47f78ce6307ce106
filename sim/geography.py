"""Where things are, and how long a trip takes.

Places are kilometres east and north of the county's centre, on a local plane. Over a county
(100 km across) the plane is within half a per cent of great-circle distance up to 38 degrees north
and within one per cent everywhere in China, far less than what is not known about the roads.
Only ``+ - * /`` and ``sqrt`` touch a home's coordinates: these are exact on every processor, unlike
sines.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.words.kinds import HOUR, MINUTE

KM_PER_DEGREE = 6371.0088 * math.pi / 180
"""Kilometres in a degree of latitude, on a sphere of the Earth's mean radius (IUGG)."""


def centre(lats: Sequence[float], lons: Sequence[float]) -> tuple[float, float]:
    """The plain mean of the coordinates: the origin of the county's plane."""
    return sum(lats) / len(lats), sum(lons) / len(lons)


def project(lat: float, lon: float, lat0: float, lon0: float) -> tuple[float, float]:
    """Degrees -> (x_km, y_km) east and north of (lat0, lon0), equirectangular at ``lat0``."""
    x = (lon - lon0) * KM_PER_DEGREE * math.cos(math.radians(lat0))
    return x, (lat - lat0) * KM_PER_DEGREE


def cells(
    x: float, y: float, area_km2: float, across: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Centres (km east, km north) of ``across`` by ``across`` equal cells of the square of this
    area around (x, y), over which a zone's homes are evenly spread."""
    offset = math.sqrt(area_km2) * ((np.arange(across) + 0.5) / across - 0.5)
    return np.tile(x + offset, across), np.repeat(y + offset, across)


class Place(NamedTuple):
    """Somewhere: coordinates, and the row of the travel matrix (a zone or a point)."""

    x: float
    y: float
    row: int


@dataclass(frozen=True, eq=False)
class Trips:
    """Everything a planned trip depends on.

    ``slow`` holds, for each hour of the run, the factor on travel time (1 / speed factor).
    ``matrix`` is empty, or noise-free minutes from place row to place row.
    """

    detour: float
    road_factor: tuple[float, ...]
    """of each zone"""
    min_per_km: tuple[float, ...]
    """of each travel mode, at factor 1"""
    access: int
    """milliseconds added to each trip to a home"""
    slow: tuple[float, ...]
    matrix: tuple[tuple[float, ...], ...] = ()

    def slowness(self, time: int) -> float:
        """Factor on travel time for a departure at ``time``."""
        try:
            return self.slow[time // HOUR]
        except IndexError:
            return self.slow[-1]

    def km(self, start: Place, end: Place, zone: int) -> float:
        """Road distance; ``zone`` is that of the home at one of the ends."""
        dx = start.x - end.x
        dy = start.y - end.y
        return sqrt(dx * dx + dy * dy) * (self.detour * self.road_factor[zone])

    def moving(self, start: Place, end: Place, zone: int, mode: int, time: int) -> float:
        """Noise-free milliseconds on the road, access time not included."""
        if self.matrix:
            minutes = self.matrix[start.row][end.row]
        else:
            minutes = self.km(start, end, zone) * self.min_per_km[mode]
        return minutes * self.slowness(time) * MINUTE

    def way(
        self, start: Place, end: Place, zone: int, mode: int, time: int
    ) -> tuple[float, int]:
        """To a home: road kilometres, and noise-free milliseconds with the access time."""
        dx = start.x - end.x
        dy = start.y - end.y
        km = sqrt(dx * dx + dy * dy) * (self.detour * self.road_factor[zone])
        minutes = self.matrix[start.row][end.row] if self.matrix else km * self.min_per_km[mode]
        try:
            slow = self.slow[time // HOUR]
        except IndexError:
            slow = self.slow[-1]
        return km, round(minutes * slow * MINUTE) + self.access

    def minutes_from(
        self,
        points: Sequence[Place],
        modes: NDArray[Any],
        x: NDArray[Any],
        y: NDArray[Any],
        zone: NDArray[Any],
    ) -> NDArray[np.float64]:
        """Minutes on the road from each point to each home at factor 1: shape (homes, points).

        ``modes`` holds each point's travel mode; ``x, y, zone`` describe the homes.
        """
        if self.matrix:
            rows = [p.row for p in points]
            return np.ascontiguousarray(np.array(self.matrix)[rows][:, zone].T)
        dx = np.array([p.x for p in points]) - x[:, None]
        dy = np.array([p.y for p in points]) - y[:, None]
        factor = self.detour * np.array(self.road_factor)[zone]
        per_km = np.array(self.min_per_km)[modes]
        return np.asarray(np.sqrt(dx * dx + dy * dy) * factor[:, None] * per_km)
