"""What learning from use keeps: proposed replies, the articles replies rest on, what the shop chose."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from api.storage import documents
from api.storage.assist_log import suggestion_of
from api.storage.columns import equals
from api.storage.desk_tables import assists, contacts, suggestion_events, suggestions
from api.storage.learning_tables import choices, reply_grounds, reply_proposals
from api.storage.shop_rows import article_of, canned_reply_of
from api.storage.shop_tables import articles, canned_replies
from replies.articles import Article
from replies.passages import says
from replies.ports import UnknownProposal
from replies.proposals import SourceKind
from replies.records import SuggestionAct
from replies.reuse import ProposalState, ReplyProposal, SentEdit
from replies.silence import SilenceCosts
from replies.taken import SeenSuggestion

_COSTS = "suggestion costs"
_STATED_COSTS = sa.select(choices.c.value).where(choices.c.name == _COSTS)


class SqlLearningBook:
    """Bound to one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    # --- what the shop chose

    def silence_costs(self) -> SilenceCosts:
        """Return what the shop says a wrong suggestion and none cost; the stated ones until it says."""
        row = self._connection.execute(_STATED_COSTS).one_or_none()
        return SilenceCosts() if row is None else SilenceCosts(**row.value)

    def state_costs(self, costs: SilenceCosts, actor: str, at: datetime) -> None:
        """Keep what the shop says they cost."""
        self._connection.execute(sa.delete(choices).where(choices.c.name == _COSTS))
        value = {"wrong": costs.wrong, "none": costs.none}
        self._connection.execute(
            sa.insert(choices), {"name": _COSTS, "value": value, "actor": actor, "at": at}
        )

    # --- what agents did with suggestions

    def seen_suggestions(self) -> Iterator[SeenSuggestion]:
        """Yield every suggestion that an agent saw, with all that became of it, assist by assist, by rank."""
        events = suggestion_events.c
        acts: dict[str, set[SuggestionAct]] = {}
        last: dict[str, str] = {}
        reasons: dict[str, str] = {}
        wanted = sa.select(events.suggestion_id, events.act, events.actor, events.reason).order_by(events.n)
        for row in self._connection.execute(wanted):
            acts.setdefault(row.suggestion_id, set()).add(SuggestionAct(row.act))
            last[row.suggestion_id] = row.actor
            if row.act == SuggestionAct.DISMISSED.value:
                reasons[row.suggestion_id] = row.reason
        shown = (
            sa.select(suggestions, assists.c.made_at, assists.c.understanding)
            .join(assists)
            .order_by(assists.c.n, suggestions.c.position)
        )
        for row in self._connection.execute(shown):
            if row.id in acts:
                yield SeenSuggestion(
                    row.assist_id,
                    suggestion_of(row),
                    row.made_at,
                    frozenset(acts[row.id]),
                    agent=last[row.id],
                    reason=reasons.get(row.id, ""),
                    question=documents.understanding.load(row.understanding).question,
                )

    def sent_edits(self) -> Iterator[SentEdit]:
        """Yield the suggestions that were sent with changes, and what was sent, in the order it happened."""
        wanted = (
            sa.select(
                suggestions,
                suggestion_events.c.final_text,
                suggestion_events.c.at,
                contacts.c.id.label("of_contact"),
                contacts.c.channel,
                contacts.c.topic,
            )
            .select_from(suggestion_events.join(suggestions).join(assists).join(contacts))
            .where(suggestion_events.c.act == SuggestionAct.SENT.value, suggestion_events.c.edit_distance > 0)
            .order_by(suggestion_events.c.n)
        )
        for row in self._connection.execute(wanted):
            yield SentEdit(
                row.of_contact, row.channel, row.topic, suggestion_of(row), row.final_text or "", row.at
            )

    def withdrawn_texts(self) -> frozenset[tuple[str, str]]:
        """Return (contact, text sent) of replies that rested on words which their article no longer says."""
        current = {row.id: article_of(row) for row in self._connection.execute(sa.select(articles))}
        wanted = (
            sa.select(
                assists.c.contact_id,
                suggestions.c.sources,
                suggestions.c.text,
                suggestion_events.c.final_text,
            )
            .select_from(suggestion_events.join(suggestions).join(assists))
            .where(suggestion_events.c.act == SuggestionAct.SENT.value)
        )
        found: set[tuple[str, str]] = set()
        for row in self._connection.execute(wanted):
            quoted = [it for it in documents.sources.load(row.sources) if it.kind is SourceKind.ARTICLE]
            if any(
                (article := current.get(source.id)) is None or not says(article, source.quote)
                for source in quoted
            ):
                found.add((row.contact_id, row.final_text or row.text))
        return frozenset(found)

    # --- proposed replies

    def add_proposals(self, proposals: Sequence[ReplyProposal]) -> int:
        """Store new proposals; of a known one only the counts, and only while nobody has decided.

        Returns how many are new.
        """
        new = 0
        for proposal in proposals:
            wanted = sa.select(reply_proposals.c.state).where(reply_proposals.c.id == proposal.id)
            held = self._connection.execute(wanted).scalar()
            if held is None:
                self._connection.execute(sa.insert(reply_proposals), _proposal_row(proposal))
                new += 1
            elif held == ProposalState.PROPOSED.value:
                self._connection.execute(
                    sa.update(reply_proposals)
                    .where(reply_proposals.c.id == proposal.id)
                    .values(contacts=proposal.contacts, edit_distance=proposal.edit_distance)
                )
        return new

    def proposals(self, state: ProposalState | None = None) -> list[ReplyProposal]:
        """Return proposals, those from the most contacts first; of one state, or all."""
        wanted = sa.select(reply_proposals).order_by(reply_proposals.c.contacts.desc(), reply_proposals.c.id)
        if state is not None:
            wanted = wanted.where(reply_proposals.c.state == state.value)
        return [_proposal_of(row) for row in self._connection.execute(wanted)]

    def decide(self, proposal_id: str, state: ProposalState, actor: str, at: datetime) -> ReplyProposal:
        """Approve or decline an open proposal. Raises UnknownProposal."""
        is_open = sa.and_(
            equals(reply_proposals.c.id, proposal_id),
            reply_proposals.c.state == ProposalState.PROPOSED.value,
        )
        done = self._connection.execute(
            sa.update(reply_proposals)
            .where(is_open)
            .values(state=state.value, decided_at=at, decided_by=actor)
        )
        if done.rowcount != 1:
            raise UnknownProposal(
                f"no open proposal has the id {proposal_id!r}; 'wellput replies proposals' lists them"
            )
        row = self._connection.execute(
            sa.select(reply_proposals).where(reply_proposals.c.id == proposal_id)
        ).one()
        return _proposal_of(row)

    # --- what replies rest on

    def sweep_grounds(self, at: datetime) -> tuple[str, ...]:
        """Compare each canned reply with the articles it names; return the replies newly out of date.

        A reply seen with an article for the first time, or changed or imported anew since, counts as right
        for the article as it stands; from then on a changed or missing article puts it out of date.
        """
        digests = {
            row.id: _digest_of(article_of(row)) for row in self._connection.execute(sa.select(articles))
        }
        held = {
            (row.reply_id, row.article_id): row for row in self._connection.execute(sa.select(reply_grounds))
        }
        named: set[tuple[str, str]] = set()
        newly: set[str] = set()
        for row in self._connection.execute(sa.select(canned_replies)).all():
            reply = canned_reply_of(row)
            own = _digest(f"{reply.text}\n{reply.approved_by}\n{reply.review_by}")
            for article_id in reply.articles:
                key = (reply.id, article_id)
                named.add(key)
                ground = held.get(key)
                if ground is None or ground.reply_sha256 != own:
                    self._put_ground(key, digests.get(article_id, ""), own)
                elif ground.changed_at is None and ground.article_sha256 != digests.get(article_id, ""):
                    self._connection.execute(sa.update(reply_grounds).where(_is(key)).values(changed_at=at))
                    newly.add(reply.id)
        for key in held.keys() - named:
            self._connection.execute(sa.delete(reply_grounds).where(_is(key)))
        return tuple(sorted(newly))

    def still_right(self, reply_id: str) -> bool:
        """An owner says that a reply holds for its articles as they are; return whether it was in doubt."""
        doubtful = sa.and_(
            equals(reply_grounds.c.reply_id, reply_id), reply_grounds.c.changed_at.is_not(None)
        )
        return self._connection.execute(sa.delete(reply_grounds).where(doubtful)).rowcount > 0

    def _put_ground(self, key: tuple[str, str], article_sha256: str, reply_sha256: str) -> None:
        self._connection.execute(sa.delete(reply_grounds).where(_is(key)))
        self._connection.execute(
            sa.insert(reply_grounds),
            {
                "reply_id": key[0],
                "article_id": key[1],
                "article_sha256": article_sha256,
                "reply_sha256": reply_sha256,
            },
        )


