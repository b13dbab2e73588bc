"""All that people are told, in one place: what happened, why, and what to do next."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang


class MesQualityMessage(models.AbstractModel):
    """Store of the messages to people. A part of the addon adds its own by extending `_get_messages`."""

    _name = "mes.quality.message"
    _description = "Messages of Quality"

    @api.model
    def _error(self, code, **values):
        """Return the error to raise for ``code``, filled with ``values``."""
        return UserError(self._text(code, **values))

    @api.model
    def _text(self, code, **values):
        """Return the message ``code`` in the user's language, filled with ``values`` (floats as he writes them)."""
        return self._get_messages()[code] % {
            name: self._format(value) if isinstance(value, float) else value for name, value in values.items()
        }

    @api.model
    def _format(self, quantity):
        """Return ``quantity`` in the user's number format, with as many decimals as it has."""
        digits = next(digits for digits in range(7) if digits == 6 or round(quantity, digits) == round(quantity, 6))
        return formatLang(self.env, quantity, digits=digits)

    @api.model
    def _get_messages(self):
        """Return ``{code: text}`` with named placeholders."""
        return {}
