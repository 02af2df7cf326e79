"""The generator of one real day: synthetic people in published proportions, as rows of the import of people."""

from cauce.demo.generator.day import Day, generate
from cauce.demo.generator.describe import describe
from cauce.demo.generator.flows import Flows, NoSuchMonth, load_flows
from cauce.demo.generator.listed import listed_names
from cauce.demo.generator.planted import ListedName, Planted
from cauce.demo.generator.rows import COLUMNS, write_csv

__all__ = [
    "COLUMNS",
    "Day",
    "Flows",
    "ListedName",
    "NoSuchMonth",
    "Planted",
    "describe",
    "generate",
    "listed_names",
    "load_flows",
    "write_csv",
]
