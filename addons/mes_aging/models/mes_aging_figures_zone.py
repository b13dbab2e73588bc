"""In whose time zone a day ends, remembered: it is asked with every figure, and hardly ever changes."""

from odoo import api, models
from odoo.tools import ormcache


class MesAgingFigures(models.AbstractModel):
    _inherit = "mes.aging.figures"

    @api.model
    @ormcache("self.env.company.id")
    def _get_zone_name(self):
        """Return the time zone of the company's working hours."""
        return self.env.company.sudo().resource_calendar_id.tz or "UTC"


class ResCompany(models.Model):
    _inherit = "res.company"

    def write(self, vals):
        result = super().write(vals)
        if "resource_calendar_id" in vals:
            self.env.registry.clear_cache()
        return result


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def write(self, vals):
        result = super().write(vals)
        if "tz" in vals:
            self.env.registry.clear_cache()
        return result
