"""A token of a judge: bound to one court and to the pseudonymous key the judge bears in the cases.

Revision ID: 2026_11_22_0013
Revises: 2026_11_22_0012
"""

from __future__ import annotations

from alembic import op

revision = "2026_11_22_0013"
down_revision: str | None = "2026_11_22_0012"
branch_labels: str | None = None
depends_on: str | None = None

PERSON = """
ALTER TABLE token ADD COLUMN person TEXT;
ALTER TABLE token ADD CONSTRAINT token_person CHECK (
    (role = 'judge') = (person IS NOT NULL) AND (role <> 'judge' OR (cardinality(courts) = 1 AND courts[1] <> '*'))
);
COMMENT ON COLUMN token.person IS 'pseudonymous key of a judge; NULL in every other role';
COMMENT ON COLUMN token.role IS 'what it opens; of a judge: his own due dates';
"""

NOBODY = """
DELETE FROM token WHERE role = 'judge';
ALTER TABLE token DROP CONSTRAINT token_person;
ALTER TABLE token DROP COLUMN person;
COMMENT ON COLUMN token.role IS 'reader, feeder, office, command, decider, operator';
"""


def upgrade() -> None:
    """Make the column, which only a judge's token fills."""
    op.execute(PERSON)


def downgrade() -> None:
    """Take it away, with the tokens that cannot be without it."""
    op.execute(NOBODY)
