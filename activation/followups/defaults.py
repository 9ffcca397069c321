"""The rules that the product ships with, read from default_rules.toml. The engine is followups/rules.py."""

import tomllib
from pathlib import Path

from activation.followups.rule import Rule
from activation.followups.rule_file import rule_from

SHIPPED = Path(__file__).with_name("default_rules.toml")

DEFAULT_RULES: dict[str, Rule] = {
    definition["key"]: rule_from(definition)
    for definition in tomllib.loads(SHIPPED.read_text(encoding="utf-8"))["rule"]
}
