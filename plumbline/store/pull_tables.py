"""The table of feeds that are pulled: where reading stands, and what came of it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from plumbline.store import supervision_tables

metadata = supervision_tables.matter.metadata
"""Every table there is: what the migrations are held to."""

pull = sa.Table(
    "pull",
    metadata,
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("feed", sa.Text, nullable=False, comment="the name its file gives it"),
    sa.Column(
        "version", sa.BigInteger, nullable=False, comment="counts every move; a move names the one before"
    ),
    sa.Column("cursor", postgresql.JSONB, comment="where reading stands, and the rows it stands on"),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("holder", sa.Text, comment="the puller that moved it last"),
    sa.Column("held_until", sa.TIMESTAMP(timezone=True), comment="no other puller may move it before"),
    sa.Column("rows", sa.BigInteger, nullable=False),
    sa.Column("accepted", sa.BigInteger, nullable=False),
    sa.Column("duplicates", sa.BigInteger, nullable=False),
    sa.Column("refused", sa.BigInteger, nullable=False, comment="in quarantine"),
    sa.Column("withheld", sa.BigInteger, nullable=False, comment="rows never sent, such as classified ones"),
    sa.Column("losses", sa.BigInteger, nullable=False, comment="how often its position was lost"),
    sa.Column("lost_at", sa.TIMESTAMP(timezone=True)),
    sa.Column("error", sa.Text, comment="why the last run failed"),
    sa.Column("moved_at", sa.TIMESTAMP(timezone=True), nullable=False),
    sa.Column("caught_up_at", sa.TIMESTAMP(timezone=True), comment="when its end was last reached"),
    sa.PrimaryKeyConstraint("source", "feed", name="pull_pkey"),
    sa.ForeignKeyConstraint(["source"], ["source.id"], name="pull_source_fkey"),
    sa.CheckConstraint(
        "state IN ('reading', 'caught_up', 'position_lost', 'failing')", name="pull_state_check"
    ),
    comment="One feed that is pulled; its cursor moves only after the events are acknowledged.",
)
