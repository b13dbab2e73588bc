"""What is done once, at installation."""


def post_init_hook(env):
    """Read the ages of what is there from the documents of the past."""
    env["stock.move.line"]._mes_backfill_flows()
    env["stock.lot"]._mes_backfill_first_in()
    env["stock.lot"]._mes_backfill_inherited()