def _is(key: tuple[str, str]) -> sa.ColumnElement[bool]:
    return sa.and_(reply_grounds.c.reply_id == key[0], reply_grounds.c.article_id == key[1])


def _digest_of(article: Article) -> str:
    return _digest(f"{article.title}\n{article.body}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", errors="surrogatepass")).hexdigest()


def _proposal_row(proposal: ReplyProposal) -> dict[str, Any]:
    return {
        "id": proposal.id,
        "text": proposal.text,
        "title": proposal.title,
        "topics": list(proposal.topics),
        "channels": list(proposal.channels),
        "articles": list(proposal.articles),
        "instead_of": proposal.instead_of,
        "contacts": proposal.contacts,
        "edit_distance": proposal.edit_distance,
        "state": proposal.state.value,
        "proposed_at": proposal.proposed_at,
        "decided_at": proposal.decided_at,
        "decided_by": proposal.decided_by,
    }


def _proposal_of(row: sa.Row[Any]) -> ReplyProposal:
    return ReplyProposal(
        id=row.id,
        text=row.text,
        title=row.title,
        topics=tuple(row.topics),
        channels=tuple(row.channels),
        articles=tuple(row.articles),
        instead_of=row.instead_of,
        contacts=row.contacts,
        edit_distance=row.edit_distance,
        state=ProposalState(row.state),
        proposed_at=row.proposed_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
    )
