"""What the warehouse answers to a call."""

from odoo import models


class MesPullCall(models.Model):
    _inherit = "mes.pull.call"

    def action_confirm(self, quantity=None, lot_id=None, confirm_key=None):
        """Confirm that the parts of this call are picked; complete the transfer when all its calls are answered.

        :param float quantity: in the product's unit; by default all that was called
        :param int lot_id: of the lot that was really taken
        :param str confirm_key: the same key again returns the same answer and does nothing more
        :return: ``{'status': 'ok'|'warning'|'error', 'message': str, 'call_id': int, 'duplicate': bool}``
        """

    def action_answer_short(self, kind, quantity=None, product_id=None, note=None, confirm_key=None):
        """Answer that the call cannot be filled as it is.

        :param str kind: ``substitute`` (another product), ``part`` (only ``quantity``), ``none``
        :return: as `action_confirm`
        """

    def action_call_again(self):
        """Call again what the warehouse was short of (planners)."""
