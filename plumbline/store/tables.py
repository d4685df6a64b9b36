"""The schema at a glance. The migrations create it; a test holds them equal."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

metadata = sa.MetaData()
_now = sa.text("clock_timestamp()")
_instant = sa.DateTime(timezone=True)

court = sa.Table(
    "court",
    metadata,
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("parent", sa.Text),
    sa.Column("name_zh", sa.Text, nullable=False),
    sa.Column("name_en", sa.Text, nullable=False),
    sa.Column("level", sa.Text, nullable=False),
    sa.Column("valid_from", sa.Date, nullable=False),
    sa.Column("valid_until", sa.Date),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("zone", sa.Text, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("pack", sa.Text, nullable=False),
    sa.Column("known_from", _instant, nullable=False, server_default=_now),
    sa.Column("known_until", _instant, comment="when another row took its place; NULL: it stands"),
    sa.PrimaryKeyConstraint("code", "valid_from", "known_from", name="court_pkey"),
)

court_desk = sa.Table(
    "court_desk",
    metadata,
    sa.Column("home_court", sa.Text, nullable=False),
    sa.PrimaryKeyConstraint("home_court", name="court_desk_pkey"),
    comment="One row a court: locked by the worker that posts for it, held to commit.",
)

source = sa.Table(
    "source",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("courts", pg.ARRAY(sa.Text), nullable=False, comment="each with all below; * = every court"),
    sa.Column("zone", sa.Text, nullable=False, server_default="Asia/Shanghai"),
    sa.Column("rhythm_minutes", sa.Integer),
    sa.Column("settings", pg.JSONB, nullable=False, server_default=sa.text("'{}'::jsonb")),
    sa.Column("created_at", _instant, nullable=False, server_default=_now),
    sa.PrimaryKeyConstraint("id", name="source_pkey"),
)

event = sa.Table(
    "event",
    metadata,
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("event_id", sa.Text, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("home_court", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("occurred_at", _instant, nullable=False),
    sa.Column("sequence", sa.BigInteger),
    sa.Column("replaces", sa.Text),
    sa.Column("revision", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("recorded_at", _instant),
    sa.Column("by_hand", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("data", pg.JSONB, nullable=False),
    sa.Column("digest", sa.LargeBinary, nullable=False),
    sa.Column("receipt", sa.BigInteger, nullable=False, comment="the ingest transaction that stored it"),
    sa.PrimaryKeyConstraint("source", "event_id", name="event_pkey"),
    sa.Index("event_case", "home_court", "subject", "occurred_at"),
    sa.Index("event_day", "home_court", "occurred_at"),
    sa.Index("event_family", "source", "replaces", postgresql_where=sa.text("replaces IS NOT NULL")),
)

receipt = sa.Table(
    "receipt",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
    sa.Column("received_at", _instant, nullable=False, server_default=_now),
    sa.Column("events", sa.Integer, nullable=False),
    sa.PrimaryKeyConstraint("id", name="receipt_pkey"),
    comment="One row an ingest transaction: when its events became known.",
)

case_link = sa.Table(
    "case_link",
    metadata,
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("event_id", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("from_court", sa.Text, nullable=False),
    sa.Column("from_subject", sa.Text, nullable=False),
    sa.Column("to_court", sa.Text, nullable=False),
    sa.Column("to_subject", sa.Text, nullable=False),
    sa.PrimaryKeyConstraint("source", "event_id", "role", "to_subject", name="case_link_pkey"),
    sa.Index("case_link_from", "from_court", "from_subject"),
    sa.Index("case_link_to", "to_court", "to_subject"),
)

quarantine = sa.Table(
    "quarantine",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("event_id", sa.Text),
    sa.Column("received_at", _instant, nullable=False, server_default=_now),
    sa.Column("raw", sa.LargeBinary, nullable=False),
    sa.Column("digest", sa.LargeBinary, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("pointer", sa.Text),
    sa.Column("times", sa.Integer, nullable=False, server_default="1"),
    sa.Column("decision", sa.Text),
    sa.Column("decided_by", sa.Text),
    sa.Column("decided_at", _instant),
    sa.Column("why", sa.Text),
    sa.Column("outcome", pg.JSONB),
    sa.PrimaryKeyConstraint("id", name="quarantine_pkey"),
    sa.Index("quarantine_record", "source", "digest", "reason", unique=True),
)

dirty_case = sa.Table(
    "dirty_case",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
    sa.Column("home_court", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("priority", sa.SmallInteger, nullable=False, comment="0 live, 1 linked, 5 refill"),
    sa.Column("cause", sa.Text, nullable=False, comment="event, family, linked, definition, rebuild"),
    sa.Column("reference", sa.BigInteger, nullable=False, comment="receipt, or generation"),
    sa.Column("marked_at", _instant, nullable=False, server_default=_now),
    sa.PrimaryKeyConstraint("id", name="dirty_case_pkey"),
    sa.Index("dirty_case_desk", "home_court", "priority", "id"),
    comment="Append-only marks without a unique key; deleted by the page that folds the case.",
)

parked_case = sa.Table(
    "parked_case",
    metadata,
    sa.Column("home_court", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("parked_at", _instant, nullable=False, server_default=_now),
    sa.PrimaryKeyConstraint("home_court", "subject", name="parked_case_pkey"),
)

case_state = sa.Table(
    "case_state",
    metadata,
    sa.Column("home_court", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("generation", sa.BigInteger, nullable=False),
    sa.Column("facts", pg.JSONB, nullable=False),
    sa.Column("posted", sa.LargeBinary, nullable=False, comment="JSON of what the case has posted, net"),
    sa.Column("events", sa.Integer, nullable=False),
    sa.Column("sealed", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("page", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("home_court", "subject", name="case_state_pkey"),
)

page_clock = sa.Table(
    "page_clock",
    metadata,
    sa.Column("only", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("closed_at", _instant, nullable=False),
    sa.PrimaryKeyConstraint("only", name="page_clock_pkey"),
    sa.CheckConstraint('"only"', name="page_clock_only"),
    comment="The one clock row: updated as the last act of every page, so commit order is page order.",
)

page = sa.Table(
    "page",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
    sa.Column("number", sa.BigInteger, comment="in commit order; NULL until closed"),
    sa.Column("closed_at", _instant),
    sa.Column("home_court", sa.Text),
    sa.Column("cause", sa.Text, nullable=False),
    sa.Column("generation", sa.BigInteger, nullable=False),
    sa.Column("cases", sa.Integer, nullable=False),
    sa.PrimaryKeyConstraint("id", name="page_pkey"),
    sa.Index("page_number", "number", unique=True),
    sa.Index("page_closed", "closed_at"),
)

page_case = sa.Table(
    "page_case",
    metadata,
    sa.Column("page", sa.BigInteger, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("cause", sa.Text, nullable=False),
    sa.Column("receipts", pg.ARRAY(sa.BigInteger), nullable=False),
    sa.PrimaryKeyConstraint("page", "subject", name="page_case_pkey"),
    comment="Why a page refolded a case: the marks it consumed.",
)

account = sa.Table(
    "account",
    metadata,
    sa.Column("id", sa.Integer, sa.Identity(always=True), nullable=False),
    sa.Column("measure", sa.Text, nullable=False, comment="<pack>.<measure> that first opened it"),
    sa.Column("hash", sa.Text, nullable=False, comment="the measure's meaning and all it rests on"),
    sa.Column("kind", sa.Text, nullable=False, comment="flow, stock, trigger, unattributed, observed grain"),
    sa.Column("generation", sa.BigInteger, nullable=False),
    sa.Column("status", sa.Text, nullable=False, comment="filling, complete"),
    sa.Column("completed_at", _instant),
    sa.PrimaryKeyConstraint("id", name="account_pkey"),
    sa.Index("account_hash", "hash", "kind", unique=True),
)

posting = sa.Table(
    "posting",
    metadata,
    sa.Column("account", sa.Integer, nullable=False),
    sa.Column("court", sa.Text, nullable=False),
    sa.Column("category", sa.Text, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("value", sa.BigInteger, nullable=False),
    sa.Column("page", sa.BigInteger, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("home_court", sa.Text, nullable=False),
    sa.Column("division", sa.Text),
    sa.Column("judge", sa.Text),
    sa.Column("cause", sa.Text),
    sa.Index("posting_ledger", "account", "court", "day"),
    sa.Index("posting_page", "page"),
    comment="One signed ledger line. Never updated, never deleted.",
)

balance_day = sa.Table(
    "balance_day",
    metadata,
    sa.Column("account", sa.Integer, nullable=False),
    sa.Column("court", sa.Text, nullable=False),
    sa.Column("category", sa.Text, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("value", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("account", "court", "category", "day", name="balance_day_pkey"),
)

balance_month = sa.Table(
    "balance_month",
    metadata,
    sa.Column("account", sa.Integer, nullable=False),
    sa.Column("court", sa.Text, nullable=False),
    sa.Column("category", sa.Text, nullable=False),
    sa.Column("month", sa.Date, nullable=False),
    sa.Column("value", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("account", "court", "category", "month", name="balance_month_pkey"),
)

dirty_value = sa.Table(
    "dirty_value",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
    sa.Column("account", sa.Integer, nullable=False, comment="0: the coverage of a court's month"),
    sa.Column("court", sa.Text, nullable=False),
    sa.Column("category", sa.Text, nullable=False),
    sa.Column("month", sa.Date, nullable=False),
    sa.Column("amount", sa.BigInteger, comment="by which the month's sum changed; NULL: not said"),
    sa.Column("page", sa.BigInteger, nullable=False),
    sa.Column("marked_at", _instant, nullable=False, server_default=_now),
    sa.PrimaryKeyConstraint("id", name="dirty_value_pkey"),
)

value = sa.Table(
    "value",
    metadata,
    sa.Column("indicator", sa.Text, nullable=False),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("court", sa.Text, nullable=False),
    sa.Column("scope", sa.Text, nullable=False),
    sa.Column("category", sa.Text, nullable=False, comment="all, or one of the categories"),
    sa.Column("period", sa.Text, nullable=False),
    sa.Column("period_start", sa.Date, nullable=False),
    sa.Column("valued_on", sa.Date, nullable=False, comment="court day; the last of each is kept"),
    sa.Column("numerator", sa.Numeric),
    sa.Column("denominator", sa.Numeric),
    sa.Column("value", sa.Numeric),
    sa.Column("reason", sa.Text),
    sa.Column("coverage", sa.Numeric, comment="received of declared, rounded down; NULL: unknown"),
    sa.Column("page", sa.BigInteger, nullable=False),
    sa.Column("computed_at", _instant, nullable=False, server_default=_now),
    sa.PrimaryKeyConstraint(
        "indicator", "version", "court", "scope", "category", "period", "valued_on", name="value_pkey"
    ),
    sa.Index("value_chart", "indicator", "court", "scope", "period_start"),
)

pack = sa.Table(
    "pack",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("in_force_from", sa.Date, nullable=False),
    sa.Column("document", pg.JSONB, nullable=False),
    sa.Column("uses", pg.ARRAY(sa.Text), nullable=False, comment="hashes of the packs it builds on"),
    sa.Column("published_at", _instant, nullable=False, server_default=_now),
    sa.Column("published_by", sa.Text, nullable=False),
    sa.Column("retired_at", _instant),
    sa.PrimaryKeyConstraint("hash", name="pack_pkey"),
    sa.Index("pack_version", "id", "version", unique=True),
    comment="One published version of a pack: immutable, content-hashed, in force from a day.",
)

definition = sa.Table(
    "definition",
    metadata,
    sa.Column("pack_hash", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("id", sa.Text, nullable=False, comment="<pack>.<name>"),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Column("in_force_from", sa.Date),
    sa.Column("in_force_until", sa.Date),
    sa.PrimaryKeyConstraint("pack_hash", "kind", "id", name="definition_pkey"),
    sa.Index("definition_id", "kind", "id"),
)

generation = sa.Table(
    "generation",
    metadata,
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("packs", pg.ARRAY(sa.Text), nullable=False, comment="hashes of the pack versions in the books"),
    sa.Column("made_at", _instant, nullable=False, server_default=_now),
    sa.PrimaryKeyConstraint("number", name="generation_pkey"),
)

generation_head = sa.Table(
    "generation_head",
    metadata,
    sa.Column("only", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("tree", sa.BigInteger, nullable=False, comment="moves when courts or zones change"),
    sa.PrimaryKeyConstraint("only", name="generation_head_pkey"),
    sa.CheckConstraint('"only"', name="generation_head_only"),
    comment="The one row a page reads in share mode: no page is folded under an older catalogue.",
)

working_day = sa.Table(
    "working_day",
    metadata,
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("working", sa.Boolean, nullable=False),
    sa.Column("status", sa.Text, nullable=False, comment="official, predicted, overridden"),
    sa.Column("note", sa.Text),
    sa.PrimaryKeyConstraint("day", name="working_day_pkey"),
)

midnight = sa.Table(
    "midnight",
    metadata,
    sa.Column("zone", sa.Text, nullable=False),
    sa.Column("day", sa.Date, nullable=False, comment="the last court day whose opening has been marked"),
    sa.PrimaryKeyConstraint("zone", name="midnight_pkey"),
)

day_closed = sa.Table(
    "day_closed",
    metadata,
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("court", sa.Text, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("declared", sa.BigInteger, nullable=False),
    sa.Column("event_id", sa.Text, nullable=False),
    sa.Column("receipt", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("source", "event_id", "court", "day", "type", name="day_closed_pkey"),
    sa.Index("day_closed_court", "court", "day"),
)

token = sa.Table(
    "token",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("digest", sa.LargeBinary, nullable=False),
    sa.Column("principal", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False, comment="what it opens; of a judge: his own due dates"),
    sa.Column("courts", pg.ARRAY(sa.Text), nullable=False, comment="each with all below; * = every court"),
    sa.Column("sources", pg.ARRAY(sa.Text), nullable=False),
    sa.Column("created_at", _instant, nullable=False, server_default=_now),
    sa.Column("expires_at", _instant),
    sa.Column("revoked_at", _instant),
    sa.Column("person", sa.Text, comment="pseudonymous key of a judge; NULL in every other role"),
    sa.PrimaryKeyConstraint("id", name="token_pkey"),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
    sa.Column("at", _instant, nullable=False, server_default=_now),
    sa.Column("principal", sa.Text, nullable=False),
    sa.Column("act", sa.Text, nullable=False),
    sa.Column("object", sa.Text, nullable=False),
    sa.Column("detail", pg.JSONB, nullable=False),
    sa.PrimaryKeyConstraint("id", name="audit_pkey"),
    comment="Who read or changed what. INSERT only, held by a trigger.",
)
