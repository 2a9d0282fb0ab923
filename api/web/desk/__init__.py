"""The agents' desk: the queue, the contact page, the composer."""

from api.web.desk.views import blueprint

__all__ = ["blueprint"]
