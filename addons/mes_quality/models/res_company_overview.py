"""One home for the plant manager: each of the MES applications that is installed adds its part."""

from odoo import api, models

from ..replica import fresh


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model
    @api.readonly
    @fresh
    def mes_get_overview(self):
        """Return what the overview shows of the current companies: one section for each application of the user.

        :return: sections ``{'key', 'name', 'icon', 'steps', 'mistakes', 'tiles'}``

            * ``steps``, what to set up, in order: ``name, help, is_done, action``
            * ``mistakes`` found in the set-up: ``text, cure, action``
            * ``tiles``: ``key, label, value`` (formatted), ``note, formula, level`` (``''``, ``warn``, ``bad``),
              ``points`` (numbers of a trend, the oldest first) and ``action``

            An action is an XML id or a window action that opens the records behind it.
        :rtype: list
        """
        sections = getattr(super(), "mes_get_overview", list)()
        return [*sections, *self.env["mes.quality.overview"]._get_sections()]
