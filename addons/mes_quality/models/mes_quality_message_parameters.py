"""What a program is told that sends something else than the parameters of a method."""

from odoo import api, models
from odoo.fields import Domain

from ..tools.parameters import fits


class MesQualityMessage(models.AbstractModel):
    _inherit = "mes.quality.message"

    @api.model
    def _check_parameters(self, model=None, domain=None, **given):
        """Refuse, before anything is read, what cannot be the parameter of that name; see `tools/parameters.py`.

        :param model: records of the model that ``domain`` is for
        :raises odoo.exceptions.UserError: which says the parameter
        """
        wrong = next((name for name, value in given.items() if not fits(name, value)), None)
        if wrong:
            raise self._error("bad_parameter", name=wrong, value=repr(given[wrong])[:40])
        try:
            if domain:
                Domain(domain).validate(model)
        except (TypeError, ValueError):
            raise self._error("bad_parameter", name="domain", value=repr(domain)[:40]) from None

    def _get_messages(self):
        return {
            **super()._get_messages(),
            "bad_parameter": self.env._("%(name)s cannot be %(value)s. Read what the method takes, and send that."),
        }
