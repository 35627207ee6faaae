"""Where an account wants to be told, what it was told, and the messages on their way."""

from __future__ import annotations

import uuid

from django.db import models

from scoring.portal.accounts.models import Account


class Channel(models.TextChoices):
    """How a message goes out."""

    MAIL = "mail", "邮件"
    WEBHOOK = "webhook", "短信"


class Contact(models.Model):
    """Where an account is told; blank: not that way. Its owner enters it, and takes it out again."""

    account = models.OneToOneField(
        Account, models.CASCADE, primary_key=True, related_name="contact"
    )
    mail = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)


class Told(models.Model):
    """A matter of the inbox that an account was told of; ``matter`` is a hash of what it is."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="told")
    matter = models.CharField(max_length=64)
    told_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("account", "matter"), name="each_matter_once"),
        )


class Message(models.Model):
    """A message to an account: ``count`` matters, as a ``text`` without anything of their contents. It is to be
    sent at ``next_at``, which is None once it was sent or given up. Where it goes is looked up when it goes."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="messages")
    channel = models.CharField(max_length=20, choices=Channel.choices)
    count = models.PositiveIntegerField()
    text = models.TextField()
    made_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True, db_index=True)
    attempts = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("made_at", "key")
