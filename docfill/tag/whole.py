"""Tagging as a whole: the proposal, with what last year's template and returned forms add to it."""

from __future__ import annotations

from collections.abc import Sequence

from docfill.fields import Field
from docfill.problems import DocfillError
from docfill.tag.learn import learn
from docfill.tag.like import likened
from docfill.tag.proposal import Proposal, propose
from docfill.word.document import Document
from docfill.word.package import File


def propose_tags(
    blank: File | Document,
    name: str = "",
    *,
    returned: Sequence[File | Document] = (),
    like: Sequence[Field] = (),
) -> Proposal:
    """A template for an untagged blank form, with what is to be looked at.

    Args:
        blank: the blank form: a path, its bytes, an open file, or an opened document. Tags that it has are kept.
        name: how messages call it.
        returned: returned forms: places where people wrote become places of the template, too.
        like: the fields of last year's template, whose names and kinds are kept for what reads the same.

    Raises:
        DocfillError: a file cannot be read, nothing in the blank form can be filled in, or both `returned` and
            `like` are given.
    """
    if returned and like:
        raise DocfillError(
            "--like 与 --from 不能同时用（like 与 returned）",
            "--like and --from (like and returned) cannot be used together",
            "bad-argument",
        )
    document = blank if isinstance(blank, Document) else Document(blank, name)
    proposal = propose(document)
    if like:
        proposal = propose(document, steps=likened(proposal.fields, like))
    if returned:
        opened = [r if isinstance(r, Document) else Document(r) for r in returned]
        proposal = learn(document, opened, proposal)
    return proposal
