"""A workbook of alerts, kept only until it is downloaded."""

from odoo import fields, models


class MesAgingAlertExport(models.TransientModel):
    """The workbook that a user asked for; Odoo throws it away after a while."""

    _name = "mes.aging.alert.export"
    _description = "Workbook of Alerts"

    name = fields.Char(required=True, readonly=True)
    file = fields.Binary(required=True, readonly=True)
