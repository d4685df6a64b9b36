"""The courts of 示例州, their judges and what they try: shares and typical lengths of what is invented."""

from __future__ import annotations

import random
import re

HIGH, MIDDLE = "示", "示24"
BASIC = tuple(f"示240{number}" for number in range(1, 9))
COURTS = (HIGH, MIDDLE, *BASIC)
WEIGHTS = (
    ("示2401", 30), ("示2402", 12), ("示2403", 14), ("示2404", 10), ("示2405", 9), ("示2406", 10),
    ("示2407", 8), ("示2408", 7),
)  # fmt: skip
SLOW_COURT, ALTERED_COURT = "示2404", "示2406"

KINDS = (("民", 84), ("刑", 12), ("行", 4))
DIVISIONS = {
    "民": ("civil-1", "civil-2"),
    "刑": ("criminal",),
    "行": ("administrative",),
    "执": ("enforcement",),
}
JUDGES = {"示2401": 6, MIDDLE: 5, HIGH: 4}
FEWEST_JUDGES = 3
LEADERS = (("division_head", 70), ("vice_president", 24), ("president", 6))
LED = {"民": 0.07, "刑": 0.1, "行": 0.15, "执": 0.04}
CAUSES = {
    "民": (
        ("private_loan", 28), ("divorce", 16), ("sale", 14), ("traffic", 10), ("labour_contract", 10),
        ("property_management", 12), ("lease", 6), ("life_and_health", 4),
    ),
    "刑": (("theft", 30), ("dangerous_driving", 30), ("injury", 20), ("fraud", 20)),
    "行": (("administrative_penalty", 40), ("licence", 25), ("expropriation", 35)),
}  # fmt: skip
OF_ENTERPRISES = {"sale": 0.6, "lease": 0.4, "labour_contract": 0.5, "private_loan": 0.1}
NOT_PUBLISHED = ("divorce",)
PROCEDURES = {
    "民": (("small_claims", 22), ("summary", 48), ("ordinary", 30)),
    "刑": (("summary", 55), ("fast_track", 15), ("ordinary", 30)),
    "行": (("ordinary", 85), ("summary", 15)),
}
CHANNELS = (("online", 50), ("on_site", 36), ("self_service", 9), ("cross_region", 5))
WAYS = (("electronic", 60), ("post", 26), ("direct", 14))
TYPICAL_DAYS = {"small_claims": 32, "summary": 55, "fast_track": 12, "ordinary": 115}
CRIMINAL_DAYS = {"summary": 16, "fast_track": 8, "ordinary": 55}
METHODS = {
    "民": (
        ("judgment", 46), ("mediation", 30), ("withdrawal", 17), ("deemed_withdrawal", 3), ("dismissed", 4),
    ),
    "刑": (("judgment", 97), ("withdrawal", 3)),
    "行": (("judgment", 55), ("dismissed", 25), ("withdrawal", 20)),
}  # fmt: skip
OUTCOMES = (("upheld", 63), ("altered", 15), ("remanded", 8), ("withdrawn", 8), ("mediated", 6))
PAUSES = (("appraisal", 50), ("announcement", 30), ("settlement", 20))
_COURT = re.compile(r"(?:（[0-9]{4}）)?(示[0-9]*)")


def court_of(subject: str) -> str:
    """The court in a case number or register of the demonstration, or the court itself."""
    found = _COURT.match(subject)
    return found[1] if found else MIDDLE


def judges_of(court: str, division: str) -> tuple[str, ...]:
    """The keys of the judges of a division."""
    name = court.replace("示", "S")
    return tuple(f"{name}-{division}-{one}" for one in range(1, JUDGES.get(court, FEWEST_JUDGES) + 1))


def leader_of(court: str, division: str, role: str) -> str:
    """The key of a division's head, or of a court's president or vice president."""
    name = court.replace("示", "S")
    return f"{name}-{division}-head" if role == "division_head" else f"{name}-{role.replace('_', '-')}"


def chosen_judge(court: str, division: str, kind: str, chance: random.Random) -> tuple[str, str]:
    """Who gets a case, and in which role: a judge of the division, now and then one who leads."""
    if chance.random() < LED[kind]:
        role = chance.choices([name for name, _ in LEADERS], [weight for _, weight in LEADERS])[0]
        return leader_of(court, division, role), role
    return chance.choice(judges_of(court, division)), "judge"
