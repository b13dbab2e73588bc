from odoo import api, models


class MesQualityMessage(models.AbstractModel):
    _inherit = "mes.quality.message"

    @api.model
    def _get_messages(self):
        return {
            **super()._get_messages(),
            "unknown_lot": self.env._("At least one of these lots does not exist. Search it again."),
            "built_into_other": self.env._(
                "%(part)s cannot be built into %(lot)s: this order does not make that product. Choose one of its lots."
            ),
            "origin_product": self.env._("Lot %(lot)s is of another product. Choose its own product."),
            "origin_noted": self.env._(
                "%(origin)s was noted when it was received, and is kept. Only the vendor's lot number can be corrected."
            ),
            "building_other": self.env._("%(lot)s is no number of what this order makes. Choose another one."),
            "building": self.env._("%(lot)s is being built: scan its parts."),
            "part_noted": self.env._("%(lot)s goes into %(unit)s."),
            "scan_unknown": self.env._("%(barcode)s is not known here. Scan a lot, or check product and barcode."),
            "scan_not_here": self.env._("%(barcode)s is of nothing that %(picking)s expects. Check the receipt."),
            "scan_no_receipt": self.env._("%(picking)s is no open receipt. Open the right one."),
            "scan_twice": self.env._("%(lot)s was scanned before: a serial number comes once."),
            "label_read": self.env._("%(product)s, lot %(lot)s."),
            "no_lots": self.env._("Nothing with a lot or serial number here: there is no genealogy to show."),
            "recall_kept": self.env._("A recall that was traced is kept. Close it instead."),
            "recall_untraced": self.env._("%(recall)s was not traced. Trace it before you close it."),
            "recall_nothing": self.env._(
                "Nothing was received or made by these criteria. Widen the dates, or check vendor and lot."
            ),
            "recall_criteria": self.env._("Say what is recalled: a vendor, a product, dates, an order or lots."),
            "recall_drill": self.env._("%(recall)s is a drill: nothing is held and nobody is written to."),
            "recall_closed": self.env._("%(recall)s is closed. Make a new recall."),
            "recall_answer": self.env._("What a recall found is written by tracing only. Trace it again."),
            "recall_no_customer": self.env._("Nothing of it was shipped: there is nobody to write to."),
            "recall_missing": self.env._(
                "%(quantity)s cannot be followed: stock moves of it are missing. Look at the lots' moves."
            ),
        }
