"""A second application, of two tables: accounts, and invoices that are held to one CHECK.

All that the harness has to be told of it: its rows, and the constraint.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from fixtures.constraints.application_rows import Application
from fixtures.constraints.constraint_spec import ConstraintSpec, Transition, stable_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fixtures.constraints import Row

ACCOUNT = stable_id("billing", "account")
INVOICE = stable_id("billing", "invoice")
PAYMENT = "2026-05-13 08:33:00+00"
STATES = ("draft", "sent", "paid")
_UNPAID, _PAID = {"state": "sent", "paid_at": None}, {"state": "paid", "paid_at": PAYMENT}


def account(**columns: object) -> Row:
    """Return an account."""
    return {"id": str(uuid.uuid4()), "name": "Account", **columns}


def invoice(**columns: object) -> Row:
    """Return an invoice of the parent account."""
    return {"id": str(uuid.uuid4()), "account_id": ACCOUNT, "number": "2026-1", **columns}


def parent_rows() -> list[tuple[str, Row]]:
    """Return the rows that others point at, as (table, row)."""
    return [("accounts", account(id=ACCOUNT)), ("invoices", invoice(id=INVOICE))]


def holds(row: Mapping[str, object]) -> bool:
    """Tell whether an invoice's ``paid_at`` and ``state`` agree."""
    return row["paid_at"] is None or row["state"] == "paid"


SPEC = ConstraintSpec(
    name="invoices_paid_state",
    table="invoices",
    predicate='"paid_at" IS NULL OR "state" = \'paid\'',
    holds=holds,
    sentence="an invoice with paid_at set has the state 'paid'",
    domain={
        "state": (*STATES, "PAID", "paid ", " paid", "paid\n", "pai", "unpaid", "paid2", "void", ""),
        "paid_at": (None, PAYMENT, "epoch", "now", "infinity", "-infinity"),
    },
    ordinary={"state": STATES, "paid_at": (None, PAYMENT)},
    defaults={"state": "draft", "paid_at": None},
    kinds={"state": "text", "paid_at": "timestamptz"},
    bystanders={
        "number": ("2026-1", "paid", ""),
        "note": (None, "paid", ""),
        "corrects_invoice_id": (None, INVOICE),
        "created_at": ("2026-05-01 00:00:00+00", "infinity", "epoch"),
    },
    repair={"state": "paid"},
    application=Application(
        name="billing", factories={"accounts": account, "invoices": invoice}, parent_rows=parent_rows
    ),
    transitions=(
        Transition("draw_up", "the application", None, {}),
        Transition("send", "the application", {"state": "draft", "paid_at": None}, {"state": "sent"}),
        Transition("pay", "the application", _UNPAID, _PAID),
        Transition("take_back", "the fixed route", _PAID, _UNPAID),
        Transition("take_back_unfixed", "the old route", _PAID, {"state": "sent"}),
        Transition("book", "a nightly job", _UNPAID, {"paid_at": PAYMENT}),
    ),
)
