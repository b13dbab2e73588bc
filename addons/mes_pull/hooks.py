"""What happens around installing and uninstalling the addon."""


def post_init_hook(env):
    """Count orders that were confirmed before as released: work on them may go on."""
    env["mrp.production"]._mes_adopt_orders()
    env["mes.pull.replan"]._adopt_supply()


def uninstall_hook(env):
    """Archive the routes that only loops used, so that no rule of ours orders anything any more.

    Orders, moves and receipts made by loops stay: they are Odoo's own documents.
    """
    env["stock.route"].with_context(active_test=False).search([("mes_is_pull", "=", True)]).active = False
