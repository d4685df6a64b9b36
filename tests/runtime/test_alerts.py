"""The alert rules on the system's own health: each is tried by promtool, quiet before its cause and firing after it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import yaml

from tests.runtime.test_deployment import CHECKOUT, tool

TRIED = Path(__file__).parent / "alerts.test.yml"


def test_every_alert_fires_on_its_cause_and_not_before() -> None:
    read = subprocess.run([tool("promtool"), "test", "rules", str(TRIED)], capture_output=True, text=True)
    assert read.returncode == 0, read.stdout + read.stderr


def test_every_alert_is_tried_and_says_in_both_languages_what_to_do() -> None:
    groups = yaml.safe_load((CHECKOUT / "deploy/alerts.yml").read_text("utf-8"))["groups"]
    rules = [rule for group in groups for rule in group["rules"] if "alert" in rule]
    tried = {
        one["alertname"]
        for test in yaml.safe_load(TRIED.read_text("utf-8"))["tests"]
        for one in test["alert_rule_test"]
        if one["exp_alerts"]
    }
    assert {rule["alert"] for rule in rules} == tried
    for rule in rules:
        said = rule["annotations"]
        assert "请核查" in said["summary"] or rule["alert"] == "PlumblineWatchdog"
        assert said["description"]
        assert rule["labels"]["severity"] in ("critical", "warning", "none")


def test_alerts_ask_only_for_numbers_the_services_show() -> None:
    shown = "".join(
        path.read_text("utf-8")
        for folder in ("services", "plumbline")
        for path in (CHECKOUT / folder).rglob("*.py")
    )
    text = (CHECKOUT / "deploy/alerts.yml").read_text("utf-8")
    asked = set(re.findall(r"(?<!:)\bplumbline_(?!http_)[a-z_]+", text))
    assert asked
    assert not {name for name in asked if name not in shown}
