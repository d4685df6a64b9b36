"""The tables of supervision: matters with their acts, ballots that tell nothing of a voter, and frozen scorecards."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from plumbline.store.tables import metadata

_now = sa.text("clock_timestamp()")
_instant = sa.DateTime(timezone=True)

matter = sa.Table(
    "matter",
    metadata,
    sa.Column("id", pg.UUID(as_uuid=True), nullable=False),
    sa.Column("kind", sa.Text, nullable=False, comment="ballot, adjustment, objection, acceptance"),
    sa.Column("court", sa.Text, nullable=False, comment="whose it is; of a ballot, whose office opened it"),
    sa.Column("courts", pg.ARRAY(sa.Text), nullable=False, comment="every court it speaks of, each once"),
    sa.Column("about", sa.Text, nullable=False, comment="the rule book, indicator or vote"),
    sa.Column("period", sa.Text, nullable=False, comment="empty where it speaks of none"),
    sa.Column("detail", pg.JSONB, nullable=False),
    sa.Column("state", sa.Text, nullable=False, comment="what its acts fold to"),
    sa.Column("claim", sa.Text, comment="what only one matter at a time may be about; NULL: let go"),
    sa.Column("opened_by", sa.Text, nullable=False),
    sa.Column(
        "request", sa.Text, nullable=False, comment="the key the opener chose: the same again opens nothing"
    ),
    sa.Column("digest", sa.LargeBinary, nullable=False, comment="of what was asked under the key"),
    sa.Column("page", sa.BigInteger, nullable=False, comment="number of the page of its first act"),
    sa.PrimaryKeyConstraint("id", name="matter_pkey"),
    sa.Index("matter_claim", "kind", "claim", unique=True, postgresql_where=sa.text("claim IS NOT NULL")),
    sa.Index("matter_request", "kind", "opened_by", "request", unique=True),
    sa.Index("matter_page", "kind", "page"),
    sa.Index("matter_courts", "courts", postgresql_using="gin"),
    comment="One matter of supervision; what became of it are its acts.",
)

matter_act = sa.Table(
    "matter_act",
    metadata,
    sa.Column("matter", pg.UUID(as_uuid=True), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("act", sa.Text, nullable=False),
    sa.Column("principal", sa.Text, nullable=False),
    sa.Column("at", _instant, nullable=False, comment="the closing moment of its page"),
    sa.Column(
        "page", sa.BigInteger, nullable=False, comment="number of the page it closed: what is known when"
    ),
    sa.Column("detail", pg.JSONB, nullable=False),
    sa.PrimaryKeyConstraint("matter", "number", name="matter_act_pkey"),
    sa.Index("matter_act_page", "page", unique=True),
    comment="One act on a matter. INSERT only, held by a trigger. Never a cast vote.",
)

department = sa.Table(
    "department",
    metadata,
    sa.Column("court", sa.Text, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("title_zh", sa.Text, nullable=False),
    sa.Column("title_en", sa.Text, nullable=False),
    sa.PrimaryKeyConstraint("court", "code", name="department_pkey"),
)

ballot_paper = sa.Table(
    "ballot_paper",
    metadata,
    sa.Column("ballot", pg.UUID(as_uuid=True), nullable=False),
    sa.Column("digest", sa.LargeBinary, nullable=False, comment="SHA-256 of the paper's token"),
    sa.Column("used", sa.Boolean, nullable=False),
    sa.PrimaryKeyConstraint("ballot", "digest", name="ballot_paper_pkey"),
    comment="A ballot paper, struck or not: no time, no order; each strike rewrites all of a ballot.",
)

ballot_total = sa.Table(
    "ballot_total",
    metadata,
    sa.Column("ballot", pg.UUID(as_uuid=True), nullable=False),
    sa.Column(
        "subject",
        sa.Integer,
        nullable=False,
        comment="its place in the ballot, from 0, in the official order",
    ),
    sa.Column("criterion", sa.Text, nullable=False),
    sa.Column("total", sa.BigInteger, nullable=False, comment="the sum of all marks; no mark is kept"),
    sa.PrimaryKeyConstraint("ballot", "subject", "criterion", name="ballot_total_pkey"),
    comment="Running totals; every row of a ballot is rewritten with each vote.",
)

frozen_card = sa.Table(
    "frozen_card",
    metadata,
    sa.Column("acceptance", pg.UUID(as_uuid=True), nullable=False),
    sa.Column("card", sa.LargeBinary, nullable=False, comment="canonical JSON"),
    sa.Column("digest", sa.LargeBinary, nullable=False, comment="SHA-256 of card"),
    sa.Column("page", sa.BigInteger, nullable=False, comment="number of the page the card stands on"),
    sa.Column("known_at", _instant, nullable=False),
    sa.Column("frozen_at", _instant, nullable=False, server_default=_now),
    sa.PrimaryKeyConstraint("acceptance", name="frozen_card_pkey"),
    comment="A scorecard as it was accepted. INSERT only, held by a trigger.",
)
