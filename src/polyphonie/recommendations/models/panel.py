from typing import ClassVar

from django.db import models

from polyphonie.kernel.identity import Identified

from ..enums import SeatRole


class Panel(Identified):
    """A group with a protocol: who decides, and how many must be present."""

    urn_kind: ClassVar[str] = "panel"

    group = models.OneToOneField("network.Group", on_delete=models.PROTECT, related_name="+")
    process = models.ForeignKey("recommendations.Process", on_delete=models.PROTECT, related_name="panels")
    kind = models.CharField(max_length=40, default="panel")
    quorum = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["process", "kind"], name="panel_kind_once"),
            models.CheckConstraint(name="panel_quorum_not_zero", condition=models.Q(quorum__gte=1)),
        ]

    def __str__(self) -> str:
        return str(self.group_id)


class PanelMember(models.Model):
    """A seat on a panel: role and the voice it stands for. The pseudonym is what others see."""

    panel = models.ForeignKey("recommendations.Panel", on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(
        "network.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    role = models.CharField(max_length=30, choices=SeatRole, default=SeatRole.MEMBER)
    stakeholder_group = models.ForeignKey(
        "network.StakeholderGroup", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    pseudonym = models.CharField(max_length=40)

    class Meta:
        ordering = ["panel", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["panel", "person"],
                condition=models.Q(person__isnull=False),
                name="panel_member_once",
            ),
            models.UniqueConstraint(fields=["panel", "pseudonym"], name="panel_pseudonym_once"),
        ]

    def __str__(self) -> str:
        return self.pseudonym


class Decision(Identified):
    """What a panel decided on one derivation: how many were present, how many the quorum asked."""

    urn_kind: ClassVar[str] = "panel_decision"

    panel = models.ForeignKey("recommendations.Panel", on_delete=models.PROTECT, related_name="decisions")
    derivation = models.OneToOneField(
        "recommendations.Derivation", on_delete=models.PROTECT, related_name="decision"
    )
    present = models.PositiveSmallIntegerField()
    quorum = models.PositiveSmallIntegerField()
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="decision_quorum_met", condition=models.Q(present__gte=models.F("quorum"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.present}/{self.quorum}"


class Presence(models.Model):
    """A member is in the room of the panel on a day."""

    member = models.ForeignKey(
        "recommendations.PanelMember", on_delete=models.CASCADE, related_name="presences"
    )
    day = models.DateField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["member", "day"], name="presence_once")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.day}"
