from .conference import Conference, ConferenceResource, ProcessPhase
from .live import LiveBody, LiveCounter, LiveEvent, Participant
from .media import Clip, MediaChannel
from .programme import Participation, Room, Session
from .question import Message, Question, QuestionGroup, QuestionText, QuestionVote
from .site import Attendance, LanguageRemedy, ReadinessAnswer, Relay, Site, SiteGroup

__all__ = [
    "Attendance",
    "Clip",
    "Conference",
    "ConferenceResource",
    "LanguageRemedy",
    "LiveBody",
    "LiveCounter",
    "LiveEvent",
    "MediaChannel",
    "Message",
    "Participant",
    "Participation",
    "ProcessPhase",
    "Question",
    "QuestionGroup",
    "QuestionText",
    "QuestionVote",
    "ReadinessAnswer",
    "Relay",
    "Room",
    "Session",
    "Site",
    "SiteGroup",
]
