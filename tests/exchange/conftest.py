"""Fixtures of the import tests."""

from pathlib import Path

import pytest
from flask import Flask

from tests.exchange.files import Importer


@pytest.fixture
def importer(app: Flask, tmp_path: Path) -> Importer:
    return Importer(tmp_path)
