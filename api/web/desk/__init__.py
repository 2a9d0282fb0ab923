"""The agents' desk: the queue, the contact page, the composer."""

from api.web.desk import checkout, departures, facts, letters, searching
from api.web.desk.views import blueprint

__all__ = ["blueprint", "checkout", "departures", "facts", "letters", "searching"]
