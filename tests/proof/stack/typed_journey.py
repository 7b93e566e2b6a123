"""One user's journey with the generated client, which mypy reads too: each name and type is the document's."""

import re
import secrets
from typing import Any

from neoforge_client import AuthenticatedClient, Client
from neoforge_client.api.account import get_account
from neoforge_client.api.auth import list_sessions, login, logout, register
from neoforge_client.api.community import create_post, list_posts
from neoforge_client.api.csp import create_report
from neoforge_client.api.projects import create_project, delete_project, get_project, list_projects, update_project
from neoforge_client.api.status import create_event, get_status
from neoforge_client.api.support import create_ticket, list_tickets, update_ticket
from neoforge_client.api.system import get_docs, get_docs_asset, get_openapi
from neoforge_client.models import (
    Account,
    Credentials,
    Document,
    ListedSessionPage,
    NewAccount,
    NewEvent,
    NewPost,
    NewProject,
    NewTicket,
    OldReport,
    OldViolation,
    Post,
    PostPage,
    Problem,
    Project,
    ProjectChange,
    ProjectPage,
    Summary,
    Ticket,
    TicketChange,
    TicketPage,
    Tokens,
)
from neoforge_client.types import UNSET, Response

PASSWORD = "correct horse battery staple"


def problem_of(answer: Response[Any], status: int, name: str) -> Problem:
    """Take the problem document out of an answer."""
    problem = answer.parsed
    assert isinstance(problem, Problem)
    assert (answer.status_code, problem.status, problem.type_.rpartition("/")[2]) == (status, status, name)
    assert problem.request_id == answer.headers["x-request-id"]
    return problem


def sign_in(anonymous: Client) -> Tokens:
    """Register wrongly, rightly and once more, and log in."""
    account = NewAccount(email=f"{secrets.token_hex(8)}@example.com", password=PASSWORD, display_name="Ada")
    short = NewAccount(email=account.email, password="short", display_name="Ada")
    problem = problem_of(register.sync_detailed(client=anonymous, body=short), 422, "validation-failed")
    assert problem.errors is not UNSET
    assert [part.pointer for part in problem.errors or []] == ["#/password"]

    key = secrets.token_hex(16)
    made = register.sync_detailed(client=anonymous, body=account, idempotency_key=key)
    again = register.sync_detailed(client=anonymous, body=account, idempotency_key=key)
    assert isinstance(made.parsed, Account)
    assert (made.parsed, again.headers["idempotent-replayed"]) == (again.parsed, "true")
    problem_of(register.sync_detailed(client=anonymous, body=account), 409, "email-taken")

    tokens = login.sync(client=anonymous, body=Credentials(email=account.email, password=PASSWORD))
    assert isinstance(tokens, Tokens)
    return tokens


def use_account(client: AuthenticatedClient, tokens: Tokens) -> None:
    """Read the account and its sessions."""
    me = get_account.sync(client=client)
    assert isinstance(me, Account)
    assert (me.display_name, me.roles) == ("Ada", ["user"])
    sessions = list_sessions.sync(client=client)
    assert isinstance(sessions, ListedSessionPage)
    assert [one.id for one in sessions.items] == [tokens.session.id]


def use_projects(client: AuthenticatedClient) -> None:
    """Create, page through, read, change and delete projects."""
    key = secrets.token_hex(16)
    made = create_project.sync_detailed(client=client, body=NewProject(name="First"), idempotency_key=key)
    again = create_project.sync_detailed(client=client, body=NewProject(name="First"), idempotency_key=key)
    assert isinstance(made.parsed, Project)
    assert (made.parsed, again.headers["idempotent-replayed"]) == (again.parsed, "true")
    reused = create_project.sync_detailed(client=client, body=NewProject(name="Other"), idempotency_key=key)
    problem_of(reused, 422, "idempotency-key-reused")
    second = create_project.sync(client=client, body=NewProject(name="Second", description=None))
    assert isinstance(second, Project)

    page = list_projects.sync(client=client, page_size=1)
    assert isinstance(page, ProjectPage)
    assert ([one.id for one in page.items], page.total, page.previous_cursor) == ([second.id], 2, None)
    assert page.next_cursor is not None
    rest = list_projects.sync(client=client, cursor=page.next_cursor)
    assert isinstance(rest, ProjectPage)
    assert ([one.id for one in rest.items], rest.next_cursor) == ([made.parsed.id], None)

    name, tag = made.parsed.id, made.headers["etag"]
    unchanged = get_project.sync_detailed(name, client=client, if_none_match=tag)
    assert (unchanged.status_code, unchanged.parsed) == (304, None)
    changed = update_project.sync_detailed(name, client=client, body=ProjectChange(name="Third"), if_match=tag)
    assert isinstance(changed.parsed, Project)
    assert (changed.parsed.name, changed.parsed.description) == ("Third", made.parsed.description)
    stale = update_project.sync_detailed(name, client=client, body=ProjectChange(name="No"), if_match=tag)
    problem_of(stale, 412, "precondition-failed")
    assert delete_project.sync_detailed(name, client=client, if_match=changed.headers["etag"]).status_code == 204
    problem_of(get_project.sync_detailed(name, client=client), 404, "not-found")


def use_the_rest(client: AuthenticatedClient) -> None:
    """A ticket, a post, how the services are, what a user may not, and the files."""
    ticket = create_ticket.sync(client=client, body=NewTicket(subject="Help", message="Please"))
    assert isinstance(ticket, Ticket)
    closed = update_ticket.sync(ticket.id, client=client, body=TicketChange(status="closed"))
    assert isinstance(closed, Ticket)
    tickets = list_tickets.sync(client=client, status="closed")
    assert isinstance(tickets, TicketPage)
    assert (tickets.items, tickets.total) == ([closed], 1)

    post = create_post.sync(client=client, body=NewPost(title="Hello", content="World"))
    assert isinstance(post, Post)
    posts = list_posts.sync(client=client, author_id=post.author.id)
    assert isinstance(posts, PostPage)
    assert posts.items == [post]

    assert isinstance(get_status.sync(client=client), Summary)
    event = NewEvent(service_id="api", status="operational")
    problem_of(create_event.sync_detailed(client=client, body=event), 403, "forbidden")

    violation = OldReport(OldViolation(document_uri="https://app.example.com/"))
    assert create_report.sync_detailed(client=client, body=violation).status_code == 204
    page = get_docs.sync(client=client)
    assert isinstance(page, str)
    assert page.startswith("<!doctype html>")
    (script,) = re.findall('"docs/(docs[^"]+js)"', page)
    assert isinstance(get_docs_asset.sync(script, client=client), str)
    document = get_openapi.sync(client=client)
    assert isinstance(document, Document)
    assert document["openapi"] == "3.1.0"


def journey(url: str) -> None:
    """Go the whole way."""
    with Client(url, raise_on_unexpected_status=True) as anonymous:
        tokens = sign_in(anonymous)
    with AuthenticatedClient(url, tokens.access_token, raise_on_unexpected_status=True) as client:
        use_account(client, tokens)
        use_projects(client)
        use_the_rest(client)
        assert logout.sync_detailed(client=client).status_code == 204
        problem_of(logout.sync_detailed(client=client), 401, "unauthorized")
