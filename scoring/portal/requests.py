"""A request as the portal's views see it: logged in, allowed, and about a known target."""

from __future__ import annotations

from django.http import HttpRequest

from scoring.portal.access import Target
from scoring.portal.accounts.models import Account
from scoring.portal.accounts.origin import address
from scoring.portal.assessments.corrections import open_to
from scoring.portal.assessments.models import Assessment
from scoring.portal.log.chain import By


class PortalRequest(HttpRequest):
    """What ``AccessMiddleware`` lets through; ``target`` is what its route names."""

    account: Account
    target: Target


def by(request: PortalRequest) -> By:
    """Who does it, as the log has it; the office within the correction that is open, if any."""
    at = request.target.assessment
    found = None if at is None else open_to(request.account, at)
    return By(request.account.name, address(request), None if found is None else found.number)


def assessment_of(request: PortalRequest) -> Assessment:
    """The year that the request is about; its route names one."""
    assert request.target.assessment is not None
    return request.target.assessment
