"""Administration: users, learned versions, the audit log, health."""

from api.web.admin.views import blueprint

__all__ = ["blueprint"]
